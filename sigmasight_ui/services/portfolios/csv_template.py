"""The 12-column template: bytes of an upload -> positions, or every problem in it. Pure, and raises for no input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from sigmasight_ui.services.portfolios.csv_cells import ENTRY_PRICE_DECIMALS, PRICE_DECIMALS
from sigmasight_ui.services.portfolios.csv_formulas import as_written
from sigmasight_ui.services.portfolios.csv_header import (
    ENTRY_DATE,
    SYMBOL,
    Header,
    detect_delimiter,
    header_not_found,
    missing_columns,
    read_header,
)
from sigmasight_ui.services.portfolios.csv_problems import CsvProblem, Findings, problem
from sigmasight_ui.services.portfolios.csv_reading import (
    Record,
    Refusal,
    detect_encoding,
    is_own_export,
    records,
    refuse_by_size_or_name,
)
from sigmasight_ui.services.portfolios.csv_rows import Cells, PositionRow
from sigmasight_ui.services.portfolios.csv_rules import LotKey, read_row

_LOT = f"{SYMBOL} + {ENTRY_DATE}"
# Far above any account, and what keeps the worst file of 10 MB within memory.
MAX_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class FailedRecord:
    """A row that cannot be imported, as found, so that it can be handed back for correction."""

    row: int
    line: int
    cells: tuple[str, ...]
    problems: tuple[CsvProblem, ...]


@dataclass(frozen=True, slots=True)
class ParsedCsv:
    """`rows` are the valid ones; whoever imports them insists on `is_valid`, because a file is taken whole or not."""

    rows: tuple[PositionRow, ...]
    problems: tuple[CsvProblem, ...]
    total_rows: int
    titles: tuple[str, ...] = ()
    failed_records: tuple[FailedRecord, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.problems


def parse_template(content: bytes, file_name: str, today: date) -> ParsedCsv:
    """`today` decides what is in the future; all problems of all rows come back in one answer."""
    try:
        refuse_by_size_or_name(len(content), file_name)
        encoding = detect_encoding(content)
        delimiter = detect_delimiter(content, encoding)
        found = records(content, encoding, delimiter)
        first = next(found, None)
        if first is None:
            raise Refusal("ERR_CSV_003", "The file has comments only.")
        line, titles = first
        header = read_header(titles)
        if not header.is_recognised:
            raise header_not_found(content, encoding, delimiter, line)
        if header.missing:
            return ParsedCsv((), tuple(missing_columns(header, line)), 0, header.titles)
        return _Reading(header, today, is_own_export(content, encoding)).read(found)
    except Refusal as refusal:
        return _refused(refusal)


def has_our_columns(content: bytes) -> bool:
    """Whether the first line has all four required titles, ours or others of the same meaning."""
    try:
        encoding = detect_encoding(content)
        first = next(records(content, encoding, detect_delimiter(content, encoding)), None)
        return first is not None and not read_header(first[1]).missing
    except Refusal:
        return False


def read_table(titles: Sequence[str], found: Iterator[Record], today: date, is_own: bool) -> ParsedCsv:
    """The same for rows that somebody else has read, below a header with all the required titles."""
    return _Reading(read_header(titles), today, is_own).read(found)


def _refused(refusal: Refusal) -> ParsedCsv:
    found = problem(refusal.code, line=refusal.line, message=refusal.message, hint=refusal.hint)
    return ParsedCsv((), (found,), 0)


class _Reading:
    """One pass over the data rows of a file whose header is understood. Our own export states prices in full, and
    two equal lots in it are two lots: nobody has typed them."""

    def __init__(self, header: Header, today: date, is_own: bool) -> None:
        self._header = header
        self._today = today
        self._is_own = is_own
        self._width = len(header.titles)
        # Stands behind the cells of every row: for short rows, and for the columns that the file does not have.
        self._blanks = [""] * (self._width + 1)
        self._pick = itemgetter(*(self._width if place is None else place for place in header.positions))
        self._first_rows: dict[LotKey, int] = {}
        self._rows: list[PositionRow] = []
        self._failed: list[FailedRecord] = []

    def read(self, found: Iterator[Record]) -> ParsedCsv:
        total = 0
        for row, (line, record) in enumerate(found, start=2):
            if not any(record) or not any(map(str.strip, record)):
                continue
            total += 1
            if total > MAX_ROWS:
                message = f"The file has more than {MAX_ROWS:,} rows."
                raise Refusal("ERR_CSV_001", message, "Split it into several files.", line=line)
            self._take(row, line, record)
        return self._result(total)

    def _cells(self, found: list[str]) -> Cells:
        cells = map(str.strip, self._pick([*found[: self._width], *self._blanks]))
        return Cells._make(map(as_written, cells) if self._is_own else cells)

    def _take(self, row: int, line: int, record: list[str]) -> None:
        cells = self._cells(record)
        findings = Findings(row, line, cells.shown_symbol)
        if len(record) > self._width or self._header.untitled:
            self._check_extra_cells(record, findings)
        decimals = PRICE_DECIMALS if self._is_own else ENTRY_PRICE_DECIMALS
        position, key = read_row(cells, self._today, findings, decimals)
        if key is not None and not self._is_own:
            self._check_repetition(key, findings)
        if position is not None and not findings.problems:
            self._rows.append(position)
        else:
            self._failed.append(FailedRecord(row, line, tuple(record), tuple(findings.problems)))

    def _check_extra_cells(self, record: list[str], findings: Findings) -> None:
        inside = [record[place] for place in self._header.untitled if place < len(record)]
        filled = [text.strip() for text in inside + record[self._width :] if text.strip()]
        if filled:
            findings.add("ERR_POS_032", None, filled[0])

    def _check_repetition(self, key: LotKey, findings: Findings) -> None:
        first = self._first_rows.setdefault(key, findings.row)
        if first != findings.row:
            symbol, entry_date = key
            findings.add("ERR_POS_023", _LOT, f"{symbol}, {entry_date}", facts={"first_row": first})

    def _result(self, total: int) -> ParsedCsv:
        problems = [found for failed in self._failed for found in failed.problems]
        problems[:0] = self._nothing_usable(total)
        return ParsedCsv(tuple(self._rows), tuple(problems), total, self._header.titles, tuple(self._failed))

    def _nothing_usable(self, total: int) -> Sequence[CsvProblem]:
        """Several rows and none of them right: the file as a whole does not follow the template. One wrong row is
        explained by its own problems."""
        if total == 0:
            return [problem("ERR_CSV_007")]
        if total > 1 and not self._rows:
            message = f"None of the {total} rows can be imported."
            return [problem("ERR_CSV_007", message=message, hint="Compare the file with the template.")]
        return []
