"""Runs: asked for, found, worked on, ended, rescued. Every step a worker takes names its attempt, so that one who was
given up on changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sigmasight_ui.services.batch.models import BatchRun
from sigmasight_ui.services.batch.schemas import RunState


@dataclass(frozen=True, slots=True)
class Stalled:
    """An active run nobody works on."""

    run_id: UUID
    portfolio_id: UUID
    requested_by: UUID
    attempts: int
    trigger: str


_ADD_RUN = text("""
    insert into batch_runs (id, portfolio_id, status, trigger, requested_by, attempts, created_at, retry_of,
                            price_source, as_of)
    values (:id, :portfolio_id, :status, :trigger, :requested_by, 0, :created_at, :retry_of, :price_source, :as_of)
    on conflict (portfolio_id) where status in ('queued', 'running') do nothing
    returning id
""")


def add_run(session: Session, run: BatchRun) -> bool:
    """False when the portfolio has an active run: the partial unique index decides, the transaction stays usable."""
    return session.execute(_ADD_RUN, run.model_dump()).first() is not None


def defer(session: Session, run_id: UUID, user_id: UUID, priority: int) -> None:
    values = {"run": run_id, "user": user_id, "priority": priority}
    session.execute(text("select app.defer_run(:run, :user, :priority)"), values)


_ASK_AGAIN = text("""
    update batch_runs set asked_again = asked_again or started_at is not null or retry_of is not null,
                          cancel_requested_at = null
    where portfolio_id = :portfolio and status in ('queued', 'running') returning id
""")


def ask_again(session: Session, portfolio_id: UUID) -> UUID | None:
    """The active run counts what this transaction has changed: nobody begins it before the transaction ends, and if
    it has begun, or keeps phases of an earlier one, it starts over. None when there is no active run."""
    found: UUID | None = session.execute(_ASK_AGAIN, {"portfolio": portfolio_id}).scalar()
    return found


def request_cancel(session: Session, run_id: UUID, now: datetime) -> bool:
    statement = text(
        "update batch_runs set cancel_requested_at = coalesce(cancel_requested_at, :now), asked_again = false"
        " where id = :run and status in ('queued', 'running') returning id"
    )
    return session.execute(statement, {"run": run_id, "now": now}).first() is not None


def run(session: Session, run_id: UUID) -> BatchRun | None:
    return session.exec(select(BatchRun).where(BatchRun.id == run_id).execution_options(populate_existing=True)).first()


def active_run_id(session: Session, portfolio_id: UUID) -> UUID | None:
    query = select(BatchRun.id).where(
        BatchRun.portfolio_id == portfolio_id, col(BatchRun.status).in_((RunState.QUEUED, RunState.RUNNING))
    )
    return session.exec(query).first()


def latest_run(session: Session, portfolio_id: UUID) -> BatchRun | None:
    query = (
        select(BatchRun)
        .where(BatchRun.portfolio_id == portfolio_id)
        .order_by(col(BatchRun.created_at).desc(), col(BatchRun.id))
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return session.exec(query).first()


def latest_runs(session: Session, ids: SelectOfScalar[UUID], only: Iterable[UUID]) -> list[BatchRun]:
    """The newest of each portfolio; `ids` are those the actor may see."""
    query = (
        select(BatchRun)
        .distinct(col(BatchRun.portfolio_id))
        .where(col(BatchRun.portfolio_id).in_(ids), col(BatchRun.portfolio_id).in_(list(only)))
        .order_by(col(BatchRun.portfolio_id), col(BatchRun.created_at).desc(), col(BatchRun.id))
        .execution_options(populate_existing=True)
    )
    return list(session.exec(query))


_NEWEST_SINCE = text("""
    select distinct on (portfolio_id) portfolio_id, status, error_code
    from batch_runs where created_at >= :since
    order by portfolio_id, created_at desc
""")


def newest_since(session: Session, since: datetime) -> dict[UUID, tuple[RunState, str | None]]:
    """Of every portfolio with a run since then: how its newest one stands."""
    rows = session.execute(_NEWEST_SINCE, {"since": since})
    return {row.portfolio_id: (RunState(row.status), row.error_code) for row in rows}


_CLAIM = text("""
    update batch_runs set status = 'running', attempts = attempts + 1, heartbeat_at = clock_timestamp(),
                          started_at = coalesce(started_at, :now)
    where id = :run and status = 'queued' returning id
""")


_BEAT = text("""
    update batch_runs set heartbeat_at = clock_timestamp()
    where id = :run and status = 'running' and attempts = :attempt returning id
