"""Files nobody knows: which of their columns is which field of ours is said by a person, once, and read like a format.

A mapping names columns by title, so that it fits the next file whatever the order of its columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sigmasight_ui.services.portfolios.broker_formats.accounts import is_about_accounts, masked
from sigmasight_ui.services.portfolios.broker_formats.cells import (
    DateOrder,
    date_order,
    is_missing,
    name_key,
    read_amount,
    read_day,
)
from sigmasight_ui.services.portfolios.broker_formats.contract import (
    POSITIONS,
    Column,
    Format,
    Problem,
    Question,
    Reading,
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
    crypto,
    identify,
    option,
)
from sigmasight_ui.services.portfolios.broker_formats.option_notations import contract_of
from sigmasight_ui.services.portfolios.broker_formats.reading import SEARCHED_ROWS, Row, Sheet
from sigmasight_ui.services.portfolios.csv_problems import problem

SHOWN_ROWS = 5
_LONGEST_TITLE = 60
_UNTITLED = "Column {}"


class MappedField(NamedTuple):
    """A field of ours, what people are told about it, and the titles that mean it without a doubt."""

    name: str
    label: str
    titles: tuple[str, ...]
    is_required: bool = False


FIELDS = (
    MappedField(
        "symbol", "Symbol: ticker, option or CUSIP", ("symbol", "ticker", "ticker symbol", "stock", "instrument"), True
    ),
    MappedField(
        "quantity", "Quantity; negative means short", ("quantity", "qty", "shares", "units", "contracts"), True
    ),
    MappedField("side", "Long or short, where the quantity has no sign", ("side", "long/short", "direction")),
    MappedField(
        "price",
        "What one share cost, on average",
        (
            *("entry price per share", "entry price", "average cost", "avg cost", "average price", "avg price"),
            *("cost per share", "cost/share", "unit cost", "purchase price", "price paid", "average cost per share"),
        ),
    ),
    MappedField("cost", "What all of it cost", ("cost basis", "total cost", "cost basis total", "book value")),
    MappedField(
        "entry_date",
        "Day of the first purchase",
        ("entry date", "purchase date", "date acquired", "acquired", "acquisition date", "open date"),
    ),
    MappedField("market_value", "What it is worth today", ("market value", "current value", "value", "mkt value")),
    MappedField("account", "Account, where the file has several", ("account", "account number", "account name")),
    MappedField("description", "Name of the security", ("description", "name", "company", "security name")),
    MappedField("type", "Kind of security", ("type", "asset type", "security type", "asset class", "asset category")),
    MappedField("currency", "Currency; only US dollars are read", ("currency",)),
    MappedField("underlying", "Underlying of an option", ("underlying", "underlying symbol")),
    MappedField("expiration", "Expiration of an option", ("expiration", "expiration date", "expiry", "exp")),
    MappedField("strike", "Strike of an option", ("strike", "strike price")),
    MappedField("right", "Call or put", ("option type", "put/call", "call/put")),
)
REQUIRED = tuple(field for field in FIELDS if field.is_required)

_SUBTYPES = {
    **dict.fromkeys(("stock", "stocks", "equity", "equities", "common stock"), STOCK),
    **dict.fromkeys(("etf", "etfs", "fund (etf)"), ETF),
    **dict.fromkeys(("mutual fund", "mutual funds", "fund"), MUTUAL_FUND),
    **dict.fromkeys(("bond", "bonds", "fixed income"), BOND),
    **dict.fromkeys(("money market", "money market fund"), MONEY_FUND),
}
_CASH = frozenset({"cash", "cash balance", "cash & equivalents", "usd", "us dollar"})
_CRYPTO = frozenset({"crypto", "cryptocurrency", "cryptocurrencies"})
_SHORT = frozenset({"short", "short position", "sold short"})
# A column that says nothing else lists trades, and trades summed up as if they were holdings would be wrong.
_TRADES = frozenset({"buy", "sell", "bought", "sold", "purchase", "sale", "bto", "sto", "btc", "stc"})
_OF_ACTIVITY = _TRADES | frozenset(
    {
        *("buy to open", "sell to open", "buy to close", "sell to close", "sell short", "buy to cover"),
        *("dividend", "interest", "deposit", "withdrawal", "transfer", "fee", "split", "reinvestment"),
    }
)
# Titles of lists of what was sold.
_OF_SALES = frozenset(
    {
        *("proceeds", "date sold", "sold date", "sale date", "date of sale", "sell date", "closed date", "close date"),
        *(
            "closing date",
            "exit date",
            "exit price",
            "sell price",
            "realized gain/loss",
            "realized gain",
            "realized p/l",
        ),
    }
)
_SEARCHED_FOR_TRADES = 500
HOLDINGS_QUESTION = "holdings_not_trades"
_YES = "yes"
_TOTALS = ("total", "grand total", "account total", "subtotal", "overall total")
_DOLLARS = frozenset({"", "usd", "us$", "$", "us dollar", "dollar"})


@dataclass(frozen=True, slots=True)
class MappingOffer:
    """What there is to choose from: the file's own titles and first rows, and what we would choose."""

    titles: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    proposed: Mapping[str, str]


