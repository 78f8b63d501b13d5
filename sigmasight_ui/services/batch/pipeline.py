"""Carries out a run, phase by phase: the path for uploads, retries and whatever the night leaves over."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.core.logging import get_logger
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.batch import endings, errors, rules
from sigmasight_ui.services.batch.attempt import Attempt, RunCancelled, RunInterrupted, RunLost
from sigmasight_ui.services.batch.night import Night
from sigmasight_ui.services.batch.phases import Phases
from sigmasight_ui.services.batch.repository import progress, run_rows
from sigmasight_ui.services.batch.schemas import PhaseState, RunState, Trigger

log = get_logger(__name__)
_OPEN = (PhaseState.WAITING, PhaseState.RUNNING)  # running: left behind by an attempt that died


def never() -> bool:
    return False


class BatchPipeline:
    def __init__(self, clock: Clock, phases: Phases, night: Night) -> None:
        self._clock = clock
        self._phases = phases
        self._night = night

    def execute(
        self, open_: Transactions, run_id: UUID, user_id: UUID, is_stopping: Callable[[], bool] = never
    ) -> None:
        """Work on a run until it ends. Raises when the attempt failed and the queue shall deliver the run again."""
        if self._night.execute(open_, run_id, is_stopping):
            return
        attempt = self._claim(open_, run_id, user_id)
        if attempt is None:
            return
        with attempt.beating():
            try:
                self._work(attempt, is_stopping)
            except RunLost:
                log.info("run taken over", run_id=str(run_id), attempt=attempt.number)
            except RunInterrupted:
                self._released(attempt)
                raise
            except Exception as error:
                log.error("attempt failed", run_id=str(run_id), attempt=attempt.number, exc_info=error)
                if self._is_given_up(attempt):
                    return
                raise

    def release(self, open_: Transactions, run_id: UUID, user_id: UUID) -> None:
        """The process must go before the phase in hand is over: whatever that still writes is refused."""
        with open_(job_actor("batch", user_id)) as session:
            run = run_rows.run(session, run_id)
            if run is not None and run.status == RunState.RUNNING:
                run_rows.release(session, run_id, run.attempts, counts=False)

    def _claim(self, open_: Transactions, run_id: UUID, user_id: UUID) -> Attempt | None:
        actor = job_actor("batch", user_id)
        with open_(actor) as session:
            run = run_rows.claim(session, run_id, self._clock.now())
            if run is None:
                return None
            attempt = Attempt(
                open_, actor, self._clock, run_id, run.portfolio_id, Trigger(run.trigger), run.attempts,
                run.price_source, run.as_of,
            )  # fmt: skip
            if attempt.number > 1:
                attempt.say(session, f"Going on, attempt {attempt.number} of {rules.MAX_ATTEMPTS}")
            return attempt

    def _work(self, attempt: Attempt, is_stopping: Callable[[], bool]) -> None:
        """Until it has ended with figures of the newest holdings."""
        is_over = False
        while not is_over:
            try:
                while key := self._next_phase(attempt):
                    self._phase(attempt, key)
                    if is_stopping():
                        raise RunInterrupted
                is_over = self._end(attempt)
            except RunCancelled:
                is_over = self._cancelled(attempt)

    def _next_phase(self, attempt: Attempt) -> str | None:
        with attempt.transaction() as session:
            attempt.started_over(session)
            states = _states(session, attempt.run_id)
            pending = next((phase.key for phase in rules.PHASES if states[phase.key] in _OPEN), None)
            if pending is not None:
                attempt.start(session, pending)
            return pending

    def _phase(self, attempt: Attempt, key: str) -> None:
        try:
            self._phases.run(attempt, key)
        except (RunLost, RunCancelled, SQLAlchemyError):
            raise
        except Exception as error:
            if isinstance(error, AppError) and error.kind is ErrorKind.UNAVAILABLE:
                raise
            if (
                isinstance(error, AppError) and error.kind is ErrorKind.NOT_FOUND
            ):  # archived since, or its import undone
                raise RunCancelled from error
            log.error("phase failed", run_id=str(attempt.run_id), phase=key, exc_info=error)
            reason = error.sentence if isinstance(error, AppError) else "An unexpected error; the server's log has it."
            with attempt.transaction() as session:
                attempt.fail(session, key, errors.FIGURES, reason, rules.dependents(key))

    def _end(self, attempt: Attempt) -> bool:
        """False: something was asked for meanwhile, or somebody else has the run."""
        with attempt.open_(attempt.actor) as session:
            states = list(_states(session, attempt.run_id).values())
            status = rules.ending(states)
            if not run_rows.end_run(session, attempt.run_id, attempt.number, status, self._clock.now()):
                return False
            done = f"{states.count(PhaseState.COMPLETED)} of {len(states)} phases completed"
            level = "info" if status is RunState.COMPLETED else "warning"
            attempt.say(session, f"Run ended: {status}, {done}", level=level)
            return True

    def _cancelled(self, attempt: Attempt) -> bool:
        """False as for `_end`."""
        with attempt.open_(attempt.actor) as session:
            return endings.cancelled(
                session, attempt.run_id, attempt.portfolio_id, attempt.number, self._clock.now()
            )  # fmt: skip

    def _released(self, attempt: Attempt) -> None:
        with attempt.open_(attempt.actor) as session:
            if run_rows.release(session, attempt.run_id, attempt.number, counts=False):
                attempt.say(session, "The server restarts; the calculation goes on afterwards")

    def _is_given_up(self, attempt: Attempt) -> bool:
        """True: the run ended failed, for good. Otherwise it waits for the next attempt."""
        with attempt.open_(attempt.actor) as session:
            is_last, now = attempt.number >= rules.MAX_ATTEMPTS, self._clock.now()
            if is_last and endings.give_up(session, attempt.run_id, attempt.portfolio_id, attempt.number, now):
                return True
            if run_rows.release(session, attempt.run_id, attempt.number, counts=True):
                attempt.say(session, f"Attempt {attempt.number} of {rules.MAX_ATTEMPTS} failed", level="warning")
            return False


def _states(session: Session, run_id: UUID) -> dict[str, PhaseState]:
    return {phase.phase: PhaseState(phase.status) for phase in progress.phases(session, run_id)}
