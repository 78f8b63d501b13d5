"""What the options of a portfolio risk, in dollars, signed by the position."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.risk.schemas.common import FigureView, SymbolLeftOut


@dataclass(frozen=True, slots=True)
class GreekAmounts:
    """delta: delta-adjusted exposure, what the underlying of that many dollars would gain. gamma: what of it is gained
    when the underlying rises by 1 %, at its present price. vega: per point of volatility. theta: per calendar day. rho:
    per point of the rate."""

    delta: Decimal
    gamma: Decimal
    vega: Decimal
    theta: Decimal
    rho: Decimal


@dataclass(frozen=True, slots=True)
class ContractGreeks:
    """One contract held. origin: where the volatility is from, in words. amounts: None with a reason."""

    symbol: str
    underlying: str
    expiration: date
    strike: Decimal
    right: str
    contracts: Decimal
    price: Decimal | None
    underlying_price: float | None
    implied_volatility: float | None
    origin: str | None
    amounts: GreekAmounts | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class GreekRow:
    """All priced contracts of one underlying and expiry. implied_volatility: mean by size of the vega."""

    underlying: str
    expiration: date
    contracts: Decimal
    amounts: GreekAmounts
    implied_volatility: float | None
    origin: str


@dataclass(frozen=True, slots=True)
class GreeksView:
    """`priced` of `of` contracts (symbols, not sizes). Totals as figures in dollars, `exposure` as share of NAV.
    contracts: the 200 largest by exposure. reason: also when there are no options."""

    rows: tuple[GreekRow, ...]
    contracts: tuple[ContractGreeks, ...]
    delta: FigureView
    gamma: FigureView
    vega: FigureView
    theta: FigureView
    rho: FigureView
    exposure: FigureView
    priced: int
    of: int
    notes: tuple[str, ...]
    as_of: date | None
    left_out: tuple[SymbolLeftOut, ...]
    reason: str | None