def offer(sheet: Sheet) -> MappingOffer:
    place = _header_place(sheet)
    titles = titles_of(sheet, place)
    start = 0 if place is None else place + 1
    rows = sheet.rows[start : start + SHOWN_ROWS]
    hidden = frozenset(_account_places(titles))
    shown = tuple(
        tuple(masked(cell) if place in hidden else cell for place, cell in enumerate(_padded(row, len(titles))))
        for row in rows
    )
    return MappingOffer(titles, shown, _proposed(titles))


def _padded(row: Row, width: int) -> list[str]:
    return [*row.cells, *[""] * width][:width]


def _account_places(titles: Iterable[str]) -> list[int]:
    return [place for place, title in enumerate(titles) if is_about_accounts(title)]


def fits(titles: Iterable[str], columns: Mapping[str, str]) -> bool:
    """Whether every column of a mapping is in a file with these titles."""
    return {name_key(title) for title in columns.values()} <= {name_key(title) for title in titles}


def titles_of(sheet: Sheet, place: int | None) -> tuple[str, ...]:
    """One name per column: blank ones are numbered, repeated ones as well."""
    if place is None:
        width = max((len(row.cells) for row in sheet.rows[:SEARCHED_ROWS]), default=0)
        return tuple(_UNTITLED.format(number) for number in range(1, width + 1))
    seen: Counter[str] = Counter()
    titles = []
    for number, cell in enumerate(sheet.rows[place].cells, start=1):
        title = cell[:_LONGEST_TITLE] or _UNTITLED.format(number)
        seen[name_key(title)] += 1
        repeats = seen[name_key(title)]
        titles.append(title if repeats == 1 else f"{title} ({repeats})")
    return tuple(titles)


def read_mapped(sheet: Sheet, columns: Mapping[str, str], today: date) -> Reading:
    """The month comes first in dates, unless one of the file's proves otherwise."""
    place = _place_for(sheet, columns)
    titles = titles_of(sheet, place)
    if missing := _missing(titles, columns):
        return Reading(problems=tuple(missing))
    header = Row(sheet.rows[place].line if place is not None else 0, titles)
    table = Table(header, [Column(field, (title,)) for field, title in columns.items()])
    start = 0 if place is None else place + 1
    order: DateOrder = date_order(table.text(row, "entry_date") for row in sheet.rows[start:])
    draft = Draft(MAPPED, sheet, today, order)
    for row in sheet.rows[: place or 0]:
        draft.skip(row, "Stands above the titles of the columns.")
    accounts = _account_places(titles)
    for row in sheet.rows[start:]:
        for cell in (row.cells[place] for place in accounts if place < len(row.cells)):
            draft.accounts.conceal(cell)
        _take(draft, table, row)
    reading = draft.reading(None)
    doubt = _doubt(titles, sheet.rows[start:])
    return replace(reading, questions=(_are_holdings(reading, doubt), *reading.questions)) if doubt else reading


def _doubt(titles: tuple[str, ...], rows: tuple[Row, ...]) -> str | None:
    """Why the table may not list what is held, as a sentence."""
    for place, title in enumerate(titles):
        if name_key(title) in _OF_SALES:
            return f"The column {title} is about sales."
        said = {row.cells[place].casefold() for row in rows[:_SEARCHED_FOR_TRADES] if place < len(row.cells)} - {""}
        if said & _TRADES and said <= _OF_ACTIVITY:
            return f"The column {title} says buy and sell, as a list of trades does."
    return None


def _are_holdings(reading: Reading, doubt: str) -> Question:
    lines = tuple(found.line for found in reading.positions)
    return Question(HOLDINGS_QUESTION, f"{doubt} Is every row something held today?", lines, choices=(_YES,))


def _place_for(sheet: Sheet, columns: Mapping[str, str]) -> int | None:
    """The first row that has all the titles; else the header as we would find it."""
    for place in range(min(len(sheet.rows), SEARCHED_ROWS)):
        if len(columns) > 1 and fits(titles_of(sheet, place), columns):
            return place
    return _header_place(sheet)


