"""How a run ends before all its phases have."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.services.batch import errors
from sigmasight_ui.services.batch.repository import progress, run_rows
from sigmasight_ui.services.batch.schemas import LogLine, PhaseState, RunState


def cancelled(session: Session, run_id: UUID, portfolio_id: UUID, attempt: int, now: datetime) -> bool:
    """False when this attempt does not own the run any more, or somebody has asked for it again."""
    ended = run_rows.end_run(session, run_id, attempt, RunState.CANCELLED, now)
    if ended:
        progress.close_phases(session, run_id, PhaseState.SKIPPED, "The calculation was cancelled.", now)
        line = LogLine(now, "warning", "Run cancelled; what was completed stays")
        progress.add_log(session, run_id, portfolio_id, [line])
    return ended


def give_up(session: Session, run_id: UUID, portfolio_id: UUID, attempts: int, now: datetime) -> bool:
    """False for a run that has to start over: it is tried once more."""
    reason = errors.attempts_reason(attempts)
    ended = run_rows.fail(session, run_id, errors.ATTEMPTS_SPENT, reason, now)
    if ended:
        progress.close_phases(session, run_id, PhaseState.FAILED, reason, now)
        progress.add_log(session, run_id, portfolio_id, [LogLine(now, "error", f"Run ended: failed. {reason}")])
    return ended
