"""Runs: ask for one, follow it, cancel it. The work itself is done by `pipeline`, in the jobs process."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from sigmasight_ui.core import calendar
from sigmasight_ui.core.actor import Actor, job_actor, signed_in
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.errors import AppError, ErrorKind, not_found
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.access.service import AccessService
from sigmasight_ui.services.batch import errors, log_file, rescue, rules
from sigmasight_ui.services.batch.models import BatchPhase, BatchRun
from sigmasight_ui.services.batch.price_collection import need_at
from sigmasight_ui.services.batch.repository import progress, run_rows
from sigmasight_ui.services.batch.schemas import (
    LogFile,
    LogLine,
    PhaseState,
    PhaseStatus,
    Preprocessing,
    RunLog,
    RunState,
    RunStatus,
    RunView,
    Started,
    Trigger,
)
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.portfolios.service import PortfolioService
from sigmasight_ui.services.risk.service import CalculationService
from sigmasight_ui.services.securities.service import SecuritiesService

_RETRYABLE = (RunState.PARTIAL, RunState.FAILED, RunState.CANCELLED)
_CARRIED = {"status", "current", "total", "unit", "started_at", "finished_at"}
_OPENINGS = {
    Trigger.UPLOAD: "Run started by an upload",
    Trigger.USER: "Run started by hand",
    Trigger.RETRY: "Retry started by hand",
    Trigger.NIGHTLY: "Nightly run started",
}


class BatchService:
    def __init__(
        self,
        clock: Clock,
        access: AccessService,
        portfolios: PortfolioService,
        securities: SecuritiesService,
        market: MarketDataService,
        calculation: CalculationService,
    ) -> None:
        self._clock = clock
        self._access = access
        self._portfolios = portfolios
        self._securities = securities
        self._market = market
        self._calculation = calculation

    def forget_old_runs(self, session: Session) -> int:
        return run_rows.forget_old(session, self._clock.now() - rules.KEEP_RUNS)

    # Asking

    def request_run(
        self, session: Session, actor: Actor, portfolio_id: UUID, trigger: Trigger, retry_of: UUID | None = None
    ) -> RunView:
        """The run and its job, in the caller's transaction; refused while the portfolio has an active run."""
        made = self._made(session, actor, portfolio_id, trigger, retry_of)
        if made is None:
            raise errors.already_active(run_rows.active_run_id(session, portfolio_id))
        return made

    def recalculate(self, session: Session, actor: Actor, portfolio_id: UUID, trigger: Trigger) -> UUID:
        """A run that counts what this transaction has changed, asked for after the change: a new one, or the active
        one, which starts over if it has begun."""
        while True:
            made = self._made(session, actor, portfolio_id, trigger)
            if made is not None:
                return made.id
            active = run_rows.ask_again(session, portfolio_id)
            if active is not None:  # else it ended in between
                return active

    def _made(
        self, session: Session, actor: Actor, portfolio_id: UUID, trigger: Trigger, retry_of: UUID | None = None
    ) -> RunView | None:
        """None while the portfolio has an active run."""
        self._access.require(session, actor, Permission.MANAGE, portfolio_id)
        run = BatchRun(
            id=uuid4(), portfolio_id=portfolio_id, trigger=trigger, requested_by=signed_in(actor),
            created_at=self._clock.now(), retry_of=retry_of,
        )  # fmt: skip
        kept = self._kept(session, run)
        if not run_rows.add_run(session, run):
            return None
        progress.add_phases(session, [_new_phase(run, number, kept) for number in range(len(rules.PHASES))])
        progress.add_log(session, run.id, portfolio_id, [LogLine(run.created_at, "info", _opening(run, kept))])
        run_rows.defer(session, run.id, signed_in(actor), rules.priority(trigger))
        return _view(run)

    def calculate(self, session: Session, actor: Actor, portfolio_id: UUID, force: bool = False) -> Started:
        """What a person asks for: the newest run again where it stopped, or with `force` everything from scratch."""
        before = self._preprocessing(session, actor, portfolio_id)
        newest = run_rows.latest_run(session, portfolio_id)
        if force or newest is None or newest.status not in _RETRYABLE:
            return Started(self.request_run(session, actor, portfolio_id, Trigger.USER), before)
        return Started(self.request_run(session, actor, portfolio_id, Trigger.RETRY, newest.id), before)

    def cancel(self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID) -> RunStatus:
        """Honoured between two phases; nothing changes for a run that ended."""
        self._access.require(session, actor, Permission.MANAGE, portfolio_id)
        self._find(session, portfolio_id, run_id)
        if run_rows.request_cancel(session, run_id, self._clock.now()):
            line = LogLine(self._clock.now(), "info", "Cancelling was asked for")
            progress.add_log(session, run_id, portfolio_id, [line])
        return self._status(session, self._find(session, portfolio_id, run_id))

    # Following

    def status(self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID) -> RunStatus:
        self._access.require(session, actor, Permission.VIEW, portfolio_id)
        return self._status(session, self._find(session, portfolio_id, run_id))

    def latest_run(self, session: Session, actor: Actor, portfolio_id: UUID) -> RunStatus | None:
        """The newest run, whatever became of it; None when the portfolio was never calculated."""
        self._access.require(session, actor, Permission.VIEW, portfolio_id)
        newest = run_rows.latest_run(session, portfolio_id)
        return self._status(session, newest) if newest is not None else None

    def latest_runs(self, session: Session, actor: Actor, portfolio_ids: Collection[UUID]) -> dict[UUID, RunStatus]:
        """The newest run of each; a portfolio that was never calculated, or is not visible, is not in it."""
        runs = run_rows.latest_runs(session, self._access.visible_to(actor), portfolio_ids)
        phases = progress.phases_of(session, [run.id for run in runs])
        return {run.portfolio_id: self._status_with(run, phases[run.id]) for run in runs}

    def find_run(self, session: Session, actor: Actor, run_id: UUID) -> RunStatus:
        """For addresses that name only the run."""
        found = run_rows.run(session, run_id)
        if found is None:
            raise not_found()
        return self.status(session, actor, found.portfolio_id, run_id)

    def log(self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID) -> RunLog:
        run = self.status(session, actor, portfolio_id, run_id)
        return RunLog(run, tuple(progress.log_lines(session, run_id)))

    def log_file(self, session: Session, actor: Actor, portfolio_id: UUID, run_id: UUID, kind: str) -> LogFile:
        name = self._portfolios.get(session, actor, portfolio_id).name
        found = self.log(session, actor, portfolio_id, run_id)
        make = log_file.as_json if kind == "json" else log_file.as_text
        return make(found, name, self._clock.now())

    # The clock's work

    def request_due_runs(self, open_: Transactions) -> int:
        """One run for every portfolio in use whose newest close is not calculated yet; how many were requested."""
        published = calendar.session_close(calendar.last_closed_session(self._clock.now())) + calendar.GRACE
        with open_(job_actor("nightly")) as session:
            newest = run_rows.newest_since(session, published)
            owners = self._portfolios.owners(session)
        due = [portfolio_id for portfolio_id in owners if rules.is_due(newest.get(portfolio_id))]
        return sum(self._request_nightly(open_, owners[portfolio_id], portfolio_id) for portfolio_id in due)

    def rescue_stalled(self, open_: Transactions) -> int:
        return rescue.rescue_stalled(open_, self._clock)

    def _request_nightly(self, open_: Transactions, owner: UUID, portfolio_id: UUID) -> bool:
        """False when somebody was faster."""
        actor = job_actor("nightly", owner)
        try:
            with open_(actor) as session:
                newest = run_rows.latest_run(session, portfolio_id)
                retry_of = newest.id if newest is not None and newest.status in _RETRYABLE else None
                self.request_run(session, actor, portfolio_id, Trigger.NIGHTLY, retry_of)
        except AppError as error:
            if error.kind is not ErrorKind.CONFLICT:
                raise
            return False
        return True

    # Inside

    def _find(self, session: Session, portfolio_id: UUID, run_id: UUID) -> BatchRun:
        found = run_rows.run(session, run_id)
        if found is None or found.portfolio_id != portfolio_id:
            raise not_found()
        return found

    def _kept(self, session: Session, run: BatchRun) -> dict[str, BatchPhase]:
        """The phases of the run to retry that hold for the new one, unless a new close is out since."""
        if run.retry_of is None:
            return {}
        earlier = self._find(session, run.portfolio_id, run.retry_of)
        if calendar.last_closed_session(earlier.created_at) != calendar.last_closed_session(run.created_at):
            return {}
        phases = {phase.phase: phase for phase in progress.phases(session, earlier.id)}
        kept = rules.kept_phases({key: PhaseState(phase.status) for key, phase in phases.items()})
        if rules.FETCH_PRICES in kept:
            run.price_source, run.as_of = earlier.price_source, earlier.as_of
        return {key: phases[key] for key in kept}

    def _status(self, session: Session, run: BatchRun) -> RunStatus:
        return self._status_with(run, progress.phases(session, run.id))

    def _status_with(self, run: BatchRun, stored: Sequence[BatchPhase]) -> RunStatus:
        now = self._clock.now()
        phases = tuple(_phase_status(phase, now) for phase in stored)
        started, ended = run.started_at, run.finished_at or now
        return RunStatus(
            batch_run_id=run.id,
            portfolio_id=run.portfolio_id,
            status=RunState(run.status),
            triggered_by=Trigger(run.trigger),
            created_at=run.created_at,
            started_at=started,
            finished_at=run.finished_at,
            elapsed_seconds=max(0.0, (ended - started).total_seconds()) if started else 0.0,
            progress_percent=rules.progress_percent(RunState(run.status), phases),
            attempts=run.attempts,
            cancel_requested=run.cancel_requested_at is not None,
            error_code=run.error_code,
            reason=run.reason,
            as_of=run.as_of,
            price_source=run.price_source,
            phases=phases,
        )

    def _preprocessing(self, session: Session, actor: Actor, portfolio_id: UUID) -> Preprocessing:
        self._access.require(session, actor, Permission.MANAGE, portfolio_id)
        source = self._market.source_for(self._portfolios.get(session, actor, portfolio_id).is_sample)
        need = need_at(self._market, source, self._calculation.needed_symbols(session, actor, portfolio_id))
        symbols = need.required
        coverage = self._market.coverage(session, source, symbols, need.as_of)
        return Preprocessing(
            symbols_count=len(symbols),
            symbols_identified=len(symbols) - len(self._securities.missing(session, symbols)),
            symbols_priced=coverage.priced,
            price_coverage_percentage=None if coverage.fraction is None else round(100 * coverage.fraction, 2),
            ready_for_batch=rules.is_ready(coverage.needed, len(coverage.missing)),
            missing_symbols=tuple(each.symbol for each in coverage.missing),
        )


