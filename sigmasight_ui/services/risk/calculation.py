"""What runs compute: each phase of one portfolio in one transaction of its own, or the night's all together.

Twice is like once. The numeric libraries are loaded with the first computation, not with the process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor, job_actor
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.access.service import AccessService
from sigmasight_ui.services.equity_changes.service import EquityChangeService
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.portfolios.schemas import Lot
from sigmasight_ui.services.portfolios.service import PortfolioService
from sigmasight_ui.services.risk import inputs
from sigmasight_ui.services.risk.computation import Computation, DatabaseFacts, DatabaseStore
from sigmasight_ui.services.risk.ports import Compute
from sigmasight_ui.services.risk.repository import estimates
from sigmasight_ui.services.risk.repository.writing import put_everything
from sigmasight_ui.services.risk.schemas import (
    NeededSymbols,
    NightNeed,
    NightResult,
    NightRun,
    PhaseResult,
)
from sigmasight_ui.services.securities.service import SecuritiesService

if TYPE_CHECKING:
    from sigmasight_ui.services.risk.overnight import Done, Member

NO_RUN = UUID(int=0)
ESTIMATES_KEPT = timedelta(days=10)


class CalculationService:
    def __init__(
        self,
        clock: Clock,
        access: AccessService,
        portfolios: PortfolioService,
        equity_changes: EquityChangeService,
        market: MarketDataService,
        securities: SecuritiesService,
        compute: Compute,
    ) -> None:
        self._clock = clock
        self._access = access
        self._portfolios = portfolios
        self._equity_changes = equity_changes
        self._market = market
        self._securities = securities
        self._compute = compute

    def needed_symbols(self, session: Session, actor: Actor, portfolio_id: UUID) -> NeededSymbols:
        lots = self._portfolios.lots(session, actor, portfolio_id)
        return self.needed_of(session, lots)

    def needed_from(self, session: Session, actor: Actor, portfolio_id: UUID, as_of: date) -> date:
        """The first day prices are needed of."""
        lots = self._portfolios.lots(session, actor, portfolio_id)
        return inputs.needed_from(min((lot.entry_date for lot in lots), default=None), as_of)

    def value_positions(
        self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID, as_of: date, source: str
    ) -> PhaseResult:
        from sigmasight_ui.services.risk import valuing

        return valuing.value_positions(self._valuation(session, actor, portfolio_id, run_id, as_of, source))

    def profit_and_loss(
        self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID, as_of: date, source: str
    ) -> PhaseResult:
        from sigmasight_ui.services.risk import valuing

        return valuing.profit_and_loss(self._valuation(session, actor, portfolio_id, run_id, as_of, source))

    def measure(
        self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID, as_of: date, source: str, part: str
    ) -> PhaseResult:
        """One part of the statistics: one of the keys of `measuring.PARTS`."""
        from sigmasight_ui.services.risk import measuring

        return measuring.PARTS[part](self._computation(session, actor, portfolio_id, run_id, as_of, source))

    def night_members(
        self, session: Session, actor: Actor, runs: Sequence[NightRun], as_of: date, source: str
    ) -> list[Member]:  # fmt: skip
        """One person's portfolios of a night, without those that were archived since."""
        from sigmasight_ui.services.risk.overnight import Member

        portfolios = {row.id: row for row in self._portfolios.list_visible(session, actor)}
        there = [run for run in runs if run.portfolio_id in portfolios]
        lots, flows = defaultdict(list), defaultdict(list)
        for lot in self._portfolios.lots_of(session, actor, [run.portfolio_id for run in there]):
            lots[lot.portfolio_id].append(lot)
        for flow in self._equity_changes.flows_of(session, actor, [run.portfolio_id for run in there]):
            flows[flow.portfolio_id].append(flow)
        is_sample = self._market.source_view(source).is_sample

        def scope(at: UUID) -> inputs.Scope:
            return inputs.Scope(portfolios[at], tuple(lots[at]), as_of, source, is_sample, tuple(flows[at]))

        return [Member(scope(run.portfolio_id), run.run_id) for run in there]

    def night_needs(self, session: Session, members: Sequence[Member]) -> list[NightNeed]:
        """What each of them needs, from one look at all their securities."""
        fixed = self._fixed_price(session, [lot for member in members for lot in member.scope.lots])
        return [member.need(fixed, self._clock.now()) for member in members]

    def overnight(
        self, open_: Transactions, runs: Sequence[NightRun], needs: Sequence[NightNeed]
    ) -> Iterator[NightResult]:  # fmt: skip
        """All of them from facts that are read once, computed by as many processes as there are; the results are the
        caller's to write. All at prices of the same session and source."""
        from sigmasight_ui.services.risk import overnight

        members = [need.member for need in needs]
        with open_(job_actor("batch")) as session:
            facts = overnight.facts_of(session, self._market, self._securities, members, self._clock.now())
        parts = overnight.batches(members, facts, self._clock.now())
        done = (each for several in self._compute.map(overnight.compute, parts) for each in several)
        for run, each in zip(runs, done, strict=True):
            yield NightResult(run, each.phases, partial(_write, each), each.trouble)

    def forget_old_estimates(self, session: Session) -> None:
        """What was computed of symbols for days long past is computed again when somebody asks."""
        estimates.forget_before(session, self._clock.now() - ESTIMATES_KEPT)

    def needed_of(self, session: Session, lots: Sequence[Lot]) -> NeededSymbols:
        """What to fetch for these lots; money at a fixed price needs none."""
        return inputs.needed_symbols(lots, self._fixed_price(session, lots), self._clock.now())

    def looked_at(self, session: Session, actor: Actor, portfolio_id: UUID, as_of: date, source: str) -> Computation:
        """For whoever may see the portfolio: nothing of it is to be stored."""
        return self._with_lots(session, actor, self._scope(session, actor, portfolio_id, NO_RUN, as_of, source))

    # Inside

    def _fixed_price(self, session: Session, lots: Sequence[Lot]) -> set[str]:
        """Symbols of money, whose price is fixed."""
        described = self._securities.describe(session, {lot.symbol for lot in lots if lot.investment_class == "PUBLIC"})
        return {symbol for symbol, view in described.items() if view.fixed_price is not None}

    def _computation(
        self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID, as_of: date, source: str
    ) -> Computation:
        self._access.require(session, actor, Permission.TRADE, portfolio_id)
        return self._scope(session, actor, portfolio_id, run_id, as_of, source)

    def _scope(
        self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID, as_of: date, source: str
    ) -> Computation:
        """For whoever may see the portfolio."""
        portfolio = self._portfolios.get(session, actor, portfolio_id)
        is_sample = self._market.source_view(source).is_sample
        now = self._clock.now()
        facts = DatabaseFacts(session, self._market, self._securities, source, as_of, now)
        scope = inputs.Scope(portfolio, (), as_of, source, is_sample)
        return Computation(scope, run_id, now, facts, DatabaseStore(session))

    def _valuation(
        self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID, as_of: date, source: str
    ) -> Computation:
        """With the lots and the flows, which statistics can do without."""
        return self._with_lots(session, actor, self._computation(session, actor, portfolio_id, run_id, as_of, source))

    def _with_lots(self, session: Session, actor: Actor, c: Computation) -> Computation:
        portfolio_id = c.portfolio_id
        lots = self._portfolios.lots(session, actor, portfolio_id)
        flows = self._equity_changes.flows_of(session, actor, (portfolio_id,))
        return replace(c, scope=replace(c.scope, lots=lots, flows=flows))


def _write(done: Done, session: Session) -> None:
    if done.packed is not None:
        put_everything(session, done.stamp, done.packed)
