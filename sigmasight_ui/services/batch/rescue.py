"""Runs nobody works on any more: queued again, or ended with a code after three attempts."""

from __future__ import annotations

from datetime import datetime

from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.batch import endings, rules
from sigmasight_ui.services.batch.repository import progress, run_rows
from sigmasight_ui.services.batch.repository.run_rows import Stalled
from sigmasight_ui.services.batch.schemas import LogLine, Trigger


def rescue_stalled(open_: Transactions, clock: Clock) -> int:
    """How many runs were taken care of; each in its own transaction and in the name of who asked for it."""
    with open_(job_actor("rescue")) as session:
        found = run_rows.stalled(session, rules.SILENCE)
    return sum(_rescue(open_, each, clock.now()) for each in found)


def _rescue(open_: Transactions, run: Stalled, now: datetime) -> bool:
    with open_(job_actor("rescue", run.requested_by)) as session:
        if not run_rows.is_still_stalled(session, run.run_id, rules.SILENCE):
            return False
        is_last = run.attempts >= rules.MAX_ATTEMPTS
        if not (is_last and endings.give_up(session, run.run_id, run.portfolio_id, run.attempts, now)):
            line = LogLine(now, "warning", "The server stopped while it worked on this; it starts again")
            progress.add_log(session, run.run_id, run.portfolio_id, [line])
            run_rows.requeue(session, run.run_id, run.requested_by, rules.priority(Trigger(run.trigger)))
        return True
