"""Decimal helpers: the few roundings money and quantities need, and amounts as people type them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)

_AMOUNT = re.compile(r"(-?)\$? ?(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(\.[0-9]*)?")
_LONGEST_AMOUNT = 100
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_LONGEST_DECIMAL = 40
_SAID = str.maketrans({"−": "-", "–": "-", " ": "", "\xa0": "", "\u202f": ""})
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_ROUNDED_BELOW = Decimal(10) ** 15


def cents(amount: Decimal) -> Decimal:
    """Rounded half to even, so that sums of many roundings do not drift."""
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)


def plain(number: Decimal) -> str:
    """Decimal as people write it: no exponent, no trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_amount(text: str | None) -> Decimal | None:
    """`$1,234.56` as people type it; fractions of a cent are rounded half up, since a form has no use for them. None
    when it is no amount."""
    typed = (text or "").strip()
    match = _AMOUNT.fullmatch(typed) if len(typed) <= _LONGEST_AMOUNT else None
    if match is None or not any(map(str.isdigit, typed)):
        return None
    minus, second_minus, whole, fraction = match.groups()
    amount = Decimal((whole or "0").replace(",", "") + (fraction or ""))
    if amount < _ROUNDED_BELOW:
        amount = amount.quantize(CENT, rounding=ROUND_HALF_UP)
    return -amount if minus or second_minus else amount


def read_decimal(text: str) -> Decimal | None:
    """A plain finite number such as -12.5, at most 40 characters long; None when it is none."""
    typed = text.strip()
    match = _DECIMAL.fullmatch(typed) if len(typed) <= _LONGEST_DECIMAL else None
    return None if match is None else Decimal(typed)


def read_number(text: str) -> Decimal | None:
    """As people type it, with any minus sign. A comma between thousands is read over; one anywhere else may be meant
    as a point, so that is no number."""
    said = text.translate(_SAID)
    return read_decimal(said.replace(",", "") if _THOUSANDS.fullmatch(said) else said)
