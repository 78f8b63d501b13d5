"""Prices and what we know of each source's answers, shared by all tenants and stored once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Numeric
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, utc


class Price(Base, table=True):
    __tablename__ = "prices"
    __table_args__ = (CheckConstraint("close > 0", name="close_positive"),)

    symbol: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    session: date = Field(primary_key=True)
    close: Decimal = Field(sa_column=Column(Numeric(18, 6), nullable=False))
    split_ratio: Decimal | None = Field(default=None, sa_column=Column(Numeric(18, 8)))
    dividend: Decimal | None = Field(default=None, sa_column=Column(Numeric(18, 6)))
    fetched_at: datetime = Field(sa_column=utc())


class SymbolStatus(Base, table=True):
    """The last answer for a symbol: an unknown symbol is not asked for again before `next_retry_at`."""

    __tablename__ = "symbol_status"
    __table_args__ = (CheckConstraint("status in ('ok', 'empty', 'partial', 'stale', 'error')", name="status"),)

    symbol: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    status: str
    reason: str | None = None
    failures: int = Field(default=0)
    checked_at: datetime = Field(sa_column=utc())
    next_retry_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    first_session: date | None = None
    last_session: date | None = None


class SourceStatus(Base, table=True):
    """The circuit breaker of a source: closed to us until `open_until`."""

    __tablename__ = "source_status"

    source: str = Field(primary_key=True)
    open_until: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    failures: int = Field(default=0)
    reason: str | None = None
    updated_at: datetime = Field(sa_column=utc())