def _new_phase(run: BatchRun, ordinal: int, kept: Mapping[str, BatchPhase]) -> BatchPhase:
    definition = rules.PHASES[ordinal]
    earlier = kept.get(definition.key)
    carried = {} if earlier is None else earlier.model_dump(include=_CARRIED)
    return BatchPhase(
        run_id=run.id, portfolio_id=run.portfolio_id, phase=definition.key, ordinal=ordinal, name=definition.name,
        **carried,
    )  # fmt: skip


def _opening(run: BatchRun, kept: Collection[str]) -> str:
    rest = f", {len(kept)} of {len(rules.PHASES)} phases kept from the run before" if kept else ""
    return _OPENINGS[Trigger(run.trigger)] + rest


def _view(run: BatchRun) -> RunView:
    return RunView(run.id, run.portfolio_id, RunState(run.status), Trigger(run.trigger), run.created_at, run.retry_of)


def _phase_status(phase: BatchPhase, now: datetime) -> PhaseStatus:
    ended = phase.finished_at or now
    return PhaseStatus(
        phase=phase.phase,
        name=phase.name,
        status=PhaseState(phase.status),
        current=phase.current,
        total=phase.total,
        unit=phase.unit,
        duration_seconds=max(0.0, (ended - phase.started_at).total_seconds()) if phase.started_at else None,
        reason=phase.reason,
    )
