"""thinkorswim: the position statement, in which the legs of an underlying stand below it and never name it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.portfolios.broker_formats.cells import find_day, is_missing, read_amount
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    POSITIONS,
    Column,
    Format,
    Reading,
    fingerprint,
)
from sigmasight_ui.services.portfolios.broker_formats.drafts import NOTHING_HELD, Draft, Table
from sigmasight_ui.services.portfolios.broker_formats.instruments import Instrument, identify, option
from sigmasight_ui.services.portfolios.broker_formats.option_notations import read_terms
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet

_COLUMNS = (
    Column("symbol", ("Instrument",)),
    Column("quantity", ("Qty",)),
    Column("price", ("Trade Price",), "per share"),
    Column("mark", ("Mark",)),
    Column("market_value", ("Net Liq", "Mark Value")),
)
_TITLE = "position statement for "
_ACCOUNT = re.compile(r"position statement for (?P<number>\S+)(?: \((?P<name>[^)]*)\))? on (?P<day>.*)", re.IGNORECASE)
_OWN_SUFFIX = "SCHW"
_LEG = re.compile(r"(?P<size>[0-9/]+) (?P<series>\([A-Za-z ]+\) )?[0-9]{1,2} [A-Z]{3} [0-9]{2}\b.*")
_SHARES_PER_CONTRACT = "100"
# Weekly, quarterly and month-end series of these indexes trade under a root of their own.
_SERIES_ROOT = {"SPX": "SPXW", "NDX": "NDXP", "RUT": "RUTW", "VIX": "VIXW"}
_WIDTH_OF_A_FIGURE = 2
_CASH = "cash & sweep vehicle"
_WHERE = "In thinkorswim: Monitor, Activity and Positions; the menu of Position Statement, Export to file."

_HEADING = "The heading of the rows below, which are counted one by one."
_FUTURES = "Futures and options on them cannot be valued."
_ACCOUNT_FIGURE = "A figure of the account, not a position."


class _Statement:
    """Reads downwards and remembers the underlying whose legs follow."""

    def __init__(self, sheet: Sheet, today: date) -> None:
        self.draft = Draft(FORMAT, sheet, today)
        self._title = next((found for row in sheet.rows[:5] if (found := _ACCOUNT.match(row.text))), None)
        self._account = self._label()
        self._table: Table | None = None
        self._underlying = ""
        self._is_heading_above = False
        self._is_future = False

    def _label(self) -> str:
        if self._title is None:
            return self.draft.accounts.label()
        number = self._title["number"].removesuffix(_OWN_SUFFIX)
        return self.draft.accounts.label(number, (self._title["name"] or "").strip())

    def take(self, row: Row) -> None:
        if {"instrument", "qty", "trade price"} <= row.names:
            self._table = Table(row, _COLUMNS)
            self._begin("")
        elif row.first.casefold().startswith(_CASH):
            self.draft.cash(row, self._account, _last_amount(row), "Cash & Sweep Vehicle")
        elif self._table is None or not any(row.cells[1:]):
            self._begin("")
            self.draft.skip(row, "A title, not a position.")
        elif _is_figure(self._table, row):
            self._begin("")
            self.draft.skip(row, _ACCOUNT_FIGURE)
        elif not is_missing(self._table.text(row, "quantity")):
            self._take_held(self._table, row)
        else:
            self._begin(row.first)
            self._is_heading_above = True
            self.draft.skip(row, _HEADING)

    def _begin(self, underlying: str) -> None:
        """Blank where no underlying is known: legs below then become problems, never positions of the one before."""
        self._underlying = underlying
        self._is_future = underlying.startswith("/")
        self._is_heading_above = False

    def _take_held(self, table: Table, row: Row) -> None:
        leg = _LEG.fullmatch(row.first)
        is_below_heading, self._is_heading_above = self._is_heading_above, False
        if leg is None and not is_below_heading and _looks_like_ticker(row.first):
            self._begin(row.first)
            is_below_heading = True
        if self._is_future:
            self.draft.skip(row, _FUTURES)
        elif leg is not None and leg["size"] != _SHARES_PER_CONTRACT:
            self.draft.skip(row, "Not a contract of 100 shares: such options cannot be valued.")
        elif read_amount(table.text(row, "quantity")) == 0:
            self.draft.skip(row, NOTHING_HELD)
        else:
            self._write(table, row, self._leg(leg) if leg else self._share(is_below_heading))

    def _write(self, table: Table, row: Row, instrument: Instrument | None) -> None:
        self.draft.position(
            table,
            row,
            self._account,
            instrument,
            quantity=self.draft.amount(table, row, "quantity"),
            price=self.draft.amount(table, row, "price") or None,
            market_value=self.draft.amount(table, row, "market_value"),
            name=row.first,
        )

    def _share(self, is_below_heading: bool) -> Instrument | None:
        """A company's name says nothing by itself: only directly below the heading it is that underlying."""
        return identify(self._underlying) if is_below_heading else None

    def _leg(self, leg: re.Match[str]) -> Instrument | None:
        root = _SERIES_ROOT.get(self._underlying, self._underlying) if leg["series"] else self._underlying
        contract = read_terms(leg[0], root)
        return option(contract) if contract else None

    def reading(self) -> Reading:
        return self.draft.reading(find_day(self._title["day"]) if self._title else None)


def _is_figure(table: Table, row: Row) -> bool:
    """The block at the end has a name and an amount beside it; a heading has a ticker and no quantity."""
    if is_missing(table.text(row, "quantity")):
        return bool(table.text(row, "price")) or not _looks_like_ticker(row.first)
    return sum(map(bool, row.cells)) <= _WIDTH_OF_A_FIGURE


def _looks_like_ticker(text: str) -> bool:
    return text.startswith("/") or (" " not in text and identify(text) is not None)


def _last_amount(row: Row) -> Decimal | None:
    return next((found for cell in reversed(row.cells[1:]) if (found := read_amount(cell)) is not None), None)


def _read(sheet: Sheet, today: date) -> Reading:
    statement = _Statement(sheet, today)
    for row in sheet.rows:
        statement.take(row)
    return statement.reading()


FORMAT = Format(
    key="thinkorswim_positions",
    broker="thinkorswim",
    kind=POSITIONS,
    label="thinkorswim position statement",
    fingerprints=(
        fingerprint("Instrument", "Qty", "Trade Price", title=_TITLE),
        fingerprint("Instrument", "Qty", "Trade Price", "Mark"),
    ),
    columns=_COLUMNS,
    read=_read,
    cost="Trade Price, per share",
    entry_date="asked for",
    cash="Cash & Sweep Vehicle",
    cannot_know=("entry dates", "futures (left out, although the file prints them twice)"),
    where=_WHERE,
)
