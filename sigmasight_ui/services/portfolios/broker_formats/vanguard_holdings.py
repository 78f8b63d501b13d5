"""Vanguard's holdings: what is held and what it is worth, but not what it cost."""

from __future__ import annotations

from datetime import date

from sigmasight_ui.services.portfolios.broker_formats.cells import is_missing
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    POSITIONS,
    Column,
    Format,
    Guide,
    Reading,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, NOTHING_HELD, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import (
    Instrument,
    identify,
    is_money_fund,
    is_per_hundred,
    without_symbol,
)
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_HEADERS = (
    frozenset({"account number", "investment name", "symbol", "shares", "total value"}),
    frozenset({"fund account number", "fund name", "shares", "total value"}),
)
_CASH_NAMES = ("CASH", "SETTLEMENT FUND")
_TRANSACTIONS = frozenset({"trade date", "transaction type"})
_COLUMNS = (
    Column(
        "account_number", ("Account Number", "Fund Account Number"), "which account; shown by its last four characters"
    ),
    Column("description", ("Investment Name", "Fund Name"), "name"),
    Column("symbol", ("Symbol",), "ticker; null for bills and notes"),
    Column("quantity", ("Shares",), "shares, or face value of a bond"),
    Column("last_price", ("Share Price", "Price"), "the market's price of the day; never a cost"),
    Column("market_value", ("Total Value",), "cash, and the check of the values"),
)
_GUIDE = Guide(
    "Vanguard's holdings say what you own and what it is worth today, not what it cost.",
    "Vanguard: Portfolio > Cost basis > Unrealized gains and losses, show lots, then download the CSV and import that.",
)


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    table: Table | None = None
    for row in sheet.rows:
        if any(map(row.has, _HEADERS)):
            table = Table(row, _COLUMNS)
        elif row.has(_TRANSACTIONS):
            table = None
            draft.skip(row, "The table of transactions below is not read: holdings are.")
        elif table is not None:
            _read_row(draft, table, row)
    return draft.reading(None, _GUIDE if draft.has_positions else None)


def _read_row(draft: Draft, table: Table, row: Row) -> None:
    symbol, name = table.text(row, "symbol"), table.text(row, "description")
    if not name and is_missing(symbol):
        draft.skip(row, BLANK_ROW)
        return
    account = draft.accounts.label(table.text(row, "account_number"))
    quantity, value = draft.amount(table, row, "quantity"), draft.amount(table, row, "market_value")
    if is_money_fund(symbol) or (is_missing(symbol) and name.upper().startswith(_CASH_NAMES)):
        draft.cash(row, account, value, name if is_missing(symbol) else symbol)
    elif quantity == 0:
        draft.skip(row, NOTHING_HELD, table)
    else:
        per_hundred = is_per_hundred(quantity, draft.amount(table, row, "last_price"), value)
        instrument = _instrument(symbol, name, per_hundred)
        draft.position(table, row, account, instrument, quantity=quantity, market_value=value, name=name)


def _instrument(symbol: str, name: str, per_hundred: bool | None) -> Instrument | None:
    """Bills and notes have no symbol here, and neither have the funds of a 529 plan, which are not priced per 100."""
    return without_symbol(name, name, per_hundred) if is_missing(symbol) else identify(symbol)


FORMAT = Format(
    key="vanguard_holdings",
    broker="Vanguard",
    kind=POSITIONS,
    label="Vanguard holdings",
    fingerprints=(
        fingerprint("Account Number", "Investment Name", "Symbol", "Shares", "Share Price", "Total Value"),
        fingerprint("Fund Account Number", "Fund Name", "Price", "Shares", "Total Value"),
    ),
    columns=_COLUMNS,
    read=_read,
    cost="not in the file: guided to the cost basis export; Share Price is the market's",
    entry_date="not in the file",
    cash="the settlement fund or a cash sweep, at Total Value",
    cannot_know=("cost", "entry dates", "the day of the file"),
    where=_GUIDE.where_to_get_it,
)
