"""What the risk room hands out. Money is Decimal, ratios are plain numbers, and what is not known is None with a
reason beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PhaseResult:
    """How far a phase of a run came; notes are for the run's log."""

    done: int
    total: int
    unit: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NeededSymbols:
    """Symbols a portfolio needs prices of. `required` decides whether it is ready: its PUBLIC symbols and its options'
    underlyings. The others are fetched too, but their absence is no failure: the option contracts, what is sold by now
    and stands in the history only, and what figures compare with."""

    required: tuple[str, ...]
    contracts: tuple[str, ...]
    former: tuple[str, ...]
    benchmarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """What the start-up check counts."""

    factors: int
    scenarios: int
    factors_needed: int
    scenarios_needed: int

    @property
    def complete(self) -> bool:
        return self.factors >= self.factors_needed and self.scenarios >= self.scenarios_needed


@dataclass(frozen=True, slots=True)
class FactorView:
    key: str
    name: str
    proxy_symbol: str


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """Shocks by factor: returns of its proxy as decimals, for the interest rate changes of the yield."""

    key: str
    name: str
    category: str
    severity: str
    shocks: dict[str, float]


@dataclass(frozen=True, slots=True)
class FigureView:
    """A statistic and what is needed to judge it; `value` is None exactly when `reason` says why.

    coverage_nav: share of the portfolio the value stands on, 0 to 1. window, n_obs: trading days asked for and used.
    """

    value: float | None
    reason: str | None
    n_obs: int | None
    window: int | None
    as_of: date | None
    coverage_nav: float | None
    std_error: float | None
    method: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def limited(self) -> bool:
        """True when the value rests on fewer than 60 observations although its window asks for more."""
        if self.value is None or self.n_obs is None or self.window is None:
            return False
        return self.n_obs < min(60, self.window)


@dataclass(frozen=True, slots=True)
class PriceOrigin:
    """Where the prices behind an answer come from; `note` is what a screen must say with them."""

    source: str
    label: str
    is_sample: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An account that is not in a combined answer, and why."""

    portfolio_id: UUID
    account_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class AccountShare:
    """One account's part of a combined answer."""

    portfolio_id: UUID
    account_name: str
    nav: Decimal
    weight: float | None


@dataclass(frozen=True, slots=True)
class AccountValue:
    """What one account is worth, for lists of accounts; `reason` says why `nav` is None."""

    nav: Decimal | None
    day_pnl: Decimal | None
    as_of: date | None
    reason: str | None
    origin: PriceOrigin | None = None


@dataclass(frozen=True, slots=True)
class Largest:
    symbol: str
    name: str
    amount: Decimal  # market value with its sign, or the cost while nothing is valued
    share: float | None  # of NAV, or of cost


