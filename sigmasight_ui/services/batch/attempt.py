"""One attempt at a run: every transaction it writes in ends with proof that nobody took the run over meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.logging import get_logger
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.batch import rules
from sigmasight_ui.services.batch.repository import progress, run_rows
from sigmasight_ui.services.batch.schemas import LogLine, PhaseState, Trigger
from sigmasight_ui.services.risk.schemas import PhaseResult

log = get_logger(__name__)


class RunLost(Exception):
    """The run ended, or another worker has it: nothing of the present transaction may stay."""


class RunCancelled(Exception):
    """Its owner does not want it any more."""


class RunInterrupted(Exception):
    """This process is shutting down; another one goes on."""


@dataclass
class Attempt:
    """What a phase needs to know, and the only way it writes about itself."""

    open_: Transactions
    actor: Actor
    clock: Clock
    run_id: UUID
    portfolio_id: UUID
    trigger: Trigger
    number: int
    price_source: str | None = None
    as_of: date | None = None
    _silent: threading.Event = field(default_factory=threading.Event, repr=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commits only if this attempt still owns the run; raises RunCancelled before any work when asked to stop."""
        with self.open_(self.actor) as session:
            wanted = run_rows.is_cancel_requested(session, self.run_id)
            if wanted is None:
                raise RunLost
            if wanted:
                raise RunCancelled
            yield session
            if not run_rows.beat(session, self.run_id, self.number):
                raise RunLost

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Signs of life from a thread of their own: a phase may compute or wait for the network for long."""
        thread = threading.Thread(target=self._beat, name=f"run {self.run_id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._silent.set()
            thread.join()

    def _beat(self) -> None:
        for _ in range(int(rules.LONGEST_ATTEMPT / rules.BEAT_EVERY)):
            if self._silent.wait(rules.BEAT_EVERY):
                return
            try:
                with self.open_(self.actor) as session:
                    run_rows.beat(session, self.run_id, self.number)
            except (AppError, SQLAlchemyError) as error:
                log.warning("no sign of life possible", run_id=str(self.run_id), error=str(error))

    def started_over(self, session: Session) -> bool:
        if not run_rows.start_over(session, self.run_id, self.number):
            return False
        self.price_source = self.as_of = None
        self.say(session, "Holdings changed meanwhile; it starts over")
        return True

    # What a phase says about itself

    def say(self, session: Session, *messages: str, level: str = "info") -> None:
        now = self.clock.now()
        progress.add_log(session, self.run_id, self.portfolio_id, [LogLine(now, level, each) for each in messages])

    def start(self, session: Session, phase: str) -> None:
        progress.start_phase(session, self.run_id, phase, self.clock.now())

    def choose_prices(self, session: Session, source: str, as_of: date) -> None:
        run_rows.choose_prices(session, self.run_id, source, as_of)
        self.price_source, self.as_of = source, as_of

    def progress(self, session: Session, phase: str, so_far: PhaseResult) -> None:
        progress.progress_phase(session, self.run_id, phase, so_far.done, so_far.total, so_far.unit)

    def complete(self, session: Session, phase: str) -> None:
        progress.end_phases(session, self.run_id, [phase], PhaseState.COMPLETED, self.clock.now())

    def skip(self, session: Session, phase: str, reason: str) -> None:
        """There is nothing this phase could work with, and trying again would not change that."""
        progress.end_phases(session, self.run_id, [phase], PhaseState.SKIPPED, self.clock.now(), reason)

    def fail(self, session: Session, phase: str, code: str, reason: str, without: Sequence[str] = ()) -> None:
        """The phase failed, and the phases in `without` cannot work for that reason."""
        now = self.clock.now()
        progress.end_phases(session, self.run_id, [phase], PhaseState.FAILED, now, reason)
        if without:
            because = f"Needs {rules.name_of(phase).lower()}, which failed."
            progress.end_phases(session, self.run_id, without, PhaseState.SKIPPED, now, because)
        run_rows.note_trouble(session, self.run_id, code, reason)
        self.say(session, f"{rules.name_of(phase)} failed: {reason}", level="error")
