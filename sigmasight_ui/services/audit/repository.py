"""All SQL of the audit room."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, text
from sqlmodel import Session, col, select

from sigmasight_ui.services.audit.models import AuditEvent, AuditSeal
from sigmasight_ui.services.audit.schemas import AuditRow

_RECORD = text(
    "select app.record_audit(:action, :object_type, :object_id, :outcome, :subject, :ip_hash,"
    " cast(:details as jsonb), :at)"
)


def record(session: Session, values: dict[str, Any]) -> None:
    session.execute(_RECORD, values)


def events_of(session: Session, user_id: UUID | None, limit: int, offset: int) -> list[AuditRow]:
    query = (
        select(AuditEvent)
        .where(or_(col(AuditEvent.actor_id) == user_id, col(AuditEvent.subject_id) == user_id))
        .order_by(col(AuditEvent.id).desc())
        .limit(limit)
        .offset(offset)
    )
    return [AuditRow(e.at, e.action, e.outcome, e.impersonator_id is not None) for e in session.exec(query)]


def wait_for_writers(session: Session) -> None:
    """Until this transaction ends nobody records anything, and whoever had has committed or given up: the ids come
    from a sequence, so without this an event with a smaller one could appear after the seal."""
    session.execute(text("select pg_advisory_xact_lock(hashtext('sigmasight.audit'))"))


def last_seal(session: Session) -> AuditSeal | None:
    return session.exec(select(AuditSeal).order_by(col(AuditSeal.id).desc()).limit(1)).first()


def events_after(session: Session, after: int, limit: int) -> list[AuditEvent]:
    query = select(AuditEvent).where(col(AuditEvent.id) > after).order_by(col(AuditEvent.id)).limit(limit)
    return list(session.exec(query))


def events_between(session: Session, after: int, through: int) -> list[AuditEvent]:
    query = select(AuditEvent).where(col(AuditEvent.id) > after, col(AuditEvent.id) <= through)
    return list(session.exec(query.order_by(col(AuditEvent.id))))


def add_seal(session: Session, through: int, events: int, previous_hash: str, seal_hash: str, now: datetime) -> None:
    session.add(
        AuditSeal(through_id=through, events=events, previous_hash=previous_hash, hash=seal_hash, sealed_at=now)
    )


def seals(session: Session) -> list[AuditSeal]:
    return list(session.exec(select(AuditSeal).order_by(col(AuditSeal.id))))
