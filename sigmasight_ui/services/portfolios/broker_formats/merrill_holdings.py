"""Merrill's holdings: cost is what the value is worth less the gain on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sigmasight_ui.services.portfolios.broker_formats.cells import is_missing
from sigmasight_ui.services.portfolios.broker_formats.contract import POSITIONS, Column, Format, Reading, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import (
    Instrument,
    identify,
    is_money_fund,
    is_per_hundred,
    without_symbol,
)
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_HEADER = frozenset({"symbol", "quantity", "value ($)", "unrealized gain/loss ($)"})
_CASH_CUSIP = "990156937"
_CASH_NAMES = ("ML DIRECT DEPOSIT", "ML BANK DEPOSIT", "BANK OF AMERICA, NA RASP", "CASH BALANCE")
_COLUMNS = (
    Column("as_of", ("COB Date",), "the day of the file"),
    Column("symbol", ("Symbol",), "ticker or option; -- where there is none"),
    Column("cusip", ("CUSIP #",), "names bonds"),
    Column("description", ("Security Description",), "name"),
    Column("nickname", ("Account Nickname",), "name of the account"),
    Column("registration", ("Account Registration",), "name of the account, where it has no nickname"),
    Column("account_number", ("Account #",), "which account; shown by its last four characters"),
    Column("quantity", ("Quantity",), "shares, contracts, or face value of a bond"),
    Column("last_price", ("Price ($)",), "tells bonds (per 100 of face) from fund units; never a cost"),
    Column("market_value", ("Value ($)",), "cash, and one half of the cost"),
    Column("gain", ("Unrealized Gain/Loss ($)",), "the other half: cost is value less gain"),
)


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    table: Table | None = None
    as_of: date | None = None
    for row in sheet.rows:
        if row.has(_HEADER):
            table = Table(row, _COLUMNS)
        elif table is not None:
            _read_row(draft, table, row)
            as_of = as_of or draft.day(table, row, "as_of") if table.text(row, "account_number") else as_of
    return draft.reading(as_of)


def _read_row(draft: Draft, table: Table, row: Row) -> None:
    symbol, name = table.text(row, "symbol"), table.text(row, "description")
    if is_missing(symbol) and not name:
        draft.skip(row, BLANK_ROW)
        return
    called = table.text(row, "nickname") or table.text(row, "registration")
    account = draft.accounts.label(table.text(row, "account_number"), "" if is_missing(called) else called)
    value = draft.amount(table, row, "market_value")
    if is_money_fund(symbol) or is_deposit(table.text(row, "cusip"), name):
        draft.cash(row, account, value, name)
        return
    quantity = draft.amount(table, row, "quantity")
    per_hundred = is_per_hundred(quantity, draft.amount(table, row, "last_price"), value)
    draft.position(
        table,
        row,
        account,
        _instrument(symbol, table.text(row, "cusip"), name, per_hundred),
        quantity=quantity,
        cost=_cost(value, draft.amount(table, row, "gain")),
        market_value=value,
        name=name,
    )


def is_deposit(cusip: str, name: str) -> bool:
    """The bank deposits into which Merrill sweeps cash."""
    return cusip == _CASH_CUSIP or name.upper().startswith(_CASH_NAMES)


def _cost(value: Decimal | None, gain: Decimal | None) -> Decimal | None:
    return None if value is None or gain is None else value - gain


def _instrument(symbol: str, cusip: str, name: str, per_hundred: bool | None) -> Instrument | None:
    if not is_missing(symbol):
        return identify(symbol)
    return without_symbol(name if is_missing(cusip) else cusip, name, per_hundred)


FORMAT = Format(
    key="merrill_holdings",
    broker="Merrill",
    kind=POSITIONS,
    label="Merrill holdings",
    fingerprints=(fingerprint("COB Date", "Symbol", "Quantity", "Value ($)", "Unrealized Gain/Loss ($)"),),
    columns=_COLUMNS,
    read=_read,
    cost="Value ($) less Unrealized Gain/Loss ($), divided by quantity",
    entry_date="not in the file: one question, the COB Date proposed",
    cash="deposit programs and money market funds, at Value ($)",
    cannot_know=("entry dates", "cost where the gain is --: asked row by row"),
    where="Merrill: Portfolio > Holdings > Download.",
)
