"""What a format declares, and what reading a broker's file yields. Values only: nothing here decides or writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.portfolios.broker_formats.cells import name_key, read_amount
from sigmasight_ui.services.portfolios.broker_formats.costs import price_per_share
from sigmasight_ui.services.portfolios.broker_formats.instruments import BOND
from sigmasight_ui.services.portfolios.broker_formats.reading import SEARCHED_ROWS, Sheet
from sigmasight_ui.services.portfolios.csv_cells import COST_LIMIT, QUANTITY_DECIMALS, QUANTITY_LIMIT
from sigmasight_ui.services.portfolios.csv_problems import CsvProblem
from sigmasight_ui.services.portfolios.csv_rules import SHARES_PER_CONTRACT

SMALLEST_QUANTITY = Decimal(1).scaleb(-QUANTITY_DECIMALS)

# The same shape as a row error of create-portfolio; `row` counts the header as 1.
Problem = CsvProblem

# What kinds of files there are. Positions list all that an account holds, lots only some of it; activity, orders and
# trades are guided or replayed.
POSITIONS, LOTS, ACTIVITY, ORDERS, TRADES = "positions", "lots", "activity", "orders", "trades"

# Ids of the questions every format may ask; a module may add its own.
ENTRY_DATE_QUESTION, ENTRY_PRICE_QUESTION = "entry_date", "entry_price"


@dataclass(frozen=True, slots=True)
class Account:
    """`label` names the account within the file and from one export to the next; never more than the last four of its
    number. `portfolio_name` is what we propose to call the portfolio."""

    label: str
    portfolio_name: str


@dataclass(frozen=True, slots=True)
class Recognition:
    format: str
    broker: str
    kind: str
    label: str
    as_of: date | None
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class DraftPosition:
    """One lot as the file states it. Quantity is signed, in shares, contracts, or hundreds of face value for bonds, so
    that quantity times price (times 100 for options) is dollars. What the file does not say is None.

    `cost` and `market_value` are the file's own totals in dollars, negative for shorts; `raw` are its cells."""

    line: int
    account: str
    symbol: str
    quantity: Decimal
    entry_price: Decimal | None
    entry_date: date | None
    investment_class: str
    investment_subtype: str | None = None
    underlying_symbol: str | None = None
    strike_price: Decimal | None = None
    expiration_date: date | None = None
    option_type: str | None = None
    exit_date: date | None = None
    exit_price: Decimal | None = None
    entry_date_estimated: bool = False
    cost: Decimal | None = None
    market_value: Decimal | None = None
    broker_id: str | None = None
    name: str = ""
    raw: tuple[str, ...] = ()

    def price_for(self, quantity: str) -> Decimal | None:
        """What one cost, for a quantity typed in place of one that could not be read. None for bonds: whether face or
        hundreds of it were typed cannot be told."""
        units = read_amount(quantity.strip())
        if units is None or not SMALLEST_QUANTITY <= abs(units) < QUANTITY_LIMIT:
            return None
        if not self.symbol or self.investment_subtype == BOND or not self.cost or abs(self.cost) >= COST_LIMIT:
            return None
        return price_per_share(self.cost, units * (SHARES_PER_CONTRACT if self.option_type else 1))


@dataclass(frozen=True, slots=True)
class DraftCash:
    """Dollars the account holds as cash; never a position as well. Negative is owed."""

    line: int
    account: str
    amount: Decimal
    name: str
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """`text` is the row's first cell with content, cut and without account numbers."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """One answer holds for all its lines; `default` is what happens if nobody objects, None when we cannot propose.
    Where there are `choices`, only one of them is an answer."""

    id: str
    text: str
    lines: tuple[int, ...]
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """The file was understood and is not enough."""

    missing: str
    where_to_get_it: str


@dataclass(frozen=True, slots=True)
class FileTotal:
    """What the file itself says an account comes to; None where it says nothing."""

    account: str
    market_value: Decimal | None = None
    cost: Decimal | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """`recognition` is None for a file nobody knows; it is then either refused (`problems`) or to be mapped by hand.

    `broken` has what could be read of the rows with problems, so that only the wrong cell has to be typed again: the
    symbol is blank and the quantity 0 where those are the wrong ones."""

    recognition: Recognition | None = None
    positions: tuple[DraftPosition, ...] = ()
    cash: tuple[DraftCash, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()
    totals: tuple[FileTotal, ...] = ()
    guide: Guide | None = None
    broken: tuple[DraftPosition, ...] = ()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Names that stand together in one row among the first, in any order and any case; and, where column names alone
    are too common, what a title line above or below begins with."""

    names: frozenset[str]
    title: str = ""

    def score(self, sheet: Sheet) -> int:
        """0 when it is not this; else the more, the more precisely it fits."""
        if not any(self.names <= names for names in sheet.names):
            return 0
        if self.title and not any(row.text.casefold().startswith(self.title) for row in sheet.rows[:SEARCHED_ROWS]):
            return 0
        return len(self.names) + (10 if self.title else 0)


def fingerprint(*names: str, title: str = "") -> Fingerprint:
    return Fingerprint(frozenset(map(name_key, names)), title.casefold())


@dataclass(frozen=True, slots=True)
class Column:
    """A field we read, the titles it has had over the years, and what we make of its cells."""

    field: str
    titles: tuple[str, ...]
    meaning: str = ""


@dataclass(frozen=True)
class Format:
    """Everything one module says about one kind of file of one broker; docs/imports.md is written from it."""

    key: str
    broker: str
    kind: str
    label: str
    fingerprints: tuple[Fingerprint, ...]
    columns: tuple[Column, ...]
    read: Callable[[Sheet, date], Reading]
    # For people: what becomes of cost, dates and cash, what the file cannot tell, where to get the file.
    cost: str
    entry_date: str
    cash: str
    cannot_know: tuple[str, ...] = ()
    where: str = ""

    def score(self, sheet: Sheet) -> int:
        return max((found.score(sheet) for found in self.fingerprints), default=0)
