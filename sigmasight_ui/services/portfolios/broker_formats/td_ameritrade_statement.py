"""TD Ameritrade and thinkorswim: the account statement, tables under titles, of which few hold positions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sigmasight_ui.core.money import ZERO
from sigmasight_ui.services.portfolios.broker_formats.cells import find_day, read_amount, read_day
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    POSITIONS,
    Column,
    Format,
    Guide,
    Reading,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.drafts import Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import Instrument, identify, option
from sigmasight_ui.services.portfolios.broker_formats.option_notations import contract_of, read_option
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_COLUMNS = (
    Column("symbol", ("Symbol",)),
    Column("name", ("Description",)),
    Column("option", ("Option Code",)),
    Column("expiration", ("Exp",)),
    Column("strike", ("Strike",)),
    Column("right", ("Type",)),
    Column("quantity", ("Qty",)),
    Column("price", ("Trade Price",), "per share"),
    Column("market_value", ("Mark Value",)),
)
_BALANCE_COLUMNS = (Column("amount", ("Balance",)),)
_TITLE = "account statement for "
_ACCOUNT = re.compile(r"account statement for (?P<number>\S+)(?: \((?P<name>[^)]*)\))?(?P<days>.*)", re.IGNORECASE)
_HOLDINGS = frozenset({"equities", "options", "others", "bonds", "mutual funds"})
_OTHER_TITLE = re.compile(r"\b(?:statements?|history|losses|summary|balance|futures|futures options|forex|crypto)$")
_TOTAL_CASH = re.compile(r"total cash (?P<amount>.+)", re.IGNORECASE)
_TOTALS = "overall totals"
_OWN_SUFFIX = "SCHW"
_WHERE = (
    "In thinkorswim: Monitor, Account Statement, with a day on which positions were open; its menu, Export to file. "
    "Or Monitor, Activity and Positions: the menu of Position Statement."
)
_NO_POSITIONS = Guide("The statement lists no open position.", _WHERE)


class _Statement:
    def __init__(self, sheet: Sheet, today: date) -> None:
        self.draft = Draft(FORMAT, sheet, today)
        self._title = next((found for row in sheet.rows[:10] if (found := _ACCOUNT.match(row.text))), None)
        number = self._title["number"].removesuffix(_OWN_SUFFIX) if self._title else ""
        self._account = self.draft.accounts.label(number, (self._title["name"] or "") if self._title else "")
        self._section = ""
        self._table: Table | None = None
        self._balances: Table | None = None
        self._balance: tuple[Row, Decimal] | None = None
        self._total_cash: tuple[Row, Decimal] | None = None
        self._value: Decimal | None = None

    def take(self, row: Row) -> None:
        if self._is_title(row):
            self._begin(row)
        elif {"symbol", "qty", "trade price"} <= row.names and "exec time" not in row.names:
            self._table = Table(row, _COLUMNS)
        elif self._table is not None and self._section in _HOLDINGS | {""}:
            self._take_held(self._table, row)
        elif {"date", "balance"} <= row.names:
            self._balances = Table(row, _BALANCE_COLUMNS)
        elif self._section == "cash balance" and self._balances is not None:
            amount = read_amount(self._balances.text(row, "amount"))
            self._balance = (row, amount) if amount is not None else self._balance

    def _is_title(self, row: Row) -> bool:
        """Below a table of holdings only the titles we know: a row cut short is no title."""
        text = row.text.casefold()
        if text.startswith("total cash"):
            return True
        is_alone = sum(map(bool, row.cells)) == 1
        return is_alone and (self._table is None or text in _HOLDINGS or _OTHER_TITLE.search(text) is not None)

    def _begin(self, row: Row) -> None:
        """The title of the next table, or the line that adds up all cash."""
        if match := _TOTAL_CASH.fullmatch(",".join(filter(None, row.cells))):
            amount = read_amount(match["amount"].replace("$ ", "$"))
            self._total_cash = (row, amount) if amount is not None else self._total_cash
            return
        self._section, self._table = row.text.casefold(), None
        if self._section not in _HOLDINGS | {"cash balance"}:
            self.draft.skip(row, "A title, or a table without holdings.")

    def _take_held(self, table: Table, row: Row) -> None:
        if _TOTALS in row.names:
            value = self.draft.amount(table, row, "market_value")
            self._value = (self._value or ZERO) + value if value is not None else self._value
            self.draft.skip(row, "A total, not a position.")
            return
        self.draft.position(
            table,
            row,
            self._account,
            self._instrument(table, row),
            quantity=self.draft.amount(table, row, "quantity"),
            price=self.draft.amount(table, row, "price") or None,
            market_value=self.draft.amount(table, row, "market_value"),
            name=table.text(row, "name"),
        )

    def _instrument(self, table: Table, row: Row) -> Instrument | None:
        symbol = table.text(row, "symbol")
        if not table.has("option"):
            return identify(symbol)
        code = table.text(row, "option")
        if contract := read_option(code):
            return option(contract)
        if code and not code.startswith(symbol):
            return None
        strike = read_amount(table.text(row, "strike"))
        contract = contract_of(symbol, read_day(table.text(row, "expiration")), table.text(row, "right"), strike)
        return option(contract) if contract else None

    def reading(self) -> Reading:
        cash = self._total_cash or self._balance
        if cash is not None:
            self.draft.cash(cash[0], self._account, cash[1], "Cash balance")
        if self._value is not None:
            self.draft.total(None, self._account, self._value + (cash[1] if cash else ZERO))
        reading = self.draft.reading(find_day(self._title["days"]) if self._title else None, _NO_POSITIONS)
        return replace(reading, guide=None) if reading.positions or reading.problems else reading


def _read(sheet: Sheet, today: date) -> Reading:
    statement = _Statement(sheet, today)
    for row in sheet.rows:
        statement.take(row)
    return statement.reading()


FORMAT = Format(
    key="td_ameritrade_statement",
    broker="TD Ameritrade",
    kind=POSITIONS,
    label="TD Ameritrade or thinkorswim account statement",
    fingerprints=(
        fingerprint("Date", "Time", "Type", "Amount", "Balance", title=_TITLE),
        fingerprint("Symbol", "Option Code", "Exp", "Strike", "Qty", "Trade Price"),
        fingerprint("Symbol", "Qty", "Trade Price", "Mark", "Mark Value", title=_TITLE),
    ),
    columns=_COLUMNS,
    read=_read,
    cost="Trade Price, per share",
    entry_date="asked for",
    cash="Total Cash, or the last balance of Cash Balance",
    cannot_know=("entry dates", "futures and currencies (left out)"),
    where=_WHERE,
)
