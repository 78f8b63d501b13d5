"""A row before and after the rules: twelve trimmed cells, and the position they state."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Cells(NamedTuple):
    """In the order of the twelve columns; blank where the file has none."""

    symbol: str
    quantity: str
    entry_price: str
    entry_date: str
    investment_class: str
    investment_subtype: str
    underlying: str
    strike: str
    expiration: str
    option_type: str
    exit_date: str
    exit_price: str

    @property
    def option_columns(self) -> tuple[str, str, str, str]:
        return self[6:10]

    @property
    def shown_symbol(self) -> str | None:
        """How people find the row again: an option row without a symbol is known by its underlying."""
        return self.symbol or self.underlying or None


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One lot as the file states it. Quantity keeps its sign; an option's price is per share of the contract."""

    row: int
    line: int
    symbol: str
    quantity: Decimal
    entry_price: Decimal
    entry_date: date
    investment_class: str
    investment_subtype: str | None
    underlying_symbol: str | None
    strike_price: Decimal | None
    expiration_date: date | None
    option_type: str | None
    exit_date: date | None
    exit_price: Decimal | None
    position_type: str


# What a row says about the lot, as opposed to where it stands in the file.
POSITION_COLUMNS = tuple(field.name for field in fields(PositionRow) if field.name not in ("row", "line"))
