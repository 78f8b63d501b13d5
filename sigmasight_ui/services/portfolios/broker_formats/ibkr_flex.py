"""Interactive Brokers: a Flex query as CSV, in which every section repeats its own titles and the user chose them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sigmasight_ui.services.portfolios.broker_formats import ibkr_holdings
from sigmasight_ui.services.portfolios.broker_formats.cells import read_day
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    POSITIONS,
    Column,
    Format,
    Guide,
    Reading,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.drafts import Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.ibkr_holdings import BROKER, DOLLARS, Holding
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_COLUMNS = (
    Column("account", ("ClientAccountID",)),
    Column("account_name", ("AccountAlias",)),
    Column("currency", ("CurrencyPrimary",)),
    Column("category", ("AssetClass",)),
    Column("symbol", ("Symbol",)),
    Column("name", ("Description",)),
    Column("multiplier", ("Multiplier",), "shares per contract"),
    Column("quantity", ("Quantity", "Position")),
    Column("price", ("CostBasisPrice",), "per share"),
    Column("cost", ("CostBasisMoney",), "total, negative for shorts"),
    Column("market_value", ("PositionValue",)),
    Column("level", ("LevelOfDetail",), "SUMMARY or LOT"),
    Column("entry_date", ("OpenDateTime",), "of lots"),
    Column("report_date", ("ReportDate",)),
    Column("ending_cash", ("EndingCash",)),
    Column("rate", ("FXRateToBase",)),
)
_ACCOUNT = "clientaccountid"
_VALUES = frozenset({"costbasismoney", "costbasisprice", "positionvalue"})
_OF_TRADES = frozenset({"tradeid", "tradeprice", "buy/sell", "ibcommission", "proceeds", "fifopnlrealized"})
_CONTROL = frozenset({"bof", "boa", "bos", "eos", "eoa", "eof", "msg"})
_BASE = "BASE_SUMMARY"
_WHERE = (
    "In the Client Portal: Performance & Reports, Flex Queries; add the section Open Positions with Symbol, Asset "
    "Class, Quantity, Cost Basis Money, Level of Detail and Open Date Time, and run the query as CSV."
)


class _Cash(NamedTuple):
    row: Row
    account: str
    currency: str
    amount: Decimal | None
    is_base: bool


class _Query:
    def __init__(self, sheet: Sheet, today: date) -> None:
        self.draft = Draft(FORMAT, sheet, today)
        self._table: Table | None = None
        self._kind = ""
        self._has_positions = False
        self._holdings: list[Holding] = []
        self._cash: list[_Cash] = []
        self._base_is_dollars = False
        self._as_of: date | None = None

    def take(self, row: Row) -> None:
        if _ACCOUNT in row.names:
            self._table = Table(row, _COLUMNS)
            self._kind = _kind(row)
            self._has_positions = self._has_positions or self._kind == "positions"
            if not self._kind:
                self.draft.skip(row, "A section of the query without holdings.")
        elif row.first.casefold() in _CONTROL:
            if row.first.casefold() == "bof" and len(row.cells) > 5:
                self._as_of = self._as_of or read_day(row.cells[5])
        elif self._table is not None:
            self._take_data(self._table, row)

    def _take_data(self, table: Table, row: Row) -> None:
        if table.text(row, "currency") == DOLLARS and table.text(row, "rate") in ("1", "1.0"):
            self._base_is_dollars = True
        if not self._kind:
            return
        account = self.draft.accounts.label(table.text(row, "account"), table.text(row, "account_name"))
        level = table.text(row, "level").casefold()
        if self._kind == "cash":
            currency = table.text(row, "currency").upper()
            is_base = currency == _BASE or level == "basecurrency"
            self._base_is_dollars = self._base_is_dollars or (is_base and currency == DOLLARS)
            self._cash.append(_Cash(row, account, currency, self.draft.amount(table, row, "ending_cash"), is_base))
            return
        is_lot = level == "lot" if level else bool(table.text(row, "entry_date"))
        self._holdings.append(ibkr_holdings.take(self.draft, table, row, account, is_lot))
        self._as_of = read_day(table.text(row, "report_date")) or self._as_of

    def reading(self) -> Reading:
        ibkr_holdings.write(self.draft, self._holdings)
        for account in dict.fromkeys(found.account for found in self._cash):
            self._write_cash([found for found in self._cash if found.account == account])
        guide = None if self._has_positions else Guide("The query has no section Open Positions.", _WHERE)
        return self.draft.reading(self._as_of, guide)

    def _write_cash(self, lines: list[_Cash]) -> None:
        """The base summary holds all currencies already, and counts when it is in dollars."""
        summaries = [found for found in lines if found.is_base] if self._base_is_dollars else []
        counted = summaries or [found for found in lines if found.currency == DOLLARS and not found.is_base]
        for found in lines:
            if counted and found is counted[0]:
                self.draft.cash(found.row, found.account, found.amount, "Ending cash")
            elif summaries:
                self.draft.skip(found.row, f"Cash in {found.currency}: part of the summary, counted once.")
            else:
                self.draft.skip(found.row, f"Cash in {found.currency}: only US dollars are counted.")


def _kind(header: Row) -> str:
    names = header.names
    if "endingcash" in names:
        return "cash"
    has_holdings = "symbol" in names and names & _VALUES and names & {"quantity", "position"}
    return "positions" if has_holdings and not names & _OF_TRADES else ""


def _read(sheet: Sheet, today: date) -> Reading:
    query = _Query(sheet, today)
    for row in sheet.rows:
        query.take(row)
    return query.reading()


FORMAT = Format(
    key="ibkr_flex",
    broker=BROKER,
    kind=POSITIONS,
    label="Interactive Brokers Flex query",
    fingerprints=(fingerprint("ClientAccountID"),),
    columns=_COLUMNS,
    read=_read,
    cost="CostBasisMoney, the total; CostBasisPrice where there is none",
    entry_date="OpenDateTime of each lot, when the query lists lots that add up to the position; else asked for",
    cash="EndingCash of the section Cash Report: the base summary in dollars, or the dollars alone",
    cannot_know=("positions in other currencies (left out)", "futures (left out)"),
    where=_WHERE,
)
