"""What is shown of the risk of one account, as stored, or of several, looked at together on the spot.

Several accounts are one set of holdings with one series of gains: what offsets between them offsets in the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from sqlmodel import Session

from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.risk import exhibits, nothing, rules
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.exhibits import Exhibit
from sigmasight_ui.services.risk.held import merge
from sigmasight_ui.services.risk.repository import results, views
from sigmasight_ui.services.risk.schemas import (
    CorrelationMatrix,
    FactorExposures,
    GreeksView,
    ScenarioView,
    StressPositions,
    StressResults,
    TailRisk,
    VolatilityProfile,
)
from sigmasight_ui.services.risk.study.figures import NavFact

if TYPE_CHECKING:
    from sigmasight_ui.services.risk.study.positions import Positions
    from sigmasight_ui.services.risk.study.study import Study

KEPT_DAYS = 10
"""While a run is under way, or when a phase of it failed, the results of the days before stay, with their date."""
View = TypeVar("View")


@dataclass(frozen=True)
class Reader:
    """`accounts` as asked; scenarios: the definitions and the actor's own."""

    session: Session
    market: MarketDataService
    accounts: Accounts
    scenarios: Sequence[ScenarioView] = ()

    def factors(self) -> FactorExposures:
        return self._section(exhibits.FACTORS, lambda s: s.factors, nothing.factor_exposures, lambda: self.study)

    def volatility(self) -> VolatilityProfile:
        return self._section(exhibits.VOLATILITY, lambda s: s.volatility, nothing.volatility, lambda: self.series)

    def tail(self) -> TailRisk:
        return self._section(exhibits.TAIL, lambda s: s.tail, nothing.tail, lambda: self.series)

    def greeks(self) -> GreeksView:
        return self._section(exhibits.GREEKS, lambda s: s.greeks, nothing.greeks, lambda: self.study)

    def correlations(self) -> CorrelationMatrix:
        return self._section(
            exhibits.CORRELATIONS, lambda s: s.correlations, nothing.correlations, self._of_largest
        )  # fmt: skip

    def stress(self) -> StressResults:
        """One account's definitions as stored; the actor's own scenarios are always computed now."""
        found = self._section(exhibits.STRESS, lambda s: s.stress(self._common()), nothing.stress, lambda: self.study)
        own = [each for each in self.scenarios if each.custom]
        if not own or found.reason == rules.NOT_CALCULATED:
            return found
        s = self.study
        if s is None:
            return found
        rows = [*found.rows, *s.scenarios(own)]
        return replace(found, rows=tuple(sorted(rows, key=lambda row: row.rank)))

    def stress_positions(self, key: str) -> StressPositions | None:
        s = self.study
        return None if s is None else s.stress_positions(self.scenarios, key)

    @cached_property
    def series(self) -> Study | None:
        """For what the daily gains say by themselves: without holdings, of which there may be thousands."""
        return self._study(lambda _held: (), with_holdings=False)

    @cached_property
    def study(self) -> Study | None:
        return self._study(lambda held: held.symbols)

    def whole_study(self) -> Study | None:
        """With the returns of the largest symbols, so that nothing is out of its reach."""
        return self._study(lambda held: held.symbols, with_returns=True)

    def _of_largest(self) -> Study | None:
        from sigmasight_ui.services.risk.study.correlations import largest

        return self._study(largest, with_returns=True)

    def _study(
        self, names: Callable[[Positions], Sequence[str]], *, with_returns: bool = False, with_holdings: bool = True
    ) -> Study | None:
        """Of these accounts together, from what is stored; None before each of them is calculated."""
        from sigmasight_ui.services.risk import measuring
        from sigmasight_ui.services.risk.estimates import Day, recall
        from sigmasight_ui.services.risk.study.correlations import largest
        from sigmasight_ui.services.risk.study.positions import positions

        ids = self.accounts.ids
        books = results.books(self.session, ids)
        if not self.accounts.valued or len(books) < len(self.accounts.valued):
            return None
        source, as_of = self.accounts.source or "", min(book.as_of for book in books.values())
        held = positions(merge(results.holdings(self.session, ids, source)) if with_holdings else ())
        nav, book = nav_of(self.session, self.accounts), measuring.pooled(list(books.values()), as_of)
        day = Day(self.session, self.market, source, as_of)
        known = recall(day, names(held), largest(held) if with_returns else ())
        return measuring.assemble(as_of, nav, held, book, known)

    def unfinished(self) -> str:
        """Why accounts that have a value cannot be looked at together."""
        books = results.books(self.session, self.accounts.ids)
        without = [portfolio.account_name for portfolio in self.accounts.valued if portfolio.id not in books]
        return f"the returns of {', '.join(without)} are {rules.NOT_CALCULATED}" if without else rules.NOT_CALCULATED

    def _common(self) -> list[ScenarioView]:
        return [each for each in self.scenarios if not each.custom]

    def _section(
        self,
        exhibit: Exhibit[View],
        part: Callable[[Study], View],
        without: Callable[[str, date | None], View],
        looked_at: Callable[[], Study | None],
    ) -> View:
        accounts = self.accounts
        if accounts.as_of is None:
            return without(rules.NOT_CALCULATED, None)
        if accounts.single is not None:
            oldest = accounts.as_of - timedelta(days=KEPT_DAYS)
            content = results.exhibit(self.session, accounts.single, exhibit.name, accounts.source or "", oldest)
            return without(rules.NOT_CALCULATED, accounts.as_of) if content is None else exhibit.unpack(content)
        s = looked_at()
        return without(self.unfinished(), accounts.as_of) if s is None else part(s)


def nav_of(session: Session, accounts: Accounts) -> NavFact:
    """The accounts' together, with the share of the positions' cost that has a price."""
    if accounts.single is not None:
        return NavFact(accounts.nav, accounts.rows[0].coverage)
    return NavFact(accounts.nav, views.priced_share(session, accounts.ids))
