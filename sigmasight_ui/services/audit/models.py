"""The append-only record of security events, and the seals that show it was not rewritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, json_column, utc


class AuditEvent(Base, table=True):
    __tablename__ = "audit_log"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_column=utc())
    actor_id: UUID | None = Field(default=None, index=True)
    impersonator_id: UUID | None = None
    subject_id: UUID | None = Field(default=None, index=True)
    action: str
    object_type: str | None = None
    object_id: str | None = None
    outcome: str
    ip_hash: str | None = None
    request_id: str | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


class AuditSeal(Base, table=True):
    """Hash over all events up to `through_id` since the seal before it, and over that one's hash."""

    __tablename__ = "audit_seals"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    through_id: int = Field(sa_column=Column(BigInteger, nullable=False, unique=True))
    events: int
    previous_hash: str
    hash: str
    sealed_at: datetime = Field(sa_column=utc())
