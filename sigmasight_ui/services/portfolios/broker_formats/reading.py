"""Bytes of a broker's file -> a sheet of rows with their physical lines. Knows no broker."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sigmasight_ui.services.portfolios.broker_formats.cells import clean, has_decimal_commas, name_key
from sigmasight_ui.services.portfolios.csv_reading import (
    DELIMITERS,
    MAX_BYTES,
    Refusal,
    detect_encoding,
    first_lines,
    records,
    split_line,
)

# A title block of a broker may be long (E*TRADE: some fifteen lines); a header further down belongs to another table.
SEARCHED_ROWS = 60
# Far above any account; together they keep the worst file of 10 MB within memory.
MAX_ROWS = 50_000
MAX_COLUMNS = 400
MAX_CELLS = 1_200_000
_TITLE_LENGTH = 40
_LETTER = re.compile(r"[^\W\d_]")


class Row(NamedTuple):
    """One record: the physical line on which it begins, and its cells without surrounding blanks."""

    line: int
    cells: tuple[str, ...]

    @property
    def first(self) -> str:
        return self.cells[0] if self.cells else ""

    @property
    def text(self) -> str:
        """The row as a sentence, for title lines whose commas a spreadsheet has split."""
        return ", ".join(cell for cell in self.cells if cell)

    @property
    def names(self) -> frozenset[str]:
        """Its cells as column names: trimmed, case-folded, in no order."""
        return frozenset(name_key(cell) for cell in self.cells if cell)

    def has(self, wanted: frozenset[str]) -> bool:
        """Whether all these column names are among its cells. Asked of every row, so first whether their words are."""
        text = "\n".join(self.cells).casefold()
        return all(word in text for name in wanted for word in name.split()) and wanted <= self.names


@dataclass(frozen=True)
class Sheet:
    rows: tuple[Row, ...]
    delimiter: str = ","
    encoding: str = "utf-8-sig"

    @cached_property
    def decimal_comma(self) -> bool:
        """Whether 1.234,56 is how this file writes numbers; only when nothing in it says otherwise."""
        return has_decimal_commas(cell for row in self.rows[:2000] for cell in row.cells)

    @cached_property
    def names(self) -> tuple[frozenset[str], ...]:
        """Of the rows among which a header is looked for."""
        return tuple(row.names for row in self.rows[:SEARCHED_ROWS])

    def find_header(self, wanted: Iterable[str], start: int = 0) -> int | None:
        """The place of the first row from `start` on that has all these column names."""
        names = frozenset(wanted)
        return next((place for place in range(start, len(self.rows)) if self.rows[place].has(names)), None)

    def header(self, wanted: Iterable[str]) -> int:
        """The same for a format that needs its columns: refused where it was chosen for another file."""
        names = sorted(wanted)
        place = self.find_header(names)
        if place is None:
            message = f"The file has no row with the column titles {', '.join(names)}."
            raise Refusal("ERR_CSV_005", message, "Choose another format, or let us recognise it.")
        return place


def open_sheet(content: bytes) -> Sheet:
    """Raises Refusal with a code of the catalogue for whatever is no table of text."""
    if len(content) > MAX_BYTES:
        raise Refusal("ERR_CSV_001")
    encoding = detect_encoding(content, also_windows=True)
    delimiter = detect_delimiter(content, encoding)
    rows: list[Row] = []
    cells = 0
    for line, record in records(content, encoding, delimiter, comments=False):
        cells += len(record)
        _check_limits(line, len(rows), len(record), cells)
        row = Row(line, tuple(map(clean, record)))
        if any(row.cells):
            rows.append(row)
    if not rows:
        raise Refusal("ERR_CSV_003")
    return Sheet(tuple(rows), delimiter, encoding)


def _check_limits(line: int, rows: int, columns: int, cells: int) -> None:
    if columns > MAX_COLUMNS:
        message = f"Line {line} has {columns:,} columns; a table of positions has {MAX_COLUMNS} at most."
        raise Refusal("ERR_CSV_006", message, line=line)
    if rows >= MAX_ROWS or cells > MAX_CELLS:
        message = f"The file has more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells."
        raise Refusal("ERR_CSV_001", message, "Split it into several files.", line=line)


def detect_delimiter(content: bytes, encoding: str) -> str:
    """The separator that cuts the most lines into equally many cells; in a file too short for that, into most names."""
    lines = [line for _, line in first_lines(content, encoding, SEARCHED_ROWS)]
    return max(DELIMITERS, key=lambda delimiter: _regularity(lines, delimiter))


def _regularity(lines: list[str], delimiter: str) -> tuple[int, int]:
    """Sentences have commas too, but hardly two of them equally many."""
    cut = [split_line(line, delimiter)[: MAX_COLUMNS + 1] for line in lines if delimiter in line]
    widths = Counter(map(len, cut))
    return sum(count * (width - 1) for width, count in widths.items() if count > 1), max(map(_titles, cut), default=0)


def _titles(cells: list[str]) -> int:
    return sum(len(cell) <= _TITLE_LENGTH and _LETTER.search(cell) is not None for cell in set(cells))
