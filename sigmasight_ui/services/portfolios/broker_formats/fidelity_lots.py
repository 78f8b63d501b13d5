"""Fidelity's purchase history of one holding: lots with their days, under a line that names the security."""

from __future__ import annotations

from datetime import date

from sigmasight_ui.services.portfolios.broker_formats.cells import find_day
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    LOTS,
    Column,
    Format,
    Guide,
    Reading,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import identify
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_HEADER = frozenset({"acquired", "quantity", "cost basis total"})
_COLUMNS = (
    Column("account", ("Account Name",), "where the file has it"),
    Column("symbol", ("Symbol",), "where the file has it; else the line above the header"),
    Column("entry_date", ("Acquired", "Date acquired"), "day of purchase"),
    Column("quantity", ("Quantity",), "shares or contracts"),
    Column("price", ("Average Cost Basis",), "cost per share, where the total is missing"),
    Column("cost", ("Cost Basis Total",), "total cost of the lot"),
    Column("market_value", ("Current Value",), "for the check of the values"),
)
_WHERE = (
    "Write the ticker alone into a line above the column titles, one such block per holding, or import the positions: "
    "Fidelity: Accounts > Positions > ⋮ > Download."
)
_GUIDE = Guide("The file has the lots of a holding, but does not say of which.", _WHERE)


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    table: Table | None = None
    symbol, as_of, guide = "", None, None
    for place, row in enumerate(sheet.rows):
        following = sheet.rows[place + 1] if place + 1 < len(sheet.rows) else None
        if row.has(_HEADER):
            table = Table(row, _COLUMNS)
        elif following is not None and following.has(_HEADER) and identify(row.first.split(" ")[0]):
            symbol = row.first.split(" ")[0]
        elif row.first.casefold().startswith("date downloaded"):
            as_of = find_day(row.text)
            draft.skip(row, "Note of the broker.")
        elif table is not None and not _read_row(draft, table, row, symbol):
            guide = _GUIDE
    return draft.reading(as_of, guide)


def _read_row(draft: Draft, table: Table, row: Row, symbol: str) -> bool:
    """False for a lot of nobody knows what."""
    named = table.text(row, "symbol") or symbol
    if not table.text(row, "quantity"):
        draft.skip(row, BLANK_ROW)
        return True
    if row.first.casefold() == "total":
        draft.skip(row, "Total of the lots.")
        return True
    if not named:
        return False
    draft.position(
        table,
        row,
        draft.accounts.label(name=table.text(row, "account")),
        identify(named),
        quantity=draft.amount(table, row, "quantity"),
        cost=draft.amount(table, row, "cost"),
        price=draft.amount(table, row, "price"),
        entry_date=draft.day(table, row, "entry_date"),
        market_value=draft.amount(table, row, "market_value"),
    )
    return True


FORMAT = Format(
    key="fidelity_lots",
    broker="Fidelity",
    kind=LOTS,
    label="Fidelity purchase history",
    fingerprints=(fingerprint("Acquired", "Term", "Quantity", "Cost Basis Total"),),
    columns=_COLUMNS,
    read=_read,
    cost="Cost Basis Total of the lot divided by its quantity",
    entry_date="Acquired",
    cash="not in the file",
    cannot_know=("which security, unless a line or a column names it", "the account", "cash"),
    where="Fidelity: Positions > a holding > Purchase history.",
)
