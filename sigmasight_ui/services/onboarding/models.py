"""What a person sent us: kept sealed for a day, so that a refused upload can be looked at and mended."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, json_column, utc


class Upload(Base, table=True):
    __tablename__ = "uploads"
    __table_args__ = (CheckConstraint("outcome in ('rejected', 'created')", name="outcome"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    file_name: str
    size: int
    sha256: str
    sealed_file: str | None = None
    form: dict[str, Any] = Field(sa_column=json_column())
    outcome: str
    total_rows: int = Field(default=0)
    failed_rows: int = Field(default=0)
    total_problems: int = Field(default=0)
    problems: list[dict[str, Any]] = Field(sa_column=json_column())  # the first ones; the file has them all
    portfolio_id: UUID | None = Field(default=None, foreign_key="portfolios.id", ondelete="SET NULL", index=True)
    run_id: UUID | None = Field(default=None)
    created_at: datetime = Field(sa_column=utc())
    expires_at: datetime = Field(sa_column=utc())
