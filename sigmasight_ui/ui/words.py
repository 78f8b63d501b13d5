"""Risk and securities in plain words."""

from __future__ import annotations

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
