"""What is shown of the risk of one account, as stored, or of several, looked at together on the spot.

Several accounts are one set of holdings with one series of gains: what offsets between them offsets in the answer.

Each part is read while a transaction is open and answers with the rest of the work, which needs none any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from sqlmodel import Session

from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.risk import exhibits, nothing, rules
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.exhibits import Exhibit
from sigmasight_ui.services.risk.held import merge
from sigmasight_ui.services.risk.repository import results, views
from sigmasight_ui.services.risk.repository.results import StoredBook
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
    from sigmasight_ui.services.risk.estimates import Record
    from sigmasight_ui.services.risk.study.positions import Positions
    from sigmasight_ui.services.risk.study.study import Study

KEPT_DAYS = 10
"""While a run is under way, or when a phase of it failed, the results of the days before stay, with their date."""
View = TypeVar("View")


@dataclass(frozen=True, eq=False)
class Material:
    """All that a study is made of. names: the symbols it is about; `record` may know others too."""

    as_of: date
    nav: NavFact
    held: Positions
    names: tuple[str, ...]
    books: tuple[StoredBook, ...]
    record: Record

    @cached_property
    def study(self) -> Study:
        from sigmasight_ui.services.risk import measuring

        known = self.record.known
        known = replace(known, symbols=known.symbols.pick(self.names))
        return measuring.assemble(self.as_of, self.nav, self.held, measuring.pooled(self.books, self.as_of), known)


@dataclass(frozen=True)
class Reader:
    """`accounts` as asked; scenarios: the definitions and the actor's own."""

    session: Session
    market: MarketDataService
    accounts: Accounts
    scenarios: Sequence[ScenarioView] = ()

    def factors(self) -> Later[FactorExposures]:
        return self._section(exhibits.FACTORS, lambda s: s.factors, nothing.factor_exposures, lambda: self.whole)

    def volatility(self) -> Later[VolatilityProfile]:
        return self._section(exhibits.VOLATILITY, lambda s: s.volatility, nothing.volatility, lambda: self.series)

    def tail(self) -> Later[TailRisk]:
        return self._section(exhibits.TAIL, lambda s: s.tail, nothing.tail, lambda: self.series)

    def greeks(self) -> Later[GreeksView]:
        return self._section(exhibits.GREEKS, lambda s: s.greeks, nothing.greeks, self._of_holdings)

    def correlations(self) -> Later[CorrelationMatrix]:
        return self._section(
            exhibits.CORRELATIONS, lambda s: s.correlations, nothing.correlations, self._of_largest
        )  # fmt: skip

    def stress(self) -> Later[StressResults]:
        """One account's definitions as stored; the actor's own scenarios are always computed now."""
        common = [each for each in self.scenarios if not each.custom]
        own = [each for each in self.scenarios if each.custom]
        found = self._section(exhibits.STRESS, lambda s: s.stress(common), nothing.stress, lambda: self.whole)
        material = self.whole if own else None
        return found if material is None else lambda: _with_own(found(), material.study, own)

    def stress_positions(self, key: str) -> Later[StressPositions | None]:
        material = self.whole
        return lambda: None if material is None else material.study.stress_positions(self.scenarios, key)

    @cached_property
    def nav(self) -> NavFact:
        return nav_of(self.session, self.accounts)

    @cached_property
    def gross_values(self) -> tuple[list[str], list[float]]:
        """As `views.gross_values`."""
        return views.gross_values(self.session, self.accounts.ids)

    @cached_property
    def series(self) -> Material | None:
        """For what the daily gains say by themselves: without holdings, of which there may be thousands."""
        return self._material(lambda _held: (), with_holdings=False)

    @cached_property
    def whole(self) -> Material | None:
        return self._material(lambda held: held.symbols)

    def whole_and(self, others: Sequence[str], returns_of: Callable[[Positions], Sequence[str]]) -> Material | None:
        """With what is known of other symbols, and with the returns of those that are chosen."""
        return self._material(lambda held: held.symbols, returns_of, others)

    def _of_holdings(self) -> Material | None:
        """For what is known of every contract already."""
        return self._material(lambda _held: ())

    def _of_largest(self) -> Material | None:
        from sigmasight_ui.services.risk.study.correlations import largest

        return self._material(largest, largest)

    def _material(
        self,
        names: Callable[[Positions], Sequence[str]],
        returns_of: Callable[[Positions], Sequence[str]] = lambda _held: (),
        others: Sequence[str] = (),
        *,
        with_holdings: bool = True,
    ) -> Material | None:
        """Of these accounts together, from what is stored; None before each of them is calculated."""
        from sigmasight_ui.services.risk.estimates import MarketDay, record
        from sigmasight_ui.services.risk.study.positions import positions

        ids = self.accounts.ids
        books = results.books(self.session, ids)
        if not self.accounts.valued or len(books) < len(self.accounts.valued):
            return None
        source, as_of = self.accounts.source or "", min(book.as_of for book in books.values())
        held = positions(merge(results.holdings(self.session, ids, source)) if with_holdings else ())
        chosen = tuple(names(held))
        read = record(MarketDay(self.session, self.market, source, as_of), [*chosen, *others], returns_of(held))
        return Material(as_of, self.nav, held, chosen, tuple(books.values()), read)

    def unfinished(self) -> str:
        """Why accounts that have a value cannot be looked at together."""
        books = results.books(self.session, self.accounts.ids)
        without = [portfolio.account_name for portfolio in self.accounts.valued if portfolio.id not in books]
        return f"the returns of {', '.join(without)} are {rules.NOT_CALCULATED}" if without else rules.NOT_CALCULATED

    def _section(
        self,
        exhibit: Exhibit[View],
        part: Callable[[Study], View],
        without: Callable[[str, date | None], View],
        looked_at: Callable[[], Material | None],
    ) -> Later[View]:
        accounts = self.accounts
        if accounts.as_of is None:
            return lambda: without(rules.NOT_CALCULATED, None)
        if accounts.single is not None:
            oldest = accounts.as_of - timedelta(days=KEPT_DAYS)
            content = results.exhibit(self.session, accounts.single, exhibit.name, accounts.source or "", oldest)
            if content is None:
                return lambda: without(rules.NOT_CALCULATED, accounts.as_of)
            return lambda: exhibit.unpack(content)
        material = looked_at()
        if material is None:
            reason = self.unfinished()
            return lambda: without(reason, accounts.as_of)
        return lambda: part(material.study)


def _with_own(found: StressResults, s: Study, own: Sequence[ScenarioView]) -> StressResults:
    if found.reason == rules.NOT_CALCULATED:
        return found
    return replace(found, rows=tuple(sorted([*found.rows, *s.scenarios(own)], key=lambda row: row.rank)))


def nav_of(session: Session, accounts: Accounts) -> NavFact:
    """The accounts' together, with the share of the positions' cost that has a price."""
    if accounts.single is not None:
        return NavFact(accounts.nav, accounts.rows[0].coverage)
    return NavFact(accounts.nav, views.priced_share(session, accounts.ids))
