"""Schwab's positions: one account or all of them, in the column sets of 2018 to 2026 and whatever the user chose."""

from __future__ import annotations

import re
from datetime import date

from sigmasight_ui.services.portfolios.broker_formats.cells import find_day
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    POSITIONS,
    Column,
    Format,
    Guide,
    Reading,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import (
    BOND,
    ETF,
    MONEY_FUND,
    MUTUAL_FUND,
    STOCK,
    Instrument,
    bond,
    identify,
    is_money_fund,
)
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_TITLE = re.compile(r"positions for (?:account )?(?P<account>.*?) as of (?P<day>.*)", re.IGNORECASE)
_ALL = re.compile(r"all[- ]accounts", re.IGNORECASE)
_SYMBOL = frozenset({"symbol"})
_CASH = frozenset({"cash & cash investments", "cash & money market", "cash and money market", "futures cash"})
_TOTALS = frozenset({"account total", "positions total"})
_FUTURES = "futures positions market value"
_SUBTYPES = {
    "equity": STOCK,
    "etfs & closed end funds": ETF,
    "mutual fund": MUTUAL_FUND,
    "cash and money market": MONEY_FUND,
    "fixed income": BOND,
}
_COLUMNS = (
    Column("symbol", ("Symbol",), "ticker, CUSIP or option"),
    Column("description", ("Description",), "name"),
    Column("quantity", ("Qty (Quantity)", "Quantity", "Qty"), "shares, contracts, or face value of a bond"),
    Column("market_value", ("Mkt Val (Market Value)", "Market Value", "Mkt Val"), "for the check against the total"),
    Column("cost", ("Cost Basis",), "total cost; negative for written options"),
    Column("price", ("Cost/Share",), "cost per share, where the cost basis is not shown"),
    Column("type", ("Asset Type", "Security Type"), "stock, fund, bond or cash"),
    Column("account", ("Account", "Account Name"), "one account per row, in some files"),
)
_WHERE = "Schwab: Accounts > Positions > Export. Under Customize, show Quantity and Cost Basis."


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    table: Table | None = None
    account, as_of, guide = "", None, None
    for place, row in enumerate(sheet.rows):
        following = sheet.rows[place + 1] if place + 1 < len(sheet.rows) else None
        if title := _TITLE.match(row.text):
            as_of = find_day(title["day"]) or as_of
            account = "" if _ALL.fullmatch(title["account"].strip()) else title["account"].strip()
        elif _is_header(row):
            table = Table(row, _COLUMNS)
            guide = guide or _missing(table)
        elif following and _is_header(following):
            account = row.text
        elif table is not None and table.has("quantity"):
            _read_row(draft, table, row, account)
    return draft.reading(as_of, guide)


def _is_header(row: Row) -> bool:
    """Columns are the user's choice, all but the symbol; a row of data has no cell that says Symbol."""
    return row.has(_SYMBOL) and len(row.names) > 2


def _missing(table: Table) -> Guide | None:
    if not table.has("quantity"):
        return Guide("The file has no quantities: the column Quantity was not shown when it was exported.", _WHERE)
    if not table.has("cost") and not table.has("price"):
        return Guide("The file has no cost: the column Cost Basis was not shown when it was exported.", _WHERE)
    return None


def _read_row(draft: Draft, table: Table, row: Row, account_name: str) -> None:
    symbol = table.text(row, "symbol")
    account = draft.accounts.label(name=table.text(row, "account") or account_name)
    name = symbol.casefold()
    if name in _TOTALS:
        market_value, cost = draft.amount(table, row, "market_value"), draft.amount(table, row, "cost")
        draft.total(row, account, market_value, cost)
        draft.skip(row, "Total of the account.")
    elif name in _CASH:
        draft.cash(row, account, draft.amount(table, row, "market_value"), symbol)
    elif name == _FUTURES or table.text(row, "type").casefold() == "futures":
        draft.skip(row, "Futures cannot be held as positions here.")
    elif not symbol or (len([cell for cell in row.cells if cell]) == 1 and identify(symbol) is None):
        draft.skip(row, BLANK_ROW)
    elif is_money_fund(symbol) and draft.amount(table, row, "cost") is None:
        draft.cash(row, account, draft.amount(table, row, "market_value"), symbol)
    else:
        draft.position(
            table,
            row,
            account,
            _instrument(symbol, table.text(row, "type").casefold()),
            quantity=draft.amount(table, row, "quantity"),
            cost=draft.amount(table, row, "cost"),
            price=draft.amount(table, row, "price"),
            market_value=draft.amount(table, row, "market_value"),
            name=table.text(row, "description"),
        )


def _instrument(symbol: str, kind: str) -> Instrument | None:
    subtype = _SUBTYPES.get(kind)
    return bond(symbol) if subtype == BOND else identify(symbol, subtype)


FORMAT = Format(
    key="schwab_positions",
    broker="Schwab",
    kind=POSITIONS,
    label="Schwab positions",
    fingerprints=(fingerprint("Symbol", title="Positions for"),),
    columns=_COLUMNS,
    read=_read,
    cost="Cost Basis divided by quantity, contracts times 100, bonds per 100 of face",
    entry_date="not in the file: one question, the day of the file proposed",
    cash="“Cash & Cash Investments”, “Futures Cash”, and money market funds without a cost",
    cannot_know=("entry dates", "the cost of transferred lots (N/A): asked row by row", "futures"),
    where=_WHERE,
)
