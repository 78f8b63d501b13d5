"""Merrill's export of the page Holdings: blocks of accounts, in the column titles of before and after August 2026, and
the view of tax lots."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sigmasight_ui.core.money import ZERO
from sigmasight_ui.services.portfolios.broker_formats.cells import find_day, is_missing, read_amount
from sigmasight_ui.services.portfolios.broker_formats.contract import POSITIONS, Column, Format, Reading, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.drafts import BLANK_ROW, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import identify, is_money_fund
from sigmasight_ui.services.portfolios.broker_formats.merrill_holdings import is_deposit
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_HEADERS = (
    frozenset({"symbol", "quantity", "value", "unrealized gain/loss $ chg % chg"}),
    frozenset({"positions", "quantity", "value", "unrealized gain/loss ($)"}),
)
# Titles of an account's own figures, above or below its holdings.
_ACCOUNTS = (
    frozenset({"value", "unrealized gain/loss"}),
    frozenset({"account value", "unrealized gain/loss"}),
    frozenset({"value", "day's value change $", "unrealized gain/loss $ chg % chg"}),
)
_CASH_TITLE = frozenset({"cash balance", "pending activity"})
_CASH = ("money accounts", "cash balance")
_NO_HOLDINGS = ("balances", "pending activity")
_COLUMNS = (
    Column("symbol", ("Symbol", "Positions"), "ticker or option, in newer files followed by the name"),
    Column("description", ("Description",), "name"),
    Column("quantity", ("Quantity",), "shares, contracts, or face value of a bond"),
    Column("cost", ("Cost Basis",), "total cost, in the view of tax lots"),
    Column("market_value", ("Value",), "cash, and one half of the cost"),
    Column(
        "gain",
        ("Unrealized Gain/Loss $ Chg % Chg", "Unrealized gain/loss ($)"),
        "the other half: cost is value less gain",
    ),
)
_ACCOUNT_COLUMNS = (Column("cash", ("Cash balance",)),)


def _read(sheet: Sheet, today: date) -> Reading:
    draft = Draft(FORMAT, sheet, today)
    table: Table | None = None
    cash_title: Table | None = None
    account, as_of, cash = "", None, ZERO
    for row in sheet.rows:
        words = row.first.casefold()
        if words.startswith("exported on"):
            as_of = find_day(row.text)
        elif words.startswith("selected account"):
            account = row.first.partition(":")[2].strip()
        elif any(map(row.has, _HEADERS)):
            table = Table(row, _COLUMNS)
        elif any(map(row.has, _ACCOUNTS)):
            account, table, cash = next(cell for cell in row.cells if cell).strip('" '), None, ZERO
        elif row.has(_CASH_TITLE):
            cash_title = Table(row, _ACCOUNT_COLUMNS)
        elif cash_title is not None:
            cash = draft.amount(cash_title, row, "cash") or ZERO
            draft.cash(row, _label(draft, account), cash, "Cash balance")
            cash_title = None
        elif table is not None:
            _read_row(draft, table, row, _label(draft, account), cash)
    return draft.reading(as_of)


def _label(draft: Draft, account: str) -> str:
    """The title above a block is the account's name and number; All Accounts is none."""
    return draft.accounts.label(name="" if account.casefold() == "all accounts" else account)


def _read_row(draft: Draft, table: Table, row: Row, account: str, cash: Decimal) -> None:
    """`cash` stands above the table in newer files, and is then no part of the total below it."""
    text = table.text(row, "symbol")
    symbol, _, rest = text.partition(" ")
    name = table.text(row, "description") or rest.strip()
    value = draft.amount(table, row, "market_value")
    if text.casefold() == "total":
        draft.total(row, account, None if value is None else value + cash)
        draft.skip(row, "Total of the account.")
    elif text.casefold() in _CASH:
        draft.cash(row, account, value, table.text(row, "description") or text)
    elif is_money_fund(symbol) or is_deposit(symbol, name):
        draft.cash(row, account, value, name)
    elif not symbol or text.casefold() in _NO_HOLDINGS or sum(map(bool, row.cells)) == 1:
        draft.skip(row, BLANK_ROW, table)
    else:
        draft.position(
            table,
            row,
            account,
            identify(symbol),
            quantity=draft.amount(table, row, "quantity"),
            cost=draft.amount(table, row, "cost") or _cost(draft, table.text(row, "gain"), value),
            market_value=value,
            name=name,
        )


def _cost(draft: Draft, gain: str, value: Decimal | None) -> Decimal | None:
    """From `+$17.29 +0.25%`: what the position is worth less what has been gained on it."""
    amount = None if is_missing(gain) else read_amount(gain.split(" ")[0], draft.sheet.decimal_comma)
    return None if amount is None or value is None else value - amount


FORMAT = Format(
    key="merrill_export",
    broker="Merrill",
    kind=POSITIONS,
    label="Merrill export",
    fingerprints=(
        fingerprint("Symbol", "Quantity", "Value", "Unrealized Gain/Loss $ Chg % Chg"),
        fingerprint("Positions", "Quantity", "Value", "Unrealized gain/loss ($)"),
    ),
    columns=_COLUMNS,
    read=_read,
    cost="Cost Basis in the view of tax lots; else Value less the unrealized gain. Total client investment is no cost: "
    "it leaves out what dividends have bought",
    entry_date="not in the file: one question, the day of the export proposed",
    cash="Money accounts, Cash balance and deposit programs",
    cannot_know=("entry dates", "cost where the gain is --: asked row by row"),
    where="Merrill: Portfolio > Holdings > Export.",
)
