"""The shapes of analytics answers. A figure is always an object: its value, or null with the reason in words."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from sigmasight_ui.api.contract import Instant, Money


class Figure(BaseModel):
    """`n_obs` and `window` are trading days used and asked for; `coverage_nav` is the share of the portfolio the value
    stands on, 0 to 1. `receipt_url` leads to what stands behind it, null where there is no receipt."""

    value: float | None
    reason: str | None
    n_obs: int | None
    window: int | None
    as_of: date | None
    coverage_nav: float | None
    std_error: float | None
    method: str
    receipt_url: str | None = None


class Amount(BaseModel):
    """Dollars; `share` is of net asset value."""

    value: Money | None
    reason: str | None
    share: float | None = None


class Prices(BaseModel):
    """Where the prices come from; `note` has to be shown with them."""

    source: str
    label: str
    is_sample: bool
    note: str | None


class Account(BaseModel):
    portfolio_id: UUID
    account_name: str
    nav: Money
    weight: float | None


class LeftOutAccount(BaseModel):
    portfolio_id: UUID
    account_name: str
    reason: str


class Contribution(BaseModel):
    """What an account adds: weight x value. Null for figures that do not add up, such as volatility."""

    portfolio_id: UUID
    account_name: str
    weight: float | None
    value: float | None
    contribution: float | None


class Answer(BaseModel):
    """`portfolio_id` is null when the answer is about all accounts."""

    portfolio_id: UUID | None
    as_of: date | None
    coverage: float | None
    prices: Prices | None
    reason: str | None


class Largest(BaseModel):
    symbol: str
    name: str
    value: Money
    share: float | None


class Overview(Answer):
    calculated_at: Instant | None
    nav: Amount
    day_pnl: Amount
    day_return: Figure
    unrealised_pnl: Amount
    realised_pnl: Amount
    realised_this_year: Amount
    long: Amount
    short: Amount
    gross: Amount
    net: Amount
    cash: Amount
    margin_used: Amount
    equity_balance: Money
    net_deposits: Money
    net_deposits_30d: Amount
    cost: Money
    open_positions: int
    priced_positions: int
    left_out_symbols: list[str]
    largest: Largest | None
    accounts: list[Account]
    left_out: list[LeftOutAccount]


class SymbolBeta(BaseModel):
    symbol: str
    weight: float | None
    beta_252: Figure
    beta_90: Figure


class MarketBeta(Answer):
    benchmark: str
    beta_252: Figure
    beta_90: Figure
    symbols: list[SymbolBeta]
    contributions: list[Contribution]


class ConeBand(BaseModel):
    """Volatility over one window: now, and where it has been in the `n` windows of the history."""

    window: int
    present: Figure
    lowest: float | None
    quartile_1: float | None
    median: float | None
    quartile_3: float | None
    highest: float | None
    n: int


class VolatilityPoint(BaseModel):
    session: date
    volatility_21: float | None
    volatility_63: float | None
    volatility_252: float | None


class DrawdownEpisode(BaseModel):
    peak: date
    trough: date
    recovery: date | None
    depth: float


class Volatility(Answer):
    """`forecast` is of the next day; `trend` the change of the 21-day volatility per day, with its direction in words;
    history: at most 500 points."""

    volatility_21: Figure
    volatility_63: Figure
    volatility_252: Figure
    volatility_percentile: Figure
    ewma: Figure
    forecast: Figure
    trend: Figure
    direction: str | None
    cone: list[ConeBand]
    history: list[VolatilityPoint]
    contributions: list[Contribution]


class Concentration(Answer):
    hhi: Figure
    effective_n: Figure
    top_3: Figure
    top_10: Figure
    largest: Figure
    largest_symbol: str | None


class Sector(BaseModel):
    """`benchmark`: its weight in the benchmark, `difference`: net less that; null where nobody says."""

    sector: str
    net: Figure
    gross: Figure
    value: Money
    benchmark: float | None
    difference: float | None


class SectorExposure(Answer):
    """`not_held`: the benchmark's other sectors with their weights."""

    sectors: list[Sector]
    benchmark_symbol: str | None
    benchmark_as_of: date | None
    benchmark_source: str | None
    not_held: dict[str, float]


class RangePerformance(BaseModel):
    """From one session's close to another's. `modified_dietz` and `money_weighted` are of the owner's money, each sum
    for as long as it was invested. `opened`: first values of accounts that begin within the range, in combined answers.
    `gain` = end - start - contributed + withdrawn - opened; null when an end is unknown."""

    first_session: date | None
    last_session: date | None
    time_weighted: Figure
    annualised: Figure
    modified_dietz: Figure
    money_weighted_annual: Figure
    money_weighted: Figure
    benchmark_return: Figure
    contributed: Money
    withdrawn: Money
    opened: Money
    gain: Money | None


class Performance(Answer):
    """`returns` are time-weighted, contributions and withdrawals aside; ranges are keyed 1M, 3M, YTD, 1Y and All."""

    first_session: date | None
    benchmark: str
    ranges: dict[str, RangePerformance]
    returns: dict[str, Figure]
    max_drawdown: Figure
    drawdown: Figure
    sharpe: Figure
    sortino: Figure
    calmar: Figure
    episodes: list[DrawdownEpisode]
