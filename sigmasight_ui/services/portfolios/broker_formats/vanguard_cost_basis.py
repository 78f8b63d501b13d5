"""Vanguard's unrealized gains: the lots of every account with what they cost and when they were bought."""

from __future__ import annotations

import re
from datetime import date

from sigmasight_ui.services.portfolios.broker_formats.cells import find_day, is_missing
from sigmasight_ui.services.portfolios.broker_formats.contract import POSITIONS, Column, Format, Reading, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, NOTHING_HELD, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import (
    Instrument,
    identify,
    is_money_fund,
    is_per_hundred,
    without_symbol,
)
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_HEADER = frozenset({"account", "symbol/cusip", "quantity", "total cost"})
_AS_OF = re.compile(r"as of (.{6,40})", re.IGNORECASE)
_COLUMNS = (
    Column("account", ("Account",), "which account; numbers in it shown by their last four characters"),
    Column("symbol", ("Symbol/CUSIP",), "ticker or CUSIP"),
    Column("description", ("Description",), "name"),
    Column("entry_date", ("Acquired date", "Date acquired"), "day of purchase; Various where costs are averaged"),
    Column("quantity", ("Quantity",), "shares, or face value of a bond"),
    Column("price", ("Cost per share",), "cost per share, where the total is missing"),
    Column("cost", ("Total cost",), "total cost of the lot"),
    Column("market_value", ("Market value",), "for the check of the values"),
)


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    table: Table | None = None
    as_of = None
    for row in sheet.rows:
        if row.has(_HEADER):
            table = Table(row, _COLUMNS)
            as_of = _day_in_titles(row) or as_of
        elif table is not None:
            _read_row(draft, table, row)
    return draft.reading(as_of)


def _day_in_titles(header: Row) -> date | None:
    days = (find_day(match[1]) for cell in header.cells if (match := _AS_OF.search(cell)))
    return next((day for day in days if day), None)


def _read_row(draft: Draft, table: Table, row: Row) -> None:
    symbol = table.text(row, "symbol")
    if is_missing(symbol) and is_missing(table.text(row, "quantity")):
        draft.skip(row, BLANK_ROW)
        return
    account = draft.accounts.label(name=table.text(row, "account"))
    quantity, value = draft.amount(table, row, "quantity"), draft.amount(table, row, "market_value")
    if quantity == 0 or (quantity is None and table.text(row, "quantity").strip() == "-"):
        draft.skip(row, NOTHING_HELD, table)
    elif is_money_fund(symbol) and value is not None:
        draft.cash(row, account, value, symbol)
    else:
        price, cost = draft.amount(table, row, "price"), draft.amount(table, row, "cost")
        draft.position(
            table,
            row,
            account,
            _instrument(symbol, table.text(row, "description"), is_per_hundred(quantity, price, cost)),
            quantity=quantity,
            cost=cost,
            price=price,
            entry_date=draft.day(table, row, "entry_date"),
            market_value=value,
            name=table.text(row, "description"),
        )


def _instrument(symbol: str, name: str, per_hundred: bool | None) -> Instrument | None:
    """Bills and notes have no symbol in some files, nor have the trusts of a plan. A cost per share of a dollar's face
    proves nothing, so then the words decide."""
    return without_symbol(name, name, per_hundred or None) if is_missing(symbol) else identify(symbol)


FORMAT = Format(
    key="vanguard_cost_basis",
    broker="Vanguard",
    kind=POSITIONS,
    label="Vanguard cost basis",
    fingerprints=(fingerprint("Account", "Symbol/CUSIP", "Acquired date", "Quantity", "Total cost"),),
    columns=_COLUMNS,
    read=_read,
    cost="Total cost divided by quantity, bonds per 100 of face",
    entry_date="Acquired date; lots with Various share one question",
    cash="the settlement fund, at Market value, where it is listed",
    cannot_know=("the purchase days behind an average cost", "cash outside a settlement fund"),
    where="Vanguard: Portfolio > Cost basis > Unrealized gains and losses, show lots, download CSV.",
)
