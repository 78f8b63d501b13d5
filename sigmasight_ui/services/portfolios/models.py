"""Portfolios (one per brokerage account) and their positions; one row per lot."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, false, text
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, json_column, money, price, quantity, utc

ACCOUNT_NAME_INDEX = "uq_portfolios_owner_account_name"


class Portfolio(Base, table=True):
    __tablename__ = "portfolios"
    __table_args__ = (
        Index(
            ACCOUNT_NAME_INDEX,
            "owner_id",
            text("lower(btrim(account_name))"),
            unique=True,
            postgresql_where=text("archived_at is null"),
        ),
        CheckConstraint("equity_balance > 0", name="equity_positive"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    owner_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    name: str
    account_name: str
    account_type: str
    description: str | None = None
    equity_balance: Decimal = Field(sa_column=money())
    is_sample: bool = Field(default=False)
    created_at: datetime = Field(sa_column=utc())
    # When its lots were last added to, edited, closed or taken away; figures calculated before that are out of date.
    positions_changed_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    archived_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))


class Position(Base, table=True):
    """One lot. Quantity is signed: negative is short. Options count contracts of 100."""

    __tablename__ = "positions"
    __table_args__ = (
        Index("ix_positions_portfolio_id_symbol", "portfolio_id", "symbol"),
        CheckConstraint("quantity <> 0", name="quantity_not_zero"),
        CheckConstraint("entry_price > 0", name="entry_price_positive"),
        CheckConstraint("(exit_date is null) = (exit_price is null)", name="exit_complete"),
        CheckConstraint("investment_class in ('PUBLIC', 'OPTIONS', 'PRIVATE')", name="investment_class"),
        CheckConstraint("position_type in ('LONG', 'SHORT', 'LC', 'SC', 'LP', 'SP')", name="position_type"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", index=True)
    symbol: str
    position_type: str
    investment_class: str
    investment_subtype: str | None = None
    quantity: Decimal = Field(sa_column=quantity())
    entry_price: Decimal = Field(sa_column=price())
    entry_date: date
    exit_date: date | None = None
    exit_price: Decimal | None = Field(default=None, sa_column=price(nullable=True))
    underlying_symbol: str | None = None
    strike_price: Decimal | None = Field(default=None, sa_column=price(nullable=True))
    expiration_date: date | None = None
    option_type: str | None = None
    created_at: datetime = Field(sa_column=utc())
    # Where it came from: the import, the line, the broker's own id, and what the file said of it, as a hash.
    import_id: UUID | None = Field(default=None, index=True)
    import_line: int | None = None
    broker_id: str | None = None
    content_hash: str | None = None
    entry_date_estimated: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    edited_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))


class RemovedPosition(Base, table=True):
    """A lot that was taken away and can be put back exactly as it was. `import_id`: the import that took it away, or
    whose undoing did."""

    __tablename__ = "removed_positions"
    __table_args__ = (CheckConstraint("cause in ('deleted', 'replaced', 'undone')", name="cause"),)

    id: UUID = Field(primary_key=True)
    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", index=True)
    cause: str
    import_id: UUID | None = Field(default=None, index=True)
    lot: dict[str, Any] = Field(sa_column=json_column())
    removed_at: datetime = Field(sa_column=utc())
