"""Risk: what screens and programs read; what runs compute and store is in `calculation`.

Reading never computes from prices; only the figures of all accounts together are put together on the spot, from the
stored returns of each. The numeric libraries are loaded with the first computation, not with the process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core import rate_limit
from sigmasight_ui.core.actor import Actor, signed_in
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.transactions import Later, Transactions, read_then_compute
from sigmasight_ui.services.equity_changes.service import EquityChangeService
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.portfolios.schemas import Lot
from sigmasight_ui.services.portfolios.service import PortfolioService
from sigmasight_ui.services.risk import (
    errors,
    falls,
    figures,
    headline,
    holdings,
    inputs,
    nothing,
    overview,
    performance,
    quality,
    reference,
    rules,
)
from sigmasight_ui.services.risk.accounts import Accounts, choose
from sigmasight_ui.services.risk.benchmark import against_benchmark
from sigmasight_ui.services.risk.calculation import CalculationService as CalculationService
from sigmasight_ui.services.risk.holdings import Table, Wanted
from sigmasight_ui.services.risk.reading import Reader
from sigmasight_ui.services.risk.schemas import (
    AccountValue,
    Contribution,
    CorrelationMatrix,
    DataQuality,
    Drawdown,
    FactorExposures,
    FactorView,
    FigureView,
    GreeksView,
    Headline,
    HistoryRange,
    HoldingsPage,
    HoldingsSort,
    NavHistory,
    Overview,
    Performance,
    PositionChange,
    Prerequisites,
    PriceOrigin,
    Receipt,
    Recomputed,
    ScenarioView,
    SectorExposureView,
    StressPositions,
    StressResults,
    SymbolBeta,
    TailRisk,
    VolatilityProfile,
    WhatIf,
)
from sigmasight_ui.services.scenarios.service import ScenarioService
from sigmasight_ui.services.securities.service import SecuritiesService

if TYPE_CHECKING:
    from sigmasight_ui.services.risk.recomputing import Desk

View = TypeVar("View")

TRIED = "tried"


class RiskService:
    def __init__(
        self,
        clock: Clock,
        portfolios: PortfolioService,
        equity_changes: EquityChangeService,
        scenarios: ScenarioService,
        market: MarketDataService,
        securities: SecuritiesService,
        calculation: CalculationService,
    ) -> None:
        self._clock = clock
        self._portfolios = portfolios
        self._equity_changes = equity_changes
        self._scenarios = scenarios
        self._market = market
        self._securities = securities
        self._calculation = calculation

    # Reference data

    def seed_reference(self, session: Session) -> None:
        reference.seed(session)

    def prerequisites(self, session: Session) -> Prerequisites:
        return reference.prerequisites(session)

    def factors(self, session: Session) -> tuple[FactorView, ...]:
        return reference.factors(session)

    def scenarios(self, session: Session) -> tuple[ScenarioView, ...]:
        return reference.scenarios(session)

    def scenarios_of(self, session: Session, actor: Actor) -> tuple[ScenarioView, ...]:
        """The definitions, and the actor's own."""
        own = self._scenarios.list_own(session, actor)
        mine = (ScenarioView(each.key, each.name, "custom", each.severity, each.shocks, custom=True) for each in own)
        return (*reference.scenarios(session), *mine)

    # For screens and programs

    def admit(self, open_: Transactions, actor: Actor) -> None:
        """Counts one computation on demand; doors ask before `stress_with`, `recompute` and `what_if`."""
        with open_(actor) as session:
            wait = rate_limit.hit(session, rules.ON_DEMAND, str(signed_in(actor)))
        if wait:
            raise errors.too_many_computations(wait)

    # `portfolio_id` None means all accounts the actor may see

    def overview(self, session: Session, actor: Actor, portfolio_id: UUID | None) -> Overview:
        accounts = self._accounts(session, actor, portfolio_id)
        if accounts.valued:
            return overview.overview(session, accounts, self._origin(accounts))
        flows = self._equity_changes.flows_of(session, actor, [portfolio.id for portfolio in accounts.asked])
        return overview.pending(accounts, self._lots(session, actor, accounts), flows, self._clock.now())

    def account_values(self, session: Session, actor: Actor) -> dict[UUID, AccountValue]:
        """Every visible account by itself."""
        visible = self._portfolios.list_visible(session, actor)
        return overview.account_values(session, self._market, [row.id for row in visible])

    def nav_history(
        self,
        open_: Transactions,
        actor: Actor,
        portfolio_id: UUID | None,
        range_: HistoryRange = HistoryRange.YEAR,
        benchmark: str = inputs.BENCHMARK,
    ) -> NavHistory:
        def read(session: Session) -> Later[NavHistory]:
            accounts = self._accounts(session, actor, portfolio_id)
            return performance.nav_history(session, self._market, accounts, range_, self._origin(accounts), benchmark)

        return read_then_compute(open_, actor, read)

    def performance(
        self, open_: Transactions, actor: Actor, portfolio_id: UUID | None, benchmark: str = inputs.BENCHMARK
    ) -> Performance:
        """Against any symbol with stored prices."""
        return read_then_compute(
            open_,
            actor,
            lambda session: performance.performance(
                session, self._market, self._accounts(session, actor, portfolio_id), benchmark
            ),
        )

    def figures(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> dict[str, FigureView]:
        """By key; every key of `rules.FIGURES` is there, with a reason where it has no value."""
        return self._told(open_, actor, portfolio_id, figures.figures)

    def contributions(self, session: Session, actor: Actor, key: str) -> tuple[Contribution, ...]:
        """What each account adds to a figure of all accounts."""
        return figures.contributions(session, self._accounts(session, actor, None), key)

    def symbol_betas(self, session: Session, actor: Actor, portfolio_id: UUID | None) -> tuple[SymbolBeta, ...]:
        return figures.symbol_betas(session, self._accounts(session, actor, portfolio_id))

    def sector_exposure(self, session: Session, actor: Actor, portfolio_id: UUID | None) -> SectorExposureView:
        """Largest gross exposure first, beside the weights of the benchmark."""
        accounts = self._accounts(session, actor, portfolio_id)
        rows = figures.sectors(session, accounts)
        return against_benchmark(rows, accounts.as_of, None if rows else rules.NOT_CALCULATED)

    def headline(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> Headline:
        """The six figures over the risk page."""
        return self._told(open_, actor, portfolio_id, headline.headline)

    def factor_exposures(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> FactorExposures:
        return self._told(open_, actor, portfolio_id, lambda reader: reader.factors())

    def stress(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> StressResults:
        """Definitions, replays of real history and the actor's own scenarios; the largest loss first."""
        return self._told(open_, actor, portfolio_id, lambda reader: reader.stress())

    def stress_positions(
        self, open_: Transactions, actor: Actor, portfolio_id: UUID | None, key: str
    ) -> StressPositions | None:
        """What the holdings add to one row of `stress`; None when there is no such row."""
        return self._told(open_, actor, portfolio_id, lambda reader: reader.stress_positions(key))

    def stress_with(
        self, open_: Transactions, actor: Actor, portfolio_id: UUID | None, shocks: Mapping[str, float]
    ) -> StressPositions:
        """A scenario that is tried and not kept; raises what is wrong with the shocks."""

        def read(reader: Reader) -> Later[StressPositions]:
            checked = self._scenarios.check_shocks(shocks)
            tried = ScenarioView(TRIED, "Your shocks", "custom", "custom", checked, custom=True)
            found, as_of = replace(reader, scenarios=(tried,)).stress_positions(TRIED), reader.accounts.as_of
            without = StressPositions(nothing.stress_row(tried, rules.NOT_CALCULATED, as_of), (), 0, as_of)
            return lambda: found() or without

        return self._told(open_, actor, portfolio_id, read)

    def correlations(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> CorrelationMatrix:
        return self._told(open_, actor, portfolio_id, lambda reader: reader.correlations())

    def tail(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> TailRisk:
        return self._told(open_, actor, portfolio_id, lambda reader: reader.tail())

    def volatility_profile(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> VolatilityProfile:
        return self._told(open_, actor, portfolio_id, lambda reader: reader.volatility())

    def drawdown(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> Drawdown:
        return read_then_compute(
            open_, actor, lambda session: falls.drawdown(session, self._accounts(session, actor, portfolio_id))
        )

    def greeks(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> GreeksView:
        return self._told(open_, actor, portfolio_id, lambda reader: reader.greeks())

    def receipt(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None, figure: str) -> Receipt:
        """What stands behind a figure, as it is shown; nothing is computed again, so nobody needs the lots."""
        from sigmasight_ui.services.risk import receipts
        from sigmasight_ui.services.risk.recomputing import Desk

        def read(reader: Reader) -> Later[Receipt]:
            return receipts.receipt(Desk(reader, portfolio_id, None), figure)

        return self._told(open_, actor, portfolio_id, read)

    def recompute(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None, figure: str) -> Recomputed:
        """The same figure from stored prices and holdings; nothing is written."""
        from sigmasight_ui.services.risk import receipts

        return read_then_compute(
            open_, actor, lambda session: receipts.recompute(self._desk(session, actor, portfolio_id), figure)
        )

    def what_if(
        self, open_: Transactions, actor: Actor, portfolio_id: UUID, changes: Sequence[PositionChange]
    ) -> WhatIf:
        """Every figure before and after changes of quantities; nothing is written or fetched."""
        from sigmasight_ui.services.risk.what_if import Trial, what_if

        def read(reader: Reader) -> Later[WhatIf]:
            return what_if(Trial(reader.session, self._market, self._securities, reader), portfolio_id, changes)

        return self._told(open_, actor, portfolio_id, read)

    def holdings(
        self,
        session: Session,
        actor: Actor,
        portfolio_id: UUID | None,
        *,
        sort: HoldingsSort = HoldingsSort.MARKET_VALUE,
        descending: bool = True,
        contains: str = "",
        limit: int = 12,
        offset: int = 0,
        opened: Collection[str] = (),
    ) -> HoldingsPage:
        """`opened` are the symbols whose lots are wanted too."""
        accounts = self._accounts(session, actor, portfolio_id)
        table = Table(
            session, actor, accounts, self._portfolios, self._market, self._securities, self._clock.now()
        )  # fmt: skip
        wanted = Wanted(sort, descending, contains.strip(), limit, offset, opened)
        if accounts.valued:
            return holdings.valued_page(table, wanted, self._origin(accounts))
        return holdings.pending_page(table, self._lots(session, actor, accounts), wanted)

    def data_quality(self, open_: Transactions, actor: Actor, portfolio_id: UUID | None) -> DataQuality:
        return read_then_compute(open_, actor, lambda session: self._data_quality(session, actor, portfolio_id))

    # Inside

    def _data_quality(self, session: Session, actor: Actor, portfolio_id: UUID | None) -> Later[DataQuality]:
        accounts = self._accounts(session, actor, portfolio_id)
        if accounts.valued:
            need = quality.need_of(session, actor, self._portfolios, accounts)
        else:
            need = quality.Need(0, self._calculation.needed_of(session, self._lots(session, actor, accounts)).required)
        found = figures.figures(Reader(session, self._market, accounts))
        changed = self._equity_changes.changed_at(session, actor, accounts.ids)
        lots_changed = self._portfolios.positions_changed_at(session, actor, accounts.ids)
        now = self._clock.now()
        return quality.data_quality(
            session, self._market, accounts, need, found, self._origin(accounts), changed, lots_changed, now
        )

    def _told(
        self, open_: Transactions, actor: Actor, portfolio_id: UUID | None, read: Callable[[Reader], Later[View]]
    ) -> View:
        return read_then_compute(open_, actor, lambda session: read(self._reader(session, actor, portfolio_id)))

    def _accounts(self, session: Session, actor: Actor, portfolio_id: UUID | None) -> Accounts:
        return choose(session, actor, portfolio_id, self._portfolios)

    def _reader(self, session: Session, actor: Actor, portfolio_id: UUID | None) -> Reader:
        accounts = self._accounts(session, actor, portfolio_id)
        return Reader(session, self._market, accounts, self.scenarios_of(session, actor))

    def _lots(self, session: Session, actor: Actor, accounts: Accounts) -> tuple[Lot, ...]:
        return self._portfolios.lots_of(session, actor, [portfolio.id for portfolio in accounts.asked])

    def _origin(self, accounts: Accounts) -> PriceOrigin | None:
        return overview.origin(self._market, accounts.source)

    def _desk(self, session: Session, actor: Actor, portfolio_id: UUID | None) -> Desk:
        from sigmasight_ui.services.risk.recomputing import Desk

        reader = self._reader(session, actor, portfolio_id)
        accounts = reader.accounts
        if portfolio_id is None or accounts.as_of is None:
            return Desk(reader, portfolio_id, None)
        c = self._calculation.looked_at(session, actor, portfolio_id, accounts.as_of, accounts.source or "")
        return Desk(reader, portfolio_id, c)
