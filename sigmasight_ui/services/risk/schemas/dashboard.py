"""The dashboard's answers: worth, history, holdings, sectors, and what is missing behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sigmasight_ui.services.risk.schemas.common import AccountShare, FigureView, LeftOut, PriceOrigin


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
    margin. `day_pnl` and `day_return` belong to the session `as_of`. `net_deposits`: contributions less withdrawals
    that the values contain, in all and of the last 30 days.
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
    net_deposits: Decimal
    net_deposits_30d: Decimal | None
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
    """All lots of one symbol, `lots` of them; `opened` are the ones still held, read for the symbols asked for.
    `average_cost` is None when long and short lots are mixed.

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
    lots: int
    opened: tuple[HoldingLot, ...]


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
    """coverage: priced symbols / symbols needed. sessions_behind: trading days since `as_of`, None for sample data.
    out_of_date: why the figures no longer fit what is recorded."""

    as_of: date | None
    last_calculated: datetime | None
    origin: PriceOrigin | None
    symbols_needed: int
    symbols_priced: int
    coverage: float | None
    missing: tuple[MissingSymbol, ...]
    missing_figures: tuple[MissingFigure, ...]
    sessions_behind: int | None
    out_of_date: str | None
    left_out: tuple[LeftOut, ...]

    @property
    def analytics_complete(self) -> bool:
        gaps = self.missing or self.missing_figures or self.left_out or self.out_of_date
        return self.as_of is not None and not gaps


@dataclass(frozen=True, slots=True)
class SectorRow:
    """net: signed share of NAV. gross: absolute share of NAV. benchmark: the sector's weight in the benchmark, 0 where
    it has none of it; difference: net less that weight. Both None where nobody says."""

    sector: str
    net: FigureView
    gross: FigureView
    amount: Decimal
    benchmark: float | None = None
    difference: float | None = None


@dataclass(frozen=True, slots=True)
class SectorExposureView:
    """benchmark_as_of: the day of the benchmark's bundled weights. not_held: its sectors that are not held, with their
    weights."""

    rows: tuple[SectorRow, ...]
    as_of: date | None
    reason: str | None
    benchmark_symbol: str | None = None
    benchmark_as_of: date | None = None
    benchmark_source: str | None = None
    not_held: tuple[tuple[str, float], ...] = ()


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
class RangePerformance:
    """From the close of one session to that of another; the figures are decimals, of the whole range unless they say
    annual.

    modified_dietz, money_weighted: what the owner's money earned. opened: first values of accounts that begin within
    the range, in combined views. gain = end - start - contributed + withdrawn - opened, None when an end is unknown.
    """

    first_session: date | None
    last_session: date | None
    time_weighted: FigureView
    annualised: FigureView
    modified_dietz: FigureView
    money_weighted_annual: FigureView
    money_weighted: FigureView
    benchmark_return: FigureView
    contributed: Decimal
    withdrawn: Decimal
    opened: Decimal
    gain: Decimal | None


@dataclass(frozen=True, slots=True)
class Performance:
    """By range, and the deepest fall; from daily snapshots."""

    ranges: dict[HistoryRange, RangePerformance]
    max_drawdown: FigureView
    benchmark_symbol: str
    first_session: date | None
    as_of: date | None

    @property
    def returns(self) -> dict[HistoryRange, FigureView]:
        """Time-weighted."""
        return {range_: each.time_weighted for range_, each in self.ranges.items()}
