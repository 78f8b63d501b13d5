"""Users and their sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, utc


class User(Base, table=True):
    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(btrim(email))", name="email_normalised"),
        CheckConstraint("import_file_days between 0 and 3650", name="import_file_days"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email: str = Field(unique=True)
    full_name: str
    password_hash: str
    is_superuser: bool = Field(default=False)
    is_active: bool = Field(default=True)
    privacy_mode: bool = Field(default=False)
    # How long imported files are kept.
    import_file_days: int = Field(default=30, sa_column_kwargs={"server_default": "30"})
    created_at: datetime = Field(sa_column=utc())
    password_changed_at: datetime = Field(sa_column=utc())


class UserSession(Base, table=True):
    """A browser cookie or a bearer token: both are rows, so both end at once."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("kind in ('handover', 'browser', 'token')", name="kind"),
        Index("ix_sessions_user_id_live", "user_id", postgresql_where=text("revoked_at is null")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    kind: str
    secret_hash: str | None = None
    created_at: datetime = Field(sa_column=utc())
    last_seen_at: datetime = Field(sa_column=utc())
    expires_at: datetime = Field(sa_column=utc())
    revoked_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    revoked_why: str | None = None
    device: str | None = None
    impersonator_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE", index=True)


class SystemState(Base, table=True):
    """Facts about the installation, reached through definer functions only (today: the claim code's hash)."""

    __tablename__ = "system_state"

    key: str = Field(primary_key=True)
    value: str
    updated_at: datetime = Field(sa_column=utc())


class RateLimit(Base, table=True):
    """Theoretical arrival time per limited key; losing it in a crash costs one burst, so it is not logged."""

    __tablename__ = "rate_limits"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: str = Field(primary_key=True)
    due: datetime = Field(sa_column=utc())
