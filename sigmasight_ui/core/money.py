"""Decimal helpers: the few roundings money and quantities need."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)


def cents(amount: Decimal) -> Decimal:
    """Rounded half to even, so that sums of many roundings do not drift."""
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)


def plain(number: Decimal) -> str:
    """Decimal as people write it: no exponent, no trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
