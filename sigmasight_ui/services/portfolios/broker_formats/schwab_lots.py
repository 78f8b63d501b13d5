"""Schwab's lot details: the lots of one security, which only the title line names."""

from __future__ import annotations

import re
from datetime import date

from sigmasight_ui.services.portfolios.broker_formats.cells import find_day
from sigmasight_ui.services.portfolios.broker_formats.contract import LOTS, Column, Format, Reading, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.drafts import Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import Instrument, identify
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet
from sigmasight_ui.services.portfolios.csv_reading import Refusal

_TITLE = re.compile(r"(?P<symbol>.{1,60}?) lot details for (?P<account>.*?) as of (?P<day>.*)", re.IGNORECASE)
_HEADER = frozenset({"open date", "quantity"})
_COLUMNS = (
    Column("symbol", ("Symbol",), "where the file has it; else the title line"),
    Column("account", ("Account Name", "Account"), "where the file has it; else the title line"),
    Column("entry_date", ("Open Date",), "day of purchase"),
    Column("quantity", ("Quantity", "Qty (Quantity)", "Qty"), "shares, contracts, or face value of a bond"),
    Column("price", ("Cost/Share", "Cost Per Share"), "cost per share, where the cost basis is missing"),
    Column("cost", ("Cost Basis",), "total cost of the lot"),
    Column("market_value", ("Market Value", "Mkt Val (Market Value)"), "for the check against the total"),
)


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    table: Table | None = None
    symbol, account, as_of = "", "", None
    for row in sheet.rows:
        if title := _TITLE.match(row.text):
            symbol, as_of = title["symbol"].strip(), find_day(title["day"]) or as_of
            account = draft.accounts.label(name=title["account"].strip())
        elif row.has(_HEADER):
            table = Table(row, _COLUMNS)
        elif table is not None:
            named = table.text(row, "symbol") or symbol
            _require_title(named, row)
            holder = table.text(row, "account")
            _read_row(draft, table, row, draft.accounts.label(name=holder) if holder else account, identify(named))
    return draft.reading(as_of)


def _require_title(symbol: str, row: Row) -> None:
    """Schwab writes the ticker nowhere else."""
    if not symbol:
        message = "The title line is missing, which names the security these lots are of."
        raise Refusal(
            "ERR_CSV_005", message, "Export the lot details again and leave the first line in.", line=row.line
        )


def _read_row(draft: Draft, table: Table, row: Row, account: str, instrument: Instrument | None) -> None:
    if row.first.casefold() == "total":
        draft.total(row, account, draft.amount(table, row, "market_value"), draft.amount(table, row, "cost"))
        draft.skip(row, "Total of the lots.")
        return
    draft.position(
        table,
        row,
        account,
        instrument,
        quantity=draft.amount(table, row, "quantity"),
        cost=draft.amount(table, row, "cost"),
        price=draft.amount(table, row, "price"),
        entry_date=draft.day(table, row, "entry_date"),
        market_value=draft.amount(table, row, "market_value"),
    )


FORMAT = Format(
    key="schwab_lots",
    broker="Schwab",
    kind=LOTS,
    label="Schwab lot details",
    fingerprints=(
        fingerprint("Open Date", "Quantity", "Cost/Share", "Cost Basis"),
        fingerprint("Open Date", "Quantity", "Cost Per Share", "Cost Basis"),
    ),
    columns=_COLUMNS,
    read=_read,
    cost="Cost Basis of the lot divided by its quantity",
    entry_date="Open Date",
    cash="not in the file",
    cannot_know=("the other holdings of the account", "cash"),
    where="Schwab: Positions > Cost Basis of a holding > Lot Details > Export.",
)
