"""Risk, securities and prices in plain words."""

from __future__ import annotations

from datetime import date

from sigmasight_ui.services.risk.schemas import PriceOrigin
from sigmasight_ui.services.securities.symbols import parse_occ
from sigmasight_ui.ui import format


def beta_in_words(beta: float) -> str:
    """Under 0.8 low, 0.8 to 1.2 moderate, above high."""
    return "low" if beta < 0.8 else "moderate" if beta <= 1.2 else "high"


def symbol_in_words(symbol: str) -> str:
    """SPY 18 Dec 2026 560 put; any other symbol says enough."""
    option = parse_occ(symbol)
    if option is None:
        return symbol
    strike = format.quantity(option.strike)
    return f"{option.underlying} {format.day(option.expiration)} {strike} {option.option_type.lower()}"


def price_note(origin: PriceOrigin | None, as_of: date | None) -> str:
    """Stands wherever a price is shown: how old it is, and that it is a sample's."""
    if as_of is None:
        return ""
    prices = f"rices as of {format.day(as_of)}"
    return f"Sample data, p{prices}" if origin is not None and origin.is_sample else f"P{prices}"
