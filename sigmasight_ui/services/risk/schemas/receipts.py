"""What stands behind one figure, and whether computing it again from what is stored gives the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sigmasight_ui.services.risk.schemas.common import FigureView, PriceOrigin, SymbolLeftOut


@dataclass(frozen=True, slots=True)
class ReceiptHolding:
    """One input: weight is its exposure / NAV, observations its daily returns."""

    symbol: str
    market_value: Decimal | None
    weight: float | None
    observations: int | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """figure: its key, title: its name in words, formula: how it is made, in words. holdings: the 50 largest of
    `holdings_total`. first_session, last_session: of the returns it stands on. input_hash: of all inputs, result_hash:
    of the result with them; equal hashes mean equal results. Both are hexadecimal."""

    portfolio_id: UUID | None
    figure: str
    title: str
    formula: str
    view: FigureView
    nav: Decimal | None
    origin: PriceOrigin | None
    computed_at: datetime | None
    first_session: date | None
    last_session: date | None
    holdings: tuple[ReceiptHolding, ...]
    holdings_total: int
    left_out: tuple[SymbolLeftOut, ...]
    input_hash: str
    result_hash: str


@dataclass(frozen=True, slots=True)
class Recomputed:
    """before: as stored. after: computed now from the stored prices and holdings. changes: what is different since, in
    words; empty when everything is the same."""

    before: Receipt
    after: Receipt
    same: bool
    changes: tuple[str, ...]
