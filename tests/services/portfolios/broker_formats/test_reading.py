"""Bytes of any kind become a sheet, or one refusal with its code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.broker_formats.reading import MAX_COLUMNS, MAX_ROWS, Row, open_sheet
from sigmasight_ui.services.portfolios.csv_problems import CATALOGUE
from sigmasight_ui.services.portfolios.csv_reading import MAX_BYTES, Refusal

TABLE = 'Symbol,Description,Cost\nAAPL,"Apple, ""the""\nfruit",5\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_brokers_use(encoding: str) -> None:
    sheet = open_sheet(TABLE.replace("Apple", "Société").encode(encoding))
    assert sheet.rows[1].cells == ("AAPL", 'Société, "the"\nfruit', "5")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_found_by_the_header(delimiter: str) -> None:
    preamble = "A title, with commas, of a broker, that goes on for a while, and then some\n"
    rows = [delimiter.join(["Symbol", "Quantity", "Cost Basis"]), delimiter.join(["AAPL", "10", '"1,5"'])]
    sheet = open_sheet((preamble + "\n".join(rows)).encode())
    assert sheet.delimiter == delimiter
    assert sheet.rows[-1].cells == ("AAPL", "10", "1,5")


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    sheet = open_sheet(b'title\r\n\r\n"a\r\nb",c\r\nd,e\r\n')
    assert [(row.line, row.first) for row in sheet.rows] == [(1, "title"), (3, "a\r\nb"), (5, "d")]


def test_a_line_that_begins_like_a_comment_is_kept() -> None:
    assert [row.first for row in open_sheet(b"#1,2\na,b\n").rows] == ["#1", "a"]


HOSTILE = {
    "a million columns": (b"," * 1_000_000, "ERR_CSV_006"),
    "more columns than a table has": (b"a," * (MAX_COLUMNS + 1), "ERR_CSV_006"),
    "ten megabytes in a cell": (b'"' + b"x" * (MAX_BYTES - 2) + b'"', "ERR_CSV_006"),
    "an open quote": (b'a,"b\n' + b"c,d\n" * 100_000, "ERR_CSV_006"),
    "nothing but quotes": (b'"' * 1_000_001, "ERR_CSV_006"),
    "more rows than an account has": (b"a,b\n" * (MAX_ROWS + 1), "ERR_CSV_001"),
    "too many cells": ((b"a," * 390 + b"\n") * 4000, "ERR_CSV_001"),
    "a zip archive renamed": (b"PK\x03\x04" + b"\0" * 1000, "ERR_CSV_006"),
    "NUL": (b"a,\0b\n", "ERR_CSV_006"),
    "control characters": (b"a,\x01\xff\n", "ERR_CSV_006"),
    "half a UTF-16 file": ("a,b\n".encode("utf-16")[:-1], "ERR_CSV_006"),
    "nothing": (b"", "ERR_CSV_003"),
    "blanks": (b" \n,,,\n", "ERR_CSV_003"),
    "one byte too many": (b"a" * (MAX_BYTES + 1), "ERR_CSV_001"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_a_code(name: str) -> None:
    content, code = HOSTILE[name]
    with pytest.raises(Refusal) as refused:
        open_sheet(content)
    assert refused.value.code == code
    assert code in CATALOGUE


@given(st.binary(max_size=300))
def test_bytes_become_rows_or_a_refusal(content: bytes) -> None:
    rows = opened(content)
    assert rows == () or all(any(row.cells) for row in rows)


def opened(content: bytes) -> tuple[Row, ...]:
    """The rows, or none for what is refused with a code of the catalogue."""
    try:
        return open_sheet(content).rows
    except Refusal as refusal:
        CATALOGUE[refusal.code]
        return ()
