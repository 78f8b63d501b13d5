"""What all formats share once they have found their table: cells by field, rules of a row, and the finished reading."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sigmasight_ui.core.money import ZERO
from sigmasight_ui.services.portfolios.broker_formats.accounts import Accounts, masked
from sigmasight_ui.services.portfolios.broker_formats.cells import (
    DateOrder,
    is_missing,
    name_key,
    read_amount,
    read_day,
)
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    ENTRY_DATE_QUESTION,
    ENTRY_PRICE_QUESTION,
    Account,
    Column,
    DraftCash,
    DraftPosition,
    FileTotal,
    Format,
    Guide,
    Problem,
    Question,
    Reading,
    Recognition,
    Skipped,
)
from sigmasight_ui.services.portfolios.broker_formats.costs import price_per_share
from sigmasight_ui.services.portfolios.broker_formats.instruments import Instrument
from sigmasight_ui.services.portfolios.broker_formats.reading import Row, Sheet
from sigmasight_ui.services.portfolios.csv_cells import (
    COST_LIMIT,
    PRICE_DECIMALS,
    PRICE_LIMIT,
    QUANTITY_DECIMALS,
    QUANTITY_LIMIT,
    has_more_decimals,
)
from sigmasight_ui.services.portfolios.csv_problems import cut, problem
from sigmasight_ui.services.portfolios.csv_reading import Refusal

# Beyond this a file is not a broken export but another one.
MAX_PROBLEMS = 5_000
_OLDEST = timedelta(days=100 * 365)
_RANGE = {"lowest": "-1 trillion", "highest": "1 trillion"}
NOTHING_HELD = "Nothing held: the quantity is 0."
BLANK_ROW = "The row says nothing about a holding."


class Table:
    """A header row, and where the fields of a format stand below it."""

    def __init__(self, header: Row, columns: Iterable[Column]) -> None:
        places: dict[str, int] = {}
        for place, title in enumerate(header.cells):
            places.setdefault(name_key(title), place)
        self.line = header.line
        self._titles = header.cells
        self._places: dict[str, int] = {}
        for column in columns:
            found = next((places[key] for key in map(name_key, column.titles) if key in places), None)
            if found is not None:
                self._places[column.field] = found

    def has(self, field: str) -> bool:
        return field in self._places

    def title(self, field: str) -> str:
        """The column as this file calls it."""
        place = self._places.get(field)
        return field if place is None else self._titles[place]

    def text(self, row: Row, field: str) -> str:
        """Blank when the column or the cell does not exist."""
        place = self._places.get(field)
        return row.cells[place] if place is not None and place < len(row.cells) else ""


class Draft:
    """Collects what one file yields. A row becomes a position, cash, skipped with a reason, or a problem."""

    def __init__(self, form: Format, sheet: Sheet, today: date, order: DateOrder = "MDY") -> None:
        self.sheet, self.today = sheet, today
        self.accounts = Accounts(form.broker)
        self._form = form
        self._order = order
        self._positions: list[DraftPosition] = []
        self._cash: list[DraftCash] = []
        self._skipped: list[Skipped] = []
        self._broken: list[DraftPosition] = []
        self._problems: list[Problem] = []
        self._problem_lines: set[int] = set()
        self._totals: list[FileTotal] = []

    @property
    def has_positions(self) -> bool:
        return bool(self._positions)

    # -- one cell --------------------------------------------------------------------------------------------------

    def amount(self, table: Table, row: Row, field: str) -> Decimal | None:
        """None for a missing value; for one that cannot be read as well, which is then among the problems."""
        text = table.text(row, field)
        if is_missing(text):
            return None
        number = read_amount(text, self.sheet.decimal_comma)
        if number is None:
            code = "ERR_POS_005" if field == "quantity" else "ERR_POS_009"
            message = f"“{cut(text)}” is not a number."
            self.problem(table, row, code, field, message=message, hint="Correct the cell, or skip the row.")
        elif not -QUANTITY_LIMIT < number < QUANTITY_LIMIT:
            self._out_of_range(table, row, field)
            return None
        return number

    def day(self, table: Table, row: Row, field: str) -> date | None:
        """None for a missing day, Various included; one that cannot be read is among the problems."""
        text = table.text(row, field)
        if is_missing(text):
            return None
        found = read_day(text, self._order)
        if found is None:
            message = f"“{cut(text)}” is not a date."
            self.problem(table, row, "ERR_POS_013", field, message=message, hint="Correct the cell, or skip the row.")
        return found

    def _out_of_range(self, table: Table, row: Row, field: str) -> None:
        self.problem(table, row, "ERR_POS_031", field, hint="Write a number below a trillion, or skip the row.")

    # -- one row ---------------------------------------------------------------------------------------------------

    def position(
        self,
        table: Table,
        row: Row,
        account: str,
        instrument: Instrument | None,
        *,
        quantity: Decimal | None,
        cost: Decimal | None = None,
        price: Decimal | None = None,
        entry_date: date | None = None,
        market_value: Decimal | None = None,
        broker_id: str | None = None,
        name: str = "",
    ) -> None:
        """`quantity` as in the file (face for bonds), `cost` its total in dollars in whatever sign, `price` what one
        share cost (100 of face for bonds); one of the two, or neither where the file does not say."""
        if instrument is None:
            self._no_symbol(table, row)
        elif quantity is None and not self._has_problem(row):
            self.problem(table, row, "ERR_POS_004", "quantity")
        units, total = None, cost
        if instrument is not None and quantity is not None:
            units = _rounded(quantity / instrument.quoted_per, QUANTITY_DECIMALS)
            if not units:
                self.skip(row, NOTHING_HELD, table)
                return
            total, price = _cost(units, instrument.multiplier, cost, price)
            self._check(table, row, total, price, entry_date)
        lot = _lot(row.line, account, instrument, units, total, price)
        raw = self._raw(row)
        (self._broken if self._has_problem(row) else self._positions).append(
            replace(lot, entry_date=entry_date, market_value=market_value, broker_id=broker_id, name=name, raw=raw)
        )

    def _no_symbol(self, table: Table, row: Row) -> None:
        text = table.text(row, "symbol")
        if not text:
            self.problem(table, row, "ERR_POS_001", "symbol", hint="Write the symbol, or skip the row.")
            return
        self.problem(table, row, "ERR_POS_003", "symbol", message=f"“{cut(text)}” is no symbol of a security.")

    def _check(self, table: Table, row: Row, total: Decimal | None, price: Decimal | None, day: date | None) -> None:
        if total is not None and not -COST_LIMIT < total < COST_LIMIT:
            self._out_of_range(table, row, "cost")
        elif price is not None and not -PRICE_LIMIT < price < PRICE_LIMIT:
            self._out_of_range(table, row, "price")
        if day is not None and day > self.today:
            self.problem(table, row, "ERR_POS_014", "entry_date", facts={"today": self.today})
        elif day is not None and day < self.today - _OLDEST:
            self.problem(table, row, "ERR_POS_015", "entry_date")

    def cash(self, row: Row, account: str, amount: Decimal | None, name: str) -> None:
        if amount is None:
            self.skip(row, "Cash without an amount.")
        elif amount:
            self._cash.append(DraftCash(row.line, account, amount, name, self._raw(row)))
        else:
            self.skip(row, "Cash of 0.")

    def skip(self, row: Row, reason: str, table: Table | None = None) -> None:
        """Shown by its symbol or name where the table has one, else by its first cell."""
        named = table and (table.text(row, "symbol") or table.text(row, "description"))
        text = self.accounts.hide(named) if named else self._first_words(row)
        self._skipped.append(Skipped(row.line, cut(text) or "", reason))

    def total(
        self, row: Row | None, account: str, market_value: Decimal | None = None, cost: Decimal | None = None
    ) -> None:
        self._totals.append(FileTotal(account, market_value, cost, row and row.line))

    def problem(
        self,
        table: Table,
        row: Row,
        code: str,
        field: str,
        *,
        message: str | None = None,
        hint: str | None = None,
        facts: dict[str, object] | None = None,
    ) -> None:
        found = problem(
            code,
            row=self._number(table, row),
            line=row.line,
            symbol=self.accounts.hide(table.text(row, "symbol")) or None,
            field=table.title(field),
            value=self.accounts.hide(table.text(row, field)),
            message=message,
            hint=hint,
            facts=facts or _RANGE,
        )
        if found not in self._problems[-4:]:  # a cell may be read more than once
            self._problems.append(found)
            self._problem_lines.add(row.line)
        if len(self._problems) > MAX_PROBLEMS:
            message = f"More than {MAX_PROBLEMS:,} cells cannot be read. The first is on line {self._problems[0].line}."
            raise Refusal("ERR_CSV_006", message, "Check that the right format was chosen.", line=row.line)

    def _has_problem(self, row: Row) -> bool:
        return row.line in self._problem_lines

    def _number(self, table: Table, row: Row) -> int:
        """Of the row within its table: the header is row 1."""
        rows = self.sheet.rows
        header = bisect_left(rows, table.line, key=lambda found: found.line)
        return bisect_left(rows, row.line, key=lambda found: found.line) - header + 1

    def _raw(self, row: Row) -> tuple[str, ...]:
        return self.accounts.hide_cells(row.cells)

    def _first_words(self, row: Row) -> str:
        """The first cell that says something, account numbers do not."""
        hidden = ((cell, self.accounts.hide(cell)) for cell in row.cells if cell)
        return masked(next((shown for cell, shown in hidden if not shown.startswith("…")), ""))

    # -- the whole -------------------------------------------------------------------------------------------------

    def reading(self, as_of: date | None, guide: Guide | None = None) -> Reading:
        form = self._form
        return Reading(
            recognition=Recognition(form.key, form.broker, form.kind, form.label, as_of, self._accounts_in_use()),
            positions=tuple(self._positions),
            cash=tuple(self._cash),
            skipped=tuple(self._skipped),
            problems=tuple(self._problems) or tuple(self._nothing_found(guide)),
            broken=tuple(self._broken),
            questions=tuple(self._questions(as_of)),
            totals=tuple(self._totals),
            guide=guide,
        )

    def _accounts_in_use(self) -> tuple[Account, ...]:
        """Without those of which every row was skipped, such as a plan that only links to another account."""
        used = {lot.account for lot in (*self._positions, *self._broken)}
        used.update(cash.account for cash in self._cash)
        used.update(total.account for total in self._totals)
        return tuple(account for account in self.accounts.all() if account.label in used or not used)

    def _nothing_found(self, guide: Guide | None) -> Iterator[Problem]:
        if not self._positions and not self._cash and guide is None:
            yield problem("ERR_CSV_007", hint="Check that the export shows the account's positions.")

    def _questions(self, as_of: date | None) -> Iterator[Question]:
        undated = tuple(found.line for found in self._positions if found.entry_date is None)
        if undated:
            day = min(as_of or self.today, self.today)
            text = "The file does not say when these were bought. Which day should they carry, marked as estimated?"
            yield Question(ENTRY_DATE_QUESTION, text, undated, day.isoformat())
        uncosted = tuple(found.line for found in self._positions if found.entry_price is None)
        if uncosted:
            yield Question(
                ENTRY_PRICE_QUESTION, "The file does not say what these cost. What was paid per share?", uncosted
            )


def _lot(
    line: int,
    account: str,
    instrument: Instrument | None,
    units: Decimal | None,
    total: Decimal | None,
    price: Decimal | None,
) -> DraftPosition:
    """Without instrument or units it is a broken row, of which this much is known."""
    contract = instrument and instrument.contract
    return DraftPosition(
        line=line,
        account=account,
        symbol=instrument.symbol if instrument else "",
        quantity=units or ZERO,
        entry_price=_storable(price),
        entry_date=None,
        investment_class=instrument.investment_class if instrument else "",
        investment_subtype=instrument and instrument.investment_subtype,
        underlying_symbol=contract and contract.underlying,
        strike_price=contract and contract.strike,
        expiration_date=contract and contract.expiration,
        option_type=contract and contract.option_type,
        cost=total,
    )


def _cost(
    units: Decimal, multiplier: Decimal, cost: Decimal | None, price: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """Total and price per share, the one from the other; the total wins, because it has been paid."""
    total = _signed(cost, units)
    if total is not None and abs(total) >= COST_LIMIT:
        return total, None  # to be refused; a price could have more digits than we compute with
    if total is not None:
        return total, price_per_share(total, units * multiplier)
    return None if price is None else units * price * multiplier, price


def _signed(cost: Decimal | None, units: Decimal) -> Decimal | None:
    """Brokers disagree on the sign of what a short brought in; here cost has the sign of the quantity. A cost of 0 is
    no cost anybody paid."""
    return abs(cost).copy_sign(units) if cost else None


def _storable(price: Decimal | None) -> Decimal | None:
    """None when there is no price above 0 to store."""
    rounded = None if price is None else _rounded(price, PRICE_DECIMALS)
    return rounded if rounded is not None and rounded > 0 else None


def _rounded(number: Decimal, decimals: int) -> Decimal:
    return round(number, decimals) if has_more_decimals(number, decimals) else number
