"""What every table shares: base class, names of constraints, and the column types for money and time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, MetaData, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    metadata = MetaData(naming_convention=NAMING)


def money(nullable: bool = False) -> Column[Any]:
    """Dollars to the cent; room for a trillion."""
    return Column(Numeric(20, 2), nullable=nullable)


def price(nullable: bool = False) -> Column[Any]:
    """Per-share amounts keep the decimals that reproduce a broker's total cost."""
    return Column(Numeric(20, 8), nullable=nullable)


def quantity(nullable: bool = False) -> Column[Any]:
    return Column(Numeric(20, 6), nullable=nullable)


def utc(nullable: bool = False, index: bool = False) -> Column[Any]:
    return Column(DateTime(timezone=True), nullable=nullable, index=index)


def json_column(nullable: bool = False) -> Column[Any]:
    return Column(JSONB, nullable=nullable)
