"""How far a run is: its phases and its log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import Session, col, select

from sigmasight_ui.services.batch.models import BatchLog, BatchPhase
from sigmasight_ui.services.batch.schemas import LogLine, PhaseState


@dataclass(frozen=True, slots=True)
class PhaseEnd:
    key: str
    status: PhaseState
    current: int
    total: int
    unit: str
    reason: str | None


def add_phases(session: Session, phases: Iterable[BatchPhase]) -> None:
    """In one statement: at night there are thirteen for every portfolio."""
    session.connection().execute(insert(BatchPhase), [phase.model_dump() for phase in phases])


def phases_of(session: Session, run_ids: Iterable[UUID]) -> dict[UUID, list[BatchPhase]]:
    query = select(BatchPhase).where(col(BatchPhase.run_id).in_(list(run_ids))).order_by(col(BatchPhase.ordinal))
    found: dict[UUID, list[BatchPhase]] = defaultdict(list)
    for phase in session.exec(query.execution_options(populate_existing=True)):
        found[phase.run_id].append(phase)
    return found


def phases(session: Session, run_id: UUID) -> list[BatchPhase]:
    query = select(BatchPhase).where(BatchPhase.run_id == run_id).order_by(col(BatchPhase.ordinal))
    return list(session.exec(query.execution_options(populate_existing=True)))


def log_lines(session: Session, run_id: UUID) -> list[LogLine]:
    query = select(BatchLog).where(BatchLog.run_id == run_id).order_by(col(BatchLog.id))
    return [LogLine(line.at, line.level, line.message) for line in session.exec(query)]


def start_phase(session: Session, run_id: UUID, phase: str, now: datetime) -> None:
    statement = text(
        "update batch_phases set status = 'running', started_at = :now, finished_at = null, current = 0, total = null,"
        " unit = null, reason = null where run_id = :run and phase = :phase"
    )
    session.execute(statement, {"run": run_id, "phase": phase, "now": now})


def progress_phase(session: Session, run_id: UUID, phase: str, current: int, total: int, unit: str) -> None:
    statement = text(
        "update batch_phases set current = :current, total = :total, unit = :unit"
        " where run_id = :run and phase = :phase"
    )
    session.execute(statement, {"run": run_id, "phase": phase, "current": current, "total": total, "unit": unit})


def end_phases(
    session: Session, run_id: UUID, keys: Sequence[str], status: PhaseState, now: datetime, reason: str | None = None
) -> None:
    statement = text(
        "update batch_phases set status = :status, reason = :reason,"
        " finished_at = case when started_at is null then null else :now end"
        " where run_id = :run and phase = any(:keys)"
    )
    session.execute(statement, {"run": run_id, "keys": list(keys), "status": status, "now": now, "reason": reason})


_CLOSE_PHASES = text("""
    update batch_phases set status = case status when 'running' then :running else 'skipped' end, reason = :reason,
                            finished_at = case status when 'running' then :now end
    where run_id = :run and status in ('waiting', 'running')
""")


def close_phases(session: Session, run_id: UUID, running: PhaseState, reason: str, now: datetime) -> None:
    """An ended run has no phase that waits or runs."""
    session.execute(_CLOSE_PHASES, {"run": run_id, "running": running, "reason": reason, "now": now})


_ADD_LOG = text("""
    insert into batch_log (run_id, portfolio_id, at, level, message)
    select :run, :portfolio, r.at, r.level, r.message
    from unnest(cast(:at as timestamptz[]), cast(:level as text[]), cast(:message as text[])) as r(at, level, message)
""")


def add_log(session: Session, run_id: UUID, portfolio_id: UUID, lines: Sequence[LogLine]) -> None:
    columns = {name: [getattr(line, name) for line in lines] for name in ("at", "level", "message")}
    session.execute(_ADD_LOG, {"run": run_id, "portfolio": portfolio_id, **columns})


_END_ALL = text("""
    update batch_phases p set status = r.status, current = r.current, total = r.total, unit = r.unit,
                              reason = r.reason, started_at = :now, finished_at = :now
    from unnest(cast(:key as text[]), cast(:status as text[]), cast(:current as int[]), cast(:total as int[]),
                cast(:unit as text[]), cast(:reason as text[])) as r(phase, status, current, total, unit, reason)
    where p.run_id = :run and p.phase = r.phase
""")


def end_all_phases(session: Session, run_id: UUID, ends: Sequence[PhaseEnd], now: datetime) -> None:
    names = ("key", "status", "current", "total", "unit", "reason")
    columns = {name: [getattr(end, name) for end in ends] for name in names}
    session.execute(_END_ALL, {"run": run_id, "now": now, **columns})
