"""Runs of the night that are carried out together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from sigmasight_ui.services.batch.schemas import RunState


@dataclass(frozen=True, slots=True)
class Taken:
    """A run of the night that is carried out together with others; in whose name, and the how manieth attempt."""

    run_id: UUID
    portfolio_id: UUID
    owner_id: UUID | None
    attempt: int


_TAKE_NIGHT = text("""
    with candidates as (
        select id from batch_runs
        where status = 'queued' and trigger = 'nightly' and attempts = 0 and retry_of is null
          and cancel_requested_at is null and not asked_again
        order by id = :run desc, created_at limit :most for update skip locked
    )
    update batch_runs set status = 'running', attempts = attempts + 1, heartbeat_at = clock_timestamp(),
                          started_at = coalesce(started_at, :now)
    where id in (select id from candidates) and :run in (select id from candidates)
      and (select count(*) from candidates) > 1
    returning id, portfolio_id, requested_by, attempts
""")


def take_night(session: Session, run_id: UUID, now: datetime, most: int) -> list[Taken]:
    """This run and others of the night that wait and were not tried yet; none when it would be alone."""
    rows = session.execute(_TAKE_NIGHT, {"run": run_id, "now": now, "most": most})
    return [Taken(*row) for row in rows]


_BEAT_ALL = text("""
    update batch_runs r set heartbeat_at = clock_timestamp()
    from unnest(cast(:runs as uuid[]), cast(:attempts as int[])) as t(id, attempt)
    where r.id = t.id and r.status = 'running' and r.attempts = t.attempt
""")


_GIVE_BACK = text("""
    update batch_runs r set status = 'queued', attempts = attempts - :refund
    from unnest(cast(:runs as uuid[]), cast(:attempts as int[])) as t(id, attempt)
    where r.id = t.id and r.status = 'running' and r.attempts = t.attempt
""")


def beat_all(session: Session, runs: Sequence[tuple[UUID, int]]) -> None:
    session.execute(_BEAT_ALL, _columns(runs))


def give_back(session: Session, runs: Sequence[tuple[UUID, int]], *, tried: bool) -> None:
    """Back to the queue; what was tried is carried out by itself next."""
    session.execute(_GIVE_BACK, {**_columns(runs), "refund": 0 if tried else 1})


_CANCEL_ASKED = text("""
    select id from batch_runs
    where id = any(cast(:runs as uuid[])) and status = 'running' and cancel_requested_at is not null
""")


def cancel_asked(session: Session, run_ids: Sequence[UUID]) -> set[UUID]:
    return set(session.execute(_CANCEL_ASKED, {"runs": list(run_ids)}).scalars())


_END_NIGHT = text("""
    update batch_runs set price_source = :source, as_of = :as_of, status = :status, finished_at = :now
    where id = :run and status = 'running' and attempts = :attempt and cancel_requested_at is null and not asked_again
    returning id
""")


def end_night(session: Session, taken: Taken, source: str, as_of: date, status: RunState, now: datetime) -> bool:
    """False when this attempt was given up on, or when its owner does not want the run any more: whatever it did in
    this transaction must not stay."""
    values = {
        "run": taken.run_id, "attempt": taken.attempt, "source": source, "as_of": as_of, "status": status, "now": now,
    }  # fmt: skip
    return session.execute(_END_NIGHT, values).first() is not None


def _columns(runs: Sequence[tuple[UUID, int]]) -> dict[str, list[UUID] | list[int]]:
    return {"runs": [run for run, _ in runs], "attempts": [attempt for _, attempt in runs]}
