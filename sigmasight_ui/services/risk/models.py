"""Results: daily snapshots and figures of a portfolio, figures of a symbol, and the reference definitions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Field

from sigmasight_ui.core.orm import Base, json_column, money, utc


class Snapshot(Base, table=True):
    """One day of one portfolio; nav = cash + long_value + short_value, always. `short_value` is negative."""

    __tablename__ = "snapshots"

    portfolio_id: UUID = Field(foreign_key="portfolios.id", primary_key=True)
    session: date = Field(primary_key=True)
    nav: Decimal = Field(sa_column=money())
    cash: Decimal = Field(sa_column=money())
    long_value: Decimal = Field(sa_column=money())
    short_value: Decimal = Field(sa_column=money())
    day_pnl: Decimal | None = Field(default=None, sa_column=money(nullable=True))
    day_return: float | None = None
    unrealised_pnl: Decimal = Field(sa_column=money())
    realised_pnl: Decimal = Field(sa_column=money())
    open_positions: int
    priced_positions: int
    coverage: float | None = None
    source: str
    run_id: UUID
    computed_at: datetime = Field(sa_column=utc())


class PortfolioFigure(Base, table=True):
    """A statistic of a portfolio as of a session; `value` is null exactly when `reason` says why."""

    __tablename__ = "portfolio_figures"

    portfolio_id: UUID = Field(foreign_key="portfolios.id", primary_key=True)
    as_of: date = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    value: float | None = None
    reason: str | None = None
    std_error: float | None = None
    n_obs: int | None = None
    window: int | None = None
    coverage: float | None = None
    method: str
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    source: str
    run_id: UUID
    computed_at: datetime = Field(sa_column=utc())


class SymbolFigure(Base, table=True):
    """A statistic of a symbol, computed once for everybody."""

    __tablename__ = "symbol_figures"

    symbol: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    as_of: date = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    value: float | None = None
    reason: str | None = None
    std_error: float | None = None
    n_obs: int | None = None
    window: int | None = None
    method: str
    computed_at: datetime = Field(sa_column=utc())


class FactorDefinition(Base, table=True):
    __tablename__ = "factor_definitions"

    key: str = Field(primary_key=True)
    name: str
    proxy_symbol: str
    ordinal: int


class ScenarioDefinition(Base, table=True):
    __tablename__ = "scenario_definitions"

    key: str = Field(primary_key=True)
    name: str
    category: str
    severity: str
    shocks: dict[str, float] = Field(sa_column=json_column())
    ordinal: int
