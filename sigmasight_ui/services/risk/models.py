"""Results: snapshots, holdings, figures and returns of a portfolio, figures of a symbol, and the definitions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, JSON, Column, Float
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, json_column, money, utc
from sigmasight_ui.core.orm import price as price_column
from sigmasight_ui.core.orm import quantity as quantity_column


class Snapshot(Base, table=True):
    """One day of one portfolio; nav = cash + long_value + short_value, always. `short_value` is negative.

    `flow`: contributions less withdrawals since the snapshot before, on the first one all of them until then; `day_pnl`
    and `day_return` do not contain it."""

    __tablename__ = "snapshots"

    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", primary_key=True)
    session: date = Field(primary_key=True)
    nav: Decimal = Field(sa_column=money())
    cash: Decimal = Field(sa_column=money())
    long_value: Decimal = Field(sa_column=money())
    short_value: Decimal = Field(sa_column=money())
    day_pnl: Decimal | None = Field(default=None, sa_column=money(nullable=True))
    day_return: float | None = None
    day_reason: str | None = None
    flow: Decimal = Field(sa_column=money())
    unrealised_pnl: Decimal = Field(sa_column=money())
    realised_pnl: Decimal = Field(sa_column=money())
    open_positions: int
    priced_positions: int
    coverage: float | None = None
    source: str
    run_id: UUID
    computed_at: datetime = Field(sa_column=utc())


class HoldingValue(Base, table=True):
    """What a portfolio held of one symbol at its newest valuation, all lots together; replaced by every run.

    Quantities and prices are per share of `as_of`; `splits` lists [session, ratio] since the import. `cost` and
    `market_value` carry the sign of the quantity, `cost_basis` and `gross_value` add the lots up without it. Amounts
    keep their decimals so that their sum is the portfolio's to the cent. `value_reason` says why there is no market
    value, or why it is not a market price.
    """

    __tablename__ = "holding_values"

    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", primary_key=True)
    symbol: str = Field(primary_key=True)
    as_of: date
    name: str
    investment_class: str
    sector: str
    is_cash: bool
    lots: int
    quantity: Decimal = Field(sa_column=quantity_column())
    cost: Decimal = Field(sa_column=price_column())
    cost_basis: Decimal = Field(sa_column=price_column())
    price: Decimal | None = Field(default=None, sa_column=price_column(nullable=True))
    price_session: date | None = None
    previous_close: Decimal | None = Field(default=None, sa_column=price_column(nullable=True))
    market_value: Decimal | None = Field(default=None, sa_column=price_column(nullable=True))
    gross_value: Decimal | None = Field(default=None, sa_column=price_column(nullable=True))
    unrealised_pnl: Decimal | None = Field(default=None, sa_column=price_column(nullable=True))
    day_pnl: Decimal | None = Field(default=None, sa_column=price_column(nullable=True))
    value_reason: str | None = None
    greeks: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    splits: list[Any] = Field(default_factory=list, sa_column=json_column())
    source: str
    run_id: UUID
    computed_at: datetime = Field(sa_column=utc())


class BookReturns(Base, table=True):
    """What a portfolio's present positions gained on each of the past sessions, in dollars, oldest first.

    `gains` sums over the positions with a known return that day, `covered` is their gross market value, `gross` that
    of all positions that are not cash. Dollars add up over portfolios, so the volatility of all accounts together
    needs these rows and no price.
    """

    __tablename__ = "book_returns"

    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", primary_key=True)
    as_of: date = Field(primary_key=True)
    nav: Decimal = Field(sa_column=money())
    gross: float
    gains: list[float] = Field(sa_column=Column(ARRAY(Float), nullable=False))
    covered: list[float] = Field(sa_column=Column(ARRAY(Float), nullable=False))
    source: str
    run_id: UUID
    computed_at: datetime = Field(sa_column=utc())


class PortfolioFigure(Base, table=True):
    """A statistic of a portfolio as of a session; `value` is null exactly when `reason` says why."""

    __tablename__ = "portfolio_figures"

    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", primary_key=True)
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


class PortfolioExhibit(Base, table=True):
    """What is more than a number (a matrix, a list, a series), as of the newest run; `content` is one of the room's
    views as JSON, which is read whole and never searched."""

    __tablename__ = "portfolio_exhibits"

    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", primary_key=True)
    exhibit: str = Field(primary_key=True)
    as_of: date
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    source: str
    run_id: UUID
    computed_at: datetime = Field(sa_column=utc())


class SymbolEstimate(Base, table=True):
    """How a symbol hangs on the factors of a session, and what else its prices say, computed once for everybody.

    model: digest of the factors it was estimated with; digest: of the prices. numbers: its estimates; returns: its
    daily total returns; both packed float64, NaN = unknown. Kept for some days, computed again when asked.
    """

    __tablename__ = "symbol_estimates"

    source: str = Field(primary_key=True)
    as_of: date = Field(primary_key=True)
    symbol: str = Field(primary_key=True)
    model: str
    digest: str
    close_session: date | None = None
    numbers: bytes
    returns: bytes
    computed_at: datetime = Field(sa_column=utc(index=True))


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
