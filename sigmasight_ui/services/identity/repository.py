"""All SQL of the identity room. Rows of other people are reached through the definer functions only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, bindparam, text, update
from sqlmodel import Session, col, select

from sigmasight_ui.services.identity.models import User, UserSession
from sigmasight_ui.services.identity.schemas import LiveSession, UserView

_VIEW = tuple(getattr(User, name) for name in UserView.__dataclass_fields__)
_USER = select(*_VIEW).where(col(User.id) == bindparam("id"))
_RESOLVE = text("select * from app.resolve_session(:id, :hash, :now, :idle)")  # built once: asked with every click


def find_login(session: Session, email: str) -> tuple[UUID, str, bool] | None:
    row = session.execute(text("select * from app.find_login(:email)"), {"email": email}).first()
    return (row.id, row.password_hash, row.is_active) if row else None


def register_user(session: Session, user_id: UUID, email: str, full_name: str, hashed: str, now: datetime) -> bool:
    call = text("select app.register_user(:id, :email, :name, :hash, :now)")
    values = {"id": user_id, "email": email, "name": full_name, "hash": hashed, "now": now}
    return session.execute(call, values).scalar() is not None


def resolve(
    session: Session, session_id: UUID, secret_hash: str | None, now: datetime, idle: timedelta
) -> LiveSession | None:
    row = session.execute(_RESOLVE, {"id": session_id, "hash": secret_hash, "now": now, "idle": idle}).first()
    if row is None:
        return None
    user = UserView(row.user_id, row.email, row.full_name, row.is_superuser, row.privacy_mode)
    return LiveSession(session_id, user, row.kind, row.expires_at, row.impersonator_id)


def forget_sessions(session: Session, before: datetime) -> int:
    forgotten: int = session.execute(text("select app.forget_sessions(:before)"), {"before": before}).scalar_one()
    return forgotten


def get_user(session: Session, user_id: UUID) -> UserView:
    return UserView(*session.execute(_USER, {"id": user_id}).one())


def set_password(session: Session, user_id: UUID, hashed: str, now: datetime) -> None:
    session.execute(update(User).where(col(User.id) == user_id).values(password_hash=hashed, password_changed_at=now))


def delete_account(session: Session, name_left: str) -> bool:
    """Of the person the transaction works for; `name_left` stands for them in portfolios of others. False for the only
    administrator."""
    return bool(session.execute(text("select app.delete_account(:name)"), {"name": name_left}).scalar())


def update_profile(session: Session, user_id: UUID, values: dict[str, Any]) -> None:
    session.execute(update(User).where(col(User.id) == user_id).values(**values))


def live_sessions(session: Session, user_id: UUID, now: datetime) -> list[UserSession]:
    query = (
        select(UserSession)
        .where(UserSession.user_id == user_id, col(UserSession.revoked_at).is_(None), UserSession.expires_at > now)
        .order_by(col(UserSession.last_seen_at).desc())
    )
    return list(session.exec(query))


def revoke(
    session: Session, user_id: UUID, now: datetime, why: str, *, only: UUID | None = None, keep: UUID | None = None
) -> int:
    """End live sessions of the user: one (`only`), or all but one (`keep`), or all."""
    statement = (
        update(UserSession)
        .where(col(UserSession.user_id) == user_id, col(UserSession.revoked_at).is_(None))
        .values(revoked_at=now, revoked_why=why)
    )
    if only is not None:
        statement = statement.where(col(UserSession.id) == only)
    if keep is not None:
        statement = statement.where(col(UserSession.id) != keep)
    return cast(CursorResult[Any], session.execute(statement)).rowcount


def redeem_ticket(session: Session, values: dict[str, Any]) -> UUID | None:
    call = text("select app.redeem_ticket(:id, :ticket_hash, :secret_hash, :now, :expires)")
    return session.execute(call, values).scalar()


def offer_claim(session: Session, code_hash: str, now: datetime) -> bool:
    return bool(session.execute(text("select app.offer_claim(:hash, :now)"), {"hash": code_hash, "now": now}).scalar())


def claim_is_open(session: Session) -> bool:
    return bool(session.execute(text("select app.claim_is_open()")).scalar())


def claim_administrator(session: Session, values: dict[str, Any]) -> str:
    call = text("select app.claim_administrator(:code_hash, :id, :email, :name, :hash, :now)")
    return str(session.execute(call, values).scalar())


def create_superuser(session: Session, values: dict[str, Any]) -> tuple[UUID, bool]:
    call = text("select * from app.create_superuser(:id, :email, :name, :hash, :now)")
    row = session.execute(call, values).one()
    return row.user_id, row.created
