"""Money that came into or left a portfolio after it began: contributions and withdrawals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, money, utc


class EquityChange(Base, table=True):
    """`amount` is positive, `change_type` says which way it went. Deleted rows stay, so that a deletion can be undone;
    the key carries the portfolio, so that an id chosen by a program never meets somebody else's."""

    __tablename__ = "equity_changes"
    __table_args__ = (
        Index("ix_equity_changes_portfolio_id_change_date", "portfolio_id", "change_date"),
        CheckConstraint("change_type in ('CONTRIBUTION', 'WITHDRAWAL')", name="change_type"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", primary_key=True)
    id: UUID = Field(primary_key=True)
    change_type: str
    amount: Decimal = Field(sa_column=money())
    change_date: date
    notes: str | None = None
    created_at: datetime = Field(sa_column=utc())
    updated_at: datetime = Field(sa_column=utc())
    deleted_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