def _missing(titles: tuple[str, ...], columns: Mapping[str, str]) -> list[Problem]:
    known = {name_key(title) for title in titles}
    missing = [field.label for field in REQUIRED if field.name not in columns]
    missing += [title for title in columns.values() if name_key(title) not in known]
    hint = "Choose one of the file's columns for it."
    return [problem("ERR_CSV_004", field=title, hint=hint, facts={"column": title}) for title in missing]


def _header_place(sheet: Sheet) -> int | None:
    """The row of most names with no number among them, above rows that have some; None when the file has no titles."""
    best, names = None, 1
    for place, row in enumerate(sheet.rows[: min(len(sheet.rows), SEARCHED_ROWS) - 1]):
        cells = [cell for cell in row.cells if cell]
        if len(set(cells)) <= names or any(map(_is_value, cells)):
            continue
        if any(map(_is_value, sheet.rows[place + 1].cells)):
            best, names = place, len(set(cells))
    return best


def _is_value(cell: str) -> bool:
    return bool(cell) and (read_amount(cell) is not None or read_day(cell) is not None)


def _proposed(titles: tuple[str, ...]) -> dict[str, str]:
    by_key = {name_key(title): title for title in reversed(titles)}
    found: dict[str, str] = {}
    for field in FIELDS:
        title = next((by_key[wanted] for wanted in field.titles if wanted in by_key), None)
        if title is not None and title not in found.values():
            found[field.name] = title
    return found


def _take(draft: Draft, table: Table, row: Row) -> None:
    symbol, kind = table.text(row, "symbol"), table.text(row, "type").casefold()
    has_quantity = not is_missing(table.text(row, "quantity"))
    currency = table.text(row, "currency")
    if not has_quantity and symbol.casefold().startswith(_TOTALS):
        draft.skip(row, "A total, not a position.", table)
    elif not has_quantity and is_missing(symbol):
        draft.skip(row, BLANK_ROW, table)
    elif currency.casefold() not in _DOLLARS:
        draft.skip(row, f"Held in {currency[:10]}: only positions in US dollars can be valued.", table)
    elif kind in _CASH or (not has_quantity and symbol.casefold() in _CASH):
        draft.cash(row, _account(draft, table, row), _cash(draft, table, row), symbol or "Cash")
    else:
        _take_position(draft, table, row, symbol, kind)


def _take_position(draft: Draft, table: Table, row: Row, symbol: str, kind: str) -> None:
    draft.position(
        table,
        row,
        _account(draft, table, row),
        _instrument(table, row, symbol, kind),
        quantity=_quantity(draft, table, row),
        cost=draft.amount(table, row, "cost"),
        price=draft.amount(table, row, "price") or None,
        entry_date=draft.day(table, row, "entry_date"),
        market_value=draft.amount(table, row, "market_value"),
        name=table.text(row, "description"),
    )


def _account(draft: Draft, table: Table, row: Row) -> str:
    return draft.accounts.label(name=table.text(row, "account"))


def _cash(draft: Draft, table: Table, row: Row) -> Decimal | None:
    value = draft.amount(table, row, "market_value")
    return draft.amount(table, row, "quantity") if value is None else value


def _quantity(draft: Draft, table: Table, row: Row) -> Decimal | None:
    quantity = draft.amount(table, row, "quantity")
    is_short = table.text(row, "side").casefold() in _SHORT
    return -abs(quantity) if quantity and is_short else quantity


def _instrument(table: Table, row: Row, symbol: str, kind: str) -> Instrument | None:
    if right := table.text(row, "right"):
        expiration = read_day(table.text(row, "expiration"))
        strike = read_amount(table.text(row, "strike"))
        contract = contract_of(table.text(row, "underlying") or symbol, expiration, right, strike)
        return option(contract) if contract else None
    if kind in _CRYPTO:
        return crypto(symbol.removesuffix("USD"))
    subtype = _SUBTYPES.get(kind)
    return bond(symbol) if subtype == BOND else identify(symbol, subtype)


MAPPED = Format(
    key="mapping",
    broker="Imported file",
    kind=POSITIONS,
    label="Columns chosen by hand",
    fingerprints=(),
    columns=tuple(Column(field.name, field.titles, field.label) for field in FIELDS),
    read=lambda sheet, today: read_mapped(sheet, offer(sheet).proposed, today),
    cost="the column chosen: per share, or the total",
    entry_date="the column chosen; else asked for",
    cash="rows that say Cash",
)
