"""What a file says of a lot, as a short text that stays the same whatever is edited later."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from sigmasight_ui.core.money import plain


def content_hash(
    symbol: str,
    quantity: Decimal,
    entry_price: Decimal | None,
    entry_date: date | None,
    exit_date: date | None,
    exit_price: Decimal | None,
) -> str:
    """`entry_date` is None where the file does not state it: next month's file would carry another."""
    parts = (symbol, plain(quantity), _price(entry_price), _day(entry_date), _day(exit_date), _price(exit_price))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def _price(price: Decimal | None) -> str:
    return "" if price is None else plain(price)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
