"""Positions -> our twelve columns: a file that is safe in a spreadsheet and reads back to the same lots."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sigmasight_ui.core.money import plain
from sigmasight_ui.services.portfolios.csv_formulas import without_formula
from sigmasight_ui.services.portfolios.csv_header import COLUMNS
from sigmasight_ui.services.portfolios.csv_reading import EXPORT_MARK
from sigmasight_ui.services.portfolios.schemas import Lot


def export_csv(lots: Iterable[Lot]) -> bytes:
    """Every lot, closed ones included. The first line tells our reader that prices are exact and lots stand alone."""
    text = io.StringIO(newline="")
    text.write(f"{EXPORT_MARK}\r\n")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, lots))
    return text.getvalue().encode()


def _cells(lot: Lot) -> list[str]:
    values = (
        lot.symbol,
        lot.quantity,
        lot.entry_price,
        lot.entry_date,
        lot.investment_class,
        lot.investment_subtype,
        lot.underlying_symbol,
        lot.strike_price,
        lot.expiration_date,
        lot.option_type,
        lot.exit_date,
        lot.exit_price,
    )
    return [without_formula(_text(value)) for value in values]


def _text(value: str | Decimal | date | None) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)
