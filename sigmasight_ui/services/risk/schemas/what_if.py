"""Every figure before and after changes that are only tried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sigmasight_ui.services.risk.schemas.common import FigureView, PriceOrigin


@dataclass(frozen=True, slots=True)
class PositionChange:
    """How many more (negative: fewer) shares or contracts of a symbol, held so far or not."""

    symbol: str
    quantity_delta: Decimal


@dataclass(frozen=True, slots=True)
class WhatIfHolding:
    """A symbol that changes. amount: what the change costs at the price, negative for a sale."""

    symbol: str
    name: str
    price: Decimal
    price_session: date
    quantity_before: Decimal
    quantity_after: Decimal
    value_before: Decimal
    value_after: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class WhatIfFigure:
    """difference: after - before, None when one of them is unknown."""

    key: str
    title: str
    before: FigureView
    after: FigureView
    difference: float | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Bought and sold at the closes of `as_of`, without costs, paid from cash: net asset value stays what it is."""

    portfolio_id: UUID
    holdings: tuple[WhatIfHolding, ...]
    figures: tuple[WhatIfFigure, ...]
    nav: Decimal
    cash_before: Decimal
    cash_after: Decimal
    notes: tuple[str, ...]
    as_of: date
    origin: PriceOrigin | None
