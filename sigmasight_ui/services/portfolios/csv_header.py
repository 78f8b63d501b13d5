"""The twelve columns, the other titles we understand for them, and finding them in a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sigmasight_ui.services.portfolios.csv_problems import CsvProblem, problem
from sigmasight_ui.services.portfolios.csv_reading import DELIMITERS, Refusal, first_lines, split_line

SYMBOL = "Symbol"
QUANTITY = "Quantity"
ENTRY_PRICE = "Entry Price Per Share"
ENTRY_DATE = "Entry Date"
INVESTMENT_CLASS = "Investment Class"
INVESTMENT_SUBTYPE = "Investment Subtype"
UNDERLYING = "Underlying Symbol"
STRIKE = "Strike Price"
EXPIRATION = "Expiration Date"
OPTION_TYPE = "Option Type"
EXIT_DATE = "Exit Date"
EXIT_PRICE = "Exit Price Per Share"

COLUMNS = (
    SYMBOL,
    QUANTITY,
    ENTRY_PRICE,
    ENTRY_DATE,
    INVESTMENT_CLASS,
    INVESTMENT_SUBTYPE,
    UNDERLYING,
    STRIKE,
    EXPIRATION,
    OPTION_TYPE,
    EXIT_DATE,
    EXIT_PRICE,
)
REQUIRED = COLUMNS[:4]

# Only titles with one possible meaning: "Cost Basis" is a total, "Price" the market price, so neither is here.
_OTHER_TITLES = {
    SYMBOL: ("ticker", "ticker symbol"),
    QUANTITY: ("qty", "qty (quantity)", "shares", "units"),
    ENTRY_PRICE: ("entry price", "cost per share", "cost/share", "average cost per share", "purchase price per share"),
    ENTRY_DATE: ("purchase date", "date acquired", "acquired date", "acquisition date", "open date"),
    INVESTMENT_CLASS: ("class",),
    INVESTMENT_SUBTYPE: ("subtype",),
    UNDERLYING: ("underlying", "underlying ticker"),
    STRIKE: ("strike",),
    EXPIRATION: ("expiration", "expiry", "expiry date", "expiration day"),
    OPTION_TYPE: ("put/call", "call/put"),
    EXIT_DATE: ("sale date", "close date"),
    EXIT_PRICE: ("exit price", "sale price per share"),
}

_MISSING_HINTS = {
    ENTRY_PRICE: (
        f"Add a column {ENTRY_PRICE} with your average cost per share. "
        "A cost basis is the total: divide it by the quantity."
    ),
    ENTRY_DATE: (
        f"Add a column {ENTRY_DATE} with the day of your first purchase, such as 2024-01-15. "
        "Most brokers leave it out of their position exports."
    ),
}
_SEARCHED_LINES = 40


def _key(title: str) -> str:
    return "".join(character for character in title.casefold() if character.isalnum())


_EXACT = {_key(title): index for index, title in enumerate(COLUMNS)}
_ALIASES = {_key(alias): COLUMNS.index(title) for title, aliases in _OTHER_TITLES.items() for alias in aliases}


class Header(NamedTuple):
    titles: tuple[str, ...]  # as found, up to the last one that is not blank
    positions: tuple[int | None, ...]  # where each of the twelve columns stands
    untitled: tuple[int, ...]  # columns within the titles that have none

    @property
    def missing(self) -> list[str]:
        return [title for title in REQUIRED if self.positions[COLUMNS.index(title)] is None]

    @property
    def is_recognised(self) -> bool:
        return len(self.missing) < len(REQUIRED)


def read_header(cells: Sequence[str]) -> Header:
    """Our own title wins over an alias; two columns with equal claim are refused, not guessed."""
    titles = [cell.strip() for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    keys = [_key(title) for title in titles]
    exact = _positions(keys, _EXACT)
    aliases = _positions(keys, _ALIASES)
    positions = tuple(exact[index] if exact[index] is not None else aliases[index] for index in range(len(COLUMNS)))
    return Header(tuple(titles), positions, tuple(i for i, title in enumerate(titles) if not title))


def _positions(keys: list[str], names: dict[str, int]) -> list[int | None]:
    positions: list[int | None] = [None] * len(COLUMNS)
    for place, key in enumerate(keys):
        column = names.get(key)
        if column is None:
            continue
        if positions[column] is not None:
            raise Refusal(
                "ERR_CSV_005",
                f"Two columns are titled {COLUMNS[column]}.",
                "Delete one of them, or rename the one that is not meant.",
            )
        positions[column] = place
    return positions


def missing_columns(header: Header, line: int) -> list[CsvProblem]:
    return [
        problem("ERR_CSV_004", row=1, line=line, field=title, hint=_MISSING_HINTS.get(title), facts={"column": title})
        for title in header.missing
    ]


def detect_delimiter(content: bytes, encoding: str) -> str:
    """The separator under which the first line shows most of our titles; a comma when none shows any."""
    for _, line in first_lines(content, encoding, _SEARCHED_LINES):
        found = {delimiter: _known_titles(line, delimiter) for delimiter in DELIMITERS}
        best = max(DELIMITERS, key=found.__getitem__)
        if found[best]:
            return best
    return DELIMITERS[0]


def _known_titles(line: str, delimiter: str) -> int:
    keys = map(_key, split_line(line, delimiter))
    return sum(key in _EXACT or key in _ALIASES for key in keys)


def header_not_found(content: bytes, encoding: str, delimiter: str, line: int) -> Refusal:
    """Says where the header is, if it stands further down (title lines of a broker), and what it lacks."""
    for number, text in first_lines(content, encoding, _SEARCHED_LINES):
        if number <= line:
            continue
        try:
            header = read_header(split_line(text, delimiter))
        except Refusal:
            continue
        if header.is_recognised:
            message = f"Line {line} is no header; column titles stand on line {number}."
            return Refusal("ERR_CSV_005", message, _advice(number, header), line=line)
    return Refusal("ERR_CSV_005", f"Line {line} does not hold the column titles.", line=line)


def _advice(number: int, header: Header) -> str:
    if not header.missing:
        return f"Delete everything above line {number}, or put # before each of those lines."
    missing = " and ".join(header.missing)
    return f"This looks like a broker's export: {missing} are not in it. Copy the positions into our template."
