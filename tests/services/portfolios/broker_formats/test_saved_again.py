"""A broker's file that went through a spreadsheet program says the same: separators, encodings, quotes, padding."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.broker_formats import read
from sigmasight_ui.services.portfolios.broker_formats.contract import Reading
from sigmasight_ui.services.portfolios.broker_formats.reading import open_sheet
from tests.services.portfolios.broker_formats.described import FIXTURES, described
from tests.services.portfolios.csv_files import TODAY

FILES = [path for path in sorted(FIXTURES.glob("*/*.csv")) if path.stem != "hostile"]
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])


def cells_of(content: bytes) -> list[list[str]]:
    """Every record, blank ones too, with the program's own idea of the separator."""
    sheet = open_sheet(content)
    text = content.decode(sheet.encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=sheet.delimiter))


def without_lines(reading: Reading) -> Reading:
    """Padded blank lines and quoted line breaks may move lines; what they say may not."""
    return replace(
        reading,
        positions=tuple(replace(found, line=0, raw=()) for found in reading.positions),
        cash=tuple(replace(found, line=0, raw=()) for found in reading.cash),
        skipped=tuple(replace(found, line=0) for found in reading.skipped),
        totals=tuple(replace(found, line=0) for found in reading.totals),
        questions=tuple(replace(found, lines=()) for found in reading.questions),
        problems=tuple(replace(found, line=0, row=0) for found in reading.problems),
    )


@settings(max_examples=60)
@given(st.sampled_from(FILES), st.sampled_from(",;\t"), ENCODINGS, QUOTING, st.booleans())
def test_it_reads_the_same(path: Path, delimiter: str, encoding: str, quoting: int, is_padded: bool) -> None:
    content = path.read_bytes()
    rows = cells_of(content)
    width = max(map(len, rows)) if is_padded else 0
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(
        [[*row, *[""] * (width - len(row))] for row in rows]
    )
    again = read(text.getvalue().encode(encoding), TODAY)
    assert described(without_lines(again)) == described(without_lines(read(content, TODAY)))
