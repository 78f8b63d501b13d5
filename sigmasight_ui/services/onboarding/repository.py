"""All SQL of the onboarding room."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from sigmasight_ui.services.onboarding.models import Upload

REJECTED, CREATED = "rejected", "created"


def add(session: Session, upload: Upload) -> None:
    session.add(upload)
    session.flush()


def find(session: Session, user_id: UUID, upload_id: UUID, now: datetime) -> Upload | None:
    """Refused uploads are forgotten after a day, whether or not they have been deleted yet."""
    query = select(Upload).where(Upload.id == upload_id, Upload.user_id == user_id)
    found = session.exec(query).first()
    return None if found is None or (found.outcome == REJECTED and found.expires_at <= now) else found


def newest(session: Session, user_id: UUID) -> Upload | None:
    query = (
        select(Upload).where(Upload.user_id == user_id).order_by(col(Upload.created_at).desc(), col(Upload.id)).limit(1)
    )
    return session.exec(query).first()


def delete_expired(session: Session, now: datetime) -> int:
    statement = delete(Upload).where(col(Upload.outcome) == REJECTED, col(Upload.expires_at) <= now)
    return len(session.execute(statement.returning(col(Upload.id))).all())
