"""Runs: what was asked for, how far it is, and how it ended. Status is read from here and never inferred."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, false, text
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, utc

ONE_ACTIVE_RUN = "uq_batch_runs_portfolio_id_active"


class BatchRun(Base, table=True):
    __tablename__ = "batch_runs"
    __table_args__ = (
        Index(
            ONE_ACTIVE_RUN,
            "portfolio_id",
            unique=True,
            postgresql_where=text("status in ('queued', 'running')"),
        ),
        Index("ix_batch_runs_portfolio_id_created_at", "portfolio_id", "created_at"),
        CheckConstraint(
            "status in ('queued', 'running', 'completed', 'partial', 'failed', 'cancelled')", name="status"
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE")
    status: str = Field(default="queued")
    trigger: str  # upload | user | retry | nightly
    requested_by: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)  # in whose name the work is done
    attempts: int = Field(default=0)
    error_code: str | None = None
    reason: str | None = None
    created_at: datetime = Field(sa_column=utc())
    started_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    heartbeat_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    cancel_requested_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    # Holdings changed after it began: it starts over instead of ending.
    asked_again: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    retry_of: UUID | None = None
    price_source: str | None = None  # the one source all figures of this run are made from
    as_of: date | None = None  # the session they are made for


class BatchPhase(Base, table=True):
    __tablename__ = "batch_phases"
    __table_args__ = (
        CheckConstraint("status in ('waiting', 'running', 'completed', 'failed', 'skipped')", name="status"),
    )

    run_id: UUID = Field(
        sa_column=Column(ForeignKey("batch_runs.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    phase: str = Field(primary_key=True)
    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", index=True)
    ordinal: int
    name: str
    status: str = Field(default="waiting")
    current: int = Field(default=0)
    total: int | None = None
    unit: str | None = None
    started_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    reason: str | None = None


class BatchLog(Base, table=True):
    __tablename__ = "batch_log"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    run_id: UUID = Field(sa_column=Column(ForeignKey("batch_runs.id", ondelete="CASCADE"), nullable=False, index=True))
    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", index=True)
    at: datetime = Field(sa_column=utc())
    level: str  # info | warning | error
    message: str