@dataclass(frozen=True, slots=True)
class Exposure:
    """An amount and its share of NAV; both None while unknown."""

    amount: Decimal | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The head of the dashboard. `reason` says why the values that need prices are None.

    `cost`, `cash` and the equity balance are known without prices. Cash is negative when positions were bought on
    margin. `day_pnl` and `day_return` belong to the session `as_of`.
    """

    as_of: date | None
    computed_at: datetime | None
    origin: PriceOrigin | None
    reason: str | None
    nav: Decimal | None
    day_pnl: Decimal | None
    day_return: float | None
    day_reason: str | None
    unrealised_pnl: Decimal | None
    realised_pnl: Decimal | None
    realised_this_year: Decimal | None
    long: Exposure
    short: Exposure
    gross: Exposure
    net: Exposure
    cash: Exposure
    margin_used: Decimal | None
    equity_balance: Decimal
    cost: Decimal
    open_positions: int
    priced_positions: int
    coverage: float | None
    left_out_symbols: tuple[str, ...]
    largest: Largest | None
    accounts: tuple[AccountShare, ...]
    left_out: tuple[LeftOut, ...]


class HistoryRange(StrEnum):
    MONTH = "1M"
    QUARTER = "3M"
    YEAR_TO_DATE = "YTD"
    YEAR = "1Y"
    ALL = "All"


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """`benchmark` is what the same money would be worth in the benchmark, dividends reinvested."""

    session: date
    nav: Decimal
    benchmark: Decimal | None


@dataclass(frozen=True, slots=True)
class NavHistory:
    """At most 500 points, first and last session always among them. The returns are of the whole range."""

    range: HistoryRange
    points: tuple[HistoryPoint, ...]
    benchmark_symbol: str
    return_: FigureView
    benchmark_return: FigureView
    reason: str | None
    origin: PriceOrigin | None


@dataclass(frozen=True, slots=True)
class HoldingLot:
    """`entry_price` and `quantity` per share of today: splits since the import are applied."""

    portfolio_id: UUID
    position_id: UUID
    quantity: Decimal
    entry_price: Decimal
    entry_date: date
    cost: Decimal
    unrealised_pnl: Decimal | None


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """All open lots of one symbol. `average_cost` is None when long and short lots are mixed.

    weight: market value / NAV. day_change: of the price. return_: unrealised P&L / cost. closes: up to 30 sessions,
    oldest first, None on days without a close. marks: words such as "no price" that stand beside the name.
    """

    symbol: str
    name: str
    investment_class: str
    sector: str
    quantity: Decimal
    cost: Decimal
    average_cost: Decimal | None
    price: Decimal | None
    price_session: date | None
    day_change: float | None
    day_pnl: Decimal | None
    market_value: Decimal | None
    weight: float | None
    unrealised_pnl: Decimal | None
    return_: float | None
    beta: float | None
    value_reason: str | None
    marks: tuple[str, ...]
    closes: tuple[float | None, ...]
    lots: tuple[HoldingLot, ...]


@dataclass(frozen=True, slots=True)
class HoldingsTotal:
    """Of all rows the filter lets through, not only of the page; sums leave out what has no value."""

    holdings: int
    lots: int
    cost: Decimal
    market_value: Decimal | None
    weight: float | None
    day_pnl: Decimal | None
    unrealised_pnl: Decimal | None
    without_value: int


@dataclass(frozen=True, slots=True)
class HoldingsPage:
    items: tuple[HoldingRow, ...]
    total: HoldingsTotal
    limit: int
    offset: int
    as_of: date | None
    origin: PriceOrigin | None
    reason: str | None


class HoldingsSort(StrEnum):
    SYMBOL = "symbol"
    NAME = "name"
    QUANTITY = "quantity"
    AVERAGE_COST = "average_cost"
    COST = "cost"
    PRICE = "price"
    DAY = "day"
    MARKET_VALUE = "market_value"
    WEIGHT = "weight"
    UNREALISED = "unrealised"
    RETURN = "return"
    BETA = "beta"


@dataclass(frozen=True, slots=True)
class MissingSymbol:
    symbol: str
    reason: str
    last_close: Decimal | None
    last_session: date | None


@dataclass(frozen=True, slots=True)
class MissingFigure:
    figure: str
    reason: str


@dataclass(frozen=True, slots=True)
class DataQuality:
    """coverage: priced symbols / symbols needed. sessions_behind: trading days since `as_of`, None for sample data."""

    as_of: date | None
    last_calculated: datetime | None
    origin: PriceOrigin | None
    symbols_needed: int
    symbols_priced: int
    coverage: float | None
    missing: tuple[MissingSymbol, ...]
    missing_figures: tuple[MissingFigure, ...]
    sessions_behind: int | None
    left_out: tuple[LeftOut, ...]

    @property
    def analytics_complete(self) -> bool:
        return self.as_of is not None and not self.missing and not self.missing_figures and not self.left_out


@dataclass(frozen=True, slots=True)
class SectorRow:
    """net: signed share of NAV. gross: absolute share of NAV."""

    sector: str
    net: FigureView
    gross: FigureView
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SectorExposureView:
    rows: tuple[SectorRow, ...]
    as_of: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one account adds to a combined figure: weight x value."""

    portfolio_id: UUID
    account_name: str
    weight: float | None
    value: float | None
    contribution: float | None


@dataclass(frozen=True, slots=True)
class SymbolBeta:
    symbol: str
    weight: float | None
    beta_252: FigureView
    beta_90: FigureView


@dataclass(frozen=True, slots=True)
class Performance:
    """Time-weighted returns by range and the deepest fall, from daily snapshots."""

    returns: dict[HistoryRange, FigureView]
    max_drawdown: FigureView
    first_session: date | None
    as_of: date | None