""")


def claim(session: Session, run_id: UUID, now: datetime) -> BatchRun | None:
    """None when the run ended, or somebody else works on it."""
    if session.execute(_CLAIM, {"run": run_id, "now": now}).first() is None:
        return None
    return run(session, run_id)


def beat(session: Session, run_id: UUID, attempt: int) -> bool:
    """A sign of life. False: this attempt was given up on. Locks the run, so it comes last in a transaction."""
    return session.execute(_BEAT, {"run": run_id, "attempt": attempt}).first() is not None


def is_cancel_requested(session: Session, run_id: UUID) -> bool | None:
    """None: the run is gone with its portfolio. One that is there stays until the transaction ends, and so does the
    portfolio: deleting an account waits for the runs of its portfolios first."""
    query = text("select cancel_requested_at is not null from batch_runs where id = :run for key share")
    found: bool | None = session.execute(query, {"run": run_id}).scalar()
    return found


def end_run(session: Session, run_id: UUID, attempt: int, status: RunState, now: datetime) -> bool:
    """False when this attempt was given up on, or has to start over: what it did in this transaction must not stay."""
    statement = text(
        "update batch_runs set status = :status, finished_at = :now"
        " where id = :run and status = 'running' and attempts = :attempt and not asked_again returning id"
    )
    values = {"run": run_id, "attempt": attempt, "status": status, "now": now}
    return session.execute(statement, values).first() is not None


_START_OVER = text("""
    update batch_runs set asked_again = false, error_code = null, reason = null, price_source = null, as_of = null
    where id = :run and status = 'running' and attempts = :attempt and asked_again returning id
""")


_WAIT_AGAIN = text("""
    update batch_phases set status = 'waiting', current = 0, total = null, unit = null, started_at = null,
                            finished_at = null, reason = null
    where run_id = :run
""")


def start_over(session: Session, run_id: UUID, attempt: int) -> bool:
    """With all phases waiting, when somebody has asked again."""
    if session.execute(_START_OVER, {"run": run_id, "attempt": attempt}).first() is None:
        return False
    session.execute(_WAIT_AGAIN, {"run": run_id})
    return True


def release(session: Session, run_id: UUID, attempt: int, *, counts: bool) -> bool:
    """Back to the queue; an attempt that a shutdown interrupted does not count."""
    statement = text(
        "update batch_runs set status = 'queued', attempts = attempts - :refund"
        " where id = :run and status = 'running' and attempts = :attempt returning id"
    )
    values = {"run": run_id, "attempt": attempt, "refund": 0 if counts else 1}
    return session.execute(statement, values).first() is not None


def note_trouble(session: Session, run_id: UUID, code: str, reason: str) -> None:
    """The first trouble is the cause of the others, so it stays."""
    statement = text(
        "update batch_runs set error_code = :code, reason = :reason"
        " where id = :run and status in ('queued', 'running') and error_code is null"
    )
    session.execute(statement, {"run": run_id, "code": code, "reason": reason})


def choose_prices(session: Session, run_id: UUID, source: str, as_of: date) -> None:
    statement = text("update batch_runs set price_source = :source, as_of = :as_of where id = :run")
    session.execute(statement, {"run": run_id, "source": source, "as_of": as_of})


# Running without a sign of life; or queued although no job is waiting and no living worker has just taken one. One that
# took it a while ago would have claimed the run: it could not note what became of the job, and has forgotten it.
_STALLED = """
    select r.id, r.portfolio_id, r.requested_by, r.attempts, r.trigger from batch_runs r
    where (r.status = 'running' and r.heartbeat_at < clock_timestamp() - :silence * interval '1 second'
       or r.status = 'queued' and not exists (
            select from jobs.procrastinate_jobs j left join jobs.procrastinate_workers w on w.id = j.worker_id
            where j.lock = 'run:' || r.id and (
                j.status = 'todo'
                or j.status = 'doing' and w.last_heartbeat > clock_timestamp() - :silence * interval '1 second'
                   and exists (select from jobs.procrastinate_events e where e.job_id = j.id and e.type = 'started'
                               and e.at > clock_timestamp() - :silence * interval '1 second'))))
"""


def stalled(session: Session, silence: float) -> list[Stalled]:
    return [Stalled(*row) for row in session.execute(text(_STALLED), {"silence": silence})]


def is_still_stalled(session: Session, run_id: UUID, silence: float) -> bool:
    """Asked again under a lock, because two may come to the rescue at once."""
    query = text(f"{_STALLED} and r.id = :run for update of r skip locked")
    return session.execute(query, {"silence": silence, "run": run_id}).first() is not None


def forget_old(session: Session, before: datetime) -> int:
    """The newest run of a portfolio stays, however old: it says how the figures stand."""
    statement = text("""
        delete from batch_runs r where r.finished_at < :before and exists (
            select 1 from batch_runs newer
            where newer.portfolio_id = r.portfolio_id and newer.created_at > r.created_at)
        returning r.id
    """)
    return len(session.execute(statement, {"before": before}).all())


def requeue(session: Session, run_id: UUID, user_id: UUID, priority: int) -> None:
    session.execute(text("update batch_runs set status = 'queued' where id = :run"), {"run": run_id})
    values = {"run": run_id, "user": user_id, "priority": priority}
    session.execute(text("select app.requeue_run(:run, :user, :priority)"), values)


def fail(session: Session, run_id: UUID, code: str, reason: str, now: datetime) -> bool:
    """False when the run ended, or has to start over."""
    statement = text(
        "update batch_runs set status = 'failed', error_code = :code, reason = :reason, finished_at = :now"
        " where id = :run and status in ('queued', 'running') and not asked_again returning id"
    )
    values = {"run": run_id, "code": code, "reason": reason, "now": now}
    return session.execute(statement, values).first() is not None
