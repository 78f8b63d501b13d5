"""Interactive Brokers: the activity statement, whose every line begins with its section and what the line is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.services.portfolios.broker_formats import ibkr_holdings
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
from sigmasight_ui.services.portfolios.broker_formats.ibkr_holdings import BROKER, DOLLARS, Holding
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_COLUMNS = (
    Column("symbol", ("Symbol",)),
    Column("category", ("Asset Category",)),
    Column("currency", ("Currency",)),
    Column("account", ("Account",)),
    Column("quantity", ("Quantity",)),
    Column("multiplier", ("Mult",), "shares per contract"),
    Column("price", ("Cost Price",), "per share"),
    Column("cost", ("Cost Basis",), "total, negative for shorts"),
    Column("market_value", ("Value",)),
    Column("entry_date", ("Open",), "of lots"),
)
_CASH_COLUMNS = (Column("currency", ("Currency",)), Column("amount", ("Total",)))

_OPEN_POSITIONS = frozenset({"open positions", "long open positions", "short open positions"})
_FACTS = frozenset({"statement", "account information"})
_BASE = "base currency summary"
_WHERE = (
    "In the Client Portal: Performance & Reports, Statements, Activity; choose a period that ends today and download "
    "the CSV. The section Open Positions must be part of it."
)


class _Statement:
    """The statement's pieces as they come by."""

    def __init__(self, sheet: Sheet, today: date) -> None:
        self.draft = Draft(FORMAT, sheet, today)
        self.facts = _facts(sheet)
        self._names_accounts = False  # a consolidated statement says of every row whose it is
        self._table: Table | None = None
        self._cash_table: Table | None = None
        self._holdings: list[Holding] = []
        self._cash: list[tuple[Row, str, Decimal | None]] = []
        self._value, self._cost, self._has_totals = ZERO, ZERO, False
        self._is_in_dollars = False
        self._sections: set[str] = set()

    @property
    def has_positions(self) -> bool:
        return self._table is not None

    def take(self, row: Row) -> None:
        section = row.first.casefold()
        record = _cell(row, 1)
        if section in _OPEN_POSITIONS:
            self._take_position(row, record)
        elif section == "cash report":
            self._take_cash(row, record)
        elif section not in _FACTS and section not in self._sections:
            self._sections.add(section)
            self.draft.skip(row, "A section of the statement without holdings.")

    def _take_position(self, row: Row, record: str) -> None:
        if record == "header":
            self._table = Table(row, _COLUMNS)
        elif self._table is None:
            self.draft.skip(row, "Stands above the titles of its columns.")
        elif record == "data" and _cell(row, 2) in ("summary", "lot"):
            account = self._account_of(self._table.text(row, "account"))
            self._holdings.append(ibkr_holdings.take(self.draft, self._table, row, account, _cell(row, 2) == "lot"))
            self._is_in_dollars = self._table.text(row, "currency") == DOLLARS
        elif "total" in (record, _cell(row, 2)):
            self._take_total(self._table, row)
        else:
            self.draft.skip(row, BLANK_ROW)

    def _account_of(self, number: str) -> str:
        self._names_accounts = self._names_accounts or bool(number)
        return self.draft.accounts.label(number) if number else self._account

    @property
    def _account(self) -> str:
        return self.draft.accounts.label(*_number_and_name(self.facts.get("account", "")))

    def _take_total(self, table: Table, row: Row) -> None:
        """One row per asset class and currency, below its rows. The total of another currency is followed by the same
        in dollars; a grand total names no asset class."""
        in_dollars = self._is_in_dollars and table.text(row, "currency") == DOLLARS
        if in_dollars and ibkr_holdings.is_ours(table.text(row, "category")):
            self._value += self.draft.amount(table, row, "market_value") or ZERO
            self._cost += self.draft.amount(table, row, "cost") or ZERO
            self._has_totals = True
        self.draft.skip(row, "A total, not a position.")

    def _take_cash(self, row: Row, record: str) -> None:
        if record == "header":
            self._cash_table = Table(row, _CASH_COLUMNS)
        elif self._cash_table and record == "data" and _cell(row, 2) == "ending cash":
            amount = self.draft.amount(self._cash_table, row, "amount")
            self._cash.append((row, self._cash_table.text(row, "currency"), amount))

    def reading(self) -> Reading:
        ibkr_holdings.write(self.draft, self._holdings)
        if self._names_accounts:
            for row, _, _ in self._cash:
                self.draft.skip(row, "Cash of all accounts together: the statement does not say whose it is.")
        else:
            account = self._account
            cash = self._write_cash(account)
            if self._has_totals:
                self.draft.total(None, account, self._value + cash, cents(self._cost))
        guide = None if self.has_positions else Guide("The statement has no section Open Positions.", _WHERE)
        return self.draft.reading(find_day(self.facts.get("period", "")), guide)

    def _write_cash(self, account: str) -> Decimal:
        """The summary in dollars holds all currencies already; without one, the dollars alone are ours."""
        in_dollars = self.facts.get("base currency", DOLLARS).upper() == DOLLARS
        summaries = [found for found in self._cash if found[1].casefold() == _BASE] if in_dollars else []
        counted = summaries or [found for found in self._cash if found[1].upper() == DOLLARS]
        for found in self._cash:
            row, currency, amount = found
            if counted and found is counted[0]:
                self.draft.cash(row, account, amount, "Ending cash")
            elif summaries:
                self.draft.skip(row, f"Cash in {currency}: part of the summary, counted once.")
            else:
                self.draft.skip(row, f"Cash in {currency}: only US dollars are counted.")
        return (counted[0][2] or ZERO) if counted else ZERO


def _read(sheet: Sheet, today: date) -> Reading:
    statement = _Statement(sheet, today)
    for row in sheet.rows:
        statement.take(row)
    return statement.reading()


def _facts(sheet: Sheet) -> dict[str, str]:
    """What the first two sections say, by lower-case name."""
    rows = (row.cells for row in sheet.rows if row.first.casefold() in _FACTS and len(row.cells) > 3)
    return {cells[2].casefold(): ", ".join(filter(None, cells[3:])) for cells in rows}


def _cell(row: Row, place: int) -> str:
    return row.cells[place].casefold() if place < len(row.cells) else ""


def _number_and_name(account: str) -> tuple[str, str]:
    """`U1234567 (Custom Consolidated)`."""
    number, _, name = account.partition(" ")
    return number, name.strip("() ")


FORMAT = Format(
    key="ibkr_activity",
    broker=BROKER,
    kind=POSITIONS,
    label="Interactive Brokers activity statement",
    fingerprints=(
        fingerprint("Statement", "Header", "Field Name", "Field Value"),
        fingerprint("Open Positions", "Header", "DataDiscriminator", "Asset Category", "Symbol"),
        fingerprint("Long Open Positions", "Header", "DataDiscriminator", "Asset Category", "Symbol"),
    ),
    columns=_COLUMNS,
    read=_read,
    cost="Cost Basis, the total; Cost Price where there is none",
    entry_date="of each lot, when the statement lists lots that add up to the position; else asked for",
    cash="Ending Cash of the Cash Report: the summary in dollars, or the dollars alone",
    cannot_know=("positions in other currencies (left out)", "futures (left out)"),
    where=_WHERE,
)
