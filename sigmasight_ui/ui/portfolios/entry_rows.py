"""Positions typed into a grid or pasted from a spreadsheet: cells of text in, forms for the service out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sigmasight_ui.services.portfolios.schemas import PositionForm
from sigmasight_ui.ui.format import plural

COLUMNS = tuple(each.name for each in fields(PositionForm))
TITLES = (
    "Symbol", "Quantity", "Entry Price Per Share", "Entry Date", "Investment Class", "Investment Subtype",
    "Underlying Symbol", "Strike Price", "Expiration Date", "Option Type", "Exit Date", "Exit Price Per Share",
)  # fmt: skip
"""As in the template: a row of it can be pasted as it stands."""
FEW = 4
BLANK_ROWS, MOST_ROWS = 5, 500
LONGEST_CELL = 100


@dataclass(frozen=True)
class EntryRow:
    """`cells` in the order of COLUMNS; `wrong` marks those that break a rule, `problem` says why."""

    number: int
    cells: list[str] = field(default_factory=lambda: [""] * len(COLUMNS))
    wrong: list[bool] = field(default_factory=lambda: [False] * len(COLUMNS))
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def blank(count: int = BLANK_ROWS, first: int = 1) -> list[EntryRow]:
    return [EntryRow(number) for number in range(first, first + count)]


def edited(rows: Sequence[EntryRow], number: int, column: int, text: str) -> list[EntryRow]:
    """A changed row is not known to be wrong any more."""
    found = list(rows)
    row = found[number - 1]
    cells = [*row.cells[:column], text[:LONGEST_CELL], *row.cells[column + 1 :]]
    found[number - 1] = EntryRow(number, cells)
    return found


def pasted(rows: Sequence[EntryRow], message: str) -> list[EntryRow]:
    """What a spreadsheet copies: tabs between cells, a row a line. A first line of titles is not a row."""
    try:
        told = json.loads(message)
        row, column = (int(part) for part in str(told["at"]).split(","))
        text = str(told["text"])
    except (ValueError, KeyError, TypeError):
        return list(rows)
    if not (1 <= row <= len(rows) and 0 <= column < len(COLUMNS)):
        return list(rows)
    table = [line.split("\t") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if table and _is_titles(table[0]):
        table = table[1:]
    found = list(rows)
    table = table[: MOST_ROWS - row + 1]
    found += blank(max(0, row - 1 + len(table) - len(found)), len(found) + 1)
    for offset, line in enumerate(table):
        for place, cell in enumerate(line[: len(COLUMNS) - column], start=column):
            found = edited(found, row + offset, place, cell.strip())
    return found


def _is_titles(cells: Sequence[str]) -> bool:
    return cells[0].strip().casefold() == "symbol"


def needs_many_columns(rows: Sequence[EntryRow]) -> bool:
    return any(cell for row in rows for cell in row.cells[FEW:])


def forms(rows: Sequence[EntryRow]) -> list[PositionForm]:
    return [PositionForm(*row.cells) for row in rows if not row.is_blank]


def with_problems(rows: Sequence[EntryRow], errors: Sequence[Mapping[str, Any]]) -> list[EntryRow]:
    """The service counts the rows it was sent, which are those that are not blank."""
    sent = [row.number for row in rows if not row.is_blank]
    of_row: dict[int, list[Mapping[str, Any]]] = {}
    for error in errors:
        place = error.get("row")
        if isinstance(place, int) and 1 <= place <= len(sent):
            of_row.setdefault(sent[place - 1], []).append(error)
    return [_marked(row, of_row.get(row.number, [])) for row in rows]


def _marked(row: EntryRow, errors: Sequence[Mapping[str, Any]]) -> EntryRow:
    named = {str(error.get("field")) for error in errors}
    words = [f"{error.get('message', '')} {error.get('hint', '')} ({error.get('code', '')})" for error in errors]
    return EntryRow(row.number, row.cells, [title in named for title in TITLES], " ".join(words))


def summary(rows: Sequence[EntryRow]) -> str:
    count = len(forms(rows))
    return plural(count, "position") if count else "Nothing typed yet"
