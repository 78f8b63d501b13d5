"""From bytes to records: encodings, separators, quotes, comments, limits, and files that are no CSV at all."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from decimal import Decimal

import pytest

from sigmasight_ui.services.portfolios.csv_reading import MAX_BYTES, MAX_RECORD_CHARACTERS
from sigmasight_ui.services.portfolios.csv_template import MAX_ROWS
from tests.services.portfolios.csv_files import AAPL, HEADER, codes, parse, parse_bytes

FILE = f"{HEADER}\n{AAPL}\nSHOP,-25,62.50,2024-02-10\n"
BINARY = "has NUL characters"


def refusal(content: bytes) -> str:
    """The sentence of a file that is refused as a whole."""
    parsed = parse_bytes(content)
    assert codes(parsed) == ["ERR_CSV_006"]
    return parsed.problems[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_and_line_end_reads_the_same(encoding: str, newline: str) -> None:
    parsed = parse_bytes(FILE.replace("\n", newline).encode(encoding))
    assert parsed.is_valid
    assert [(row.symbol, row.line) for row in parsed.rows] == [("AAPL", 2), ("SHOP", 3)]


def test_big_endian_utf16_is_read() -> None:
    assert len(parse_bytes(b"\xfe\xff" + FILE.encode("utf-16-be")).rows) == 2


def test_mixed_line_ends_keep_the_line_numbers() -> None:
    parsed = parse_bytes(f"{HEADER}\r\n{AAPL}\rMSFT,75,380.00,2024-01-22\n\r\nSPY,x,445.20,2024-01-20".encode())
    assert [row.line for row in parsed.rows] == [2, 3]
    assert (parsed.problems[0].row, parsed.problems[0].line) == (4, 5)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolon_and_tab_are_read(delimiter: str) -> None:
    parsed = parse_bytes(FILE.replace(",", delimiter).encode())
    assert parsed.is_valid
    assert parsed.rows[1].quantity == Decimal(-25)


def test_a_decimal_comma_in_a_semicolon_file_gets_the_price_to_write() -> None:
    parsed = parse_bytes(f"{HEADER};\nAAPL;100;158,50;2024-01-15\n".replace(",", ";", 11).encode())
    assert codes(parsed) == ["ERR_POS_009"]
    assert parsed.problems[0].hint == "Has a decimal comma. Write 158.50."


def test_a_quoted_line_break_stays_in_its_cell_and_counts_as_a_line() -> None:
    parsed = parse('"AA\nPL",100,158.00,2024-01-15', "MSFT,x,380.00,2024-01-22", AAPL)
    assert codes(parsed) == ["ERR_POS_003", "ERR_POS_005"]
    assert [(found.row, found.line) for found in parsed.problems] == [(2, 2), (3, 4)]
    assert parsed.problems[0].value == "AA\nPL"


def test_a_line_beginning_with_hash_inside_a_quoted_cell_is_no_comment() -> None:
    header = f"{HEADER},Notes"
    parsed = parse(f'{AAPL},,,,,,,"bought\n# twice\nthen kept"', "MSFT,75,380.00,2024-01-22", header=header)
    assert parsed.is_valid
    assert [row.line for row in parsed.rows] == [2, 5]


def test_an_unbalanced_quote_in_a_comment_harms_nothing() -> None:
    assert len(parse('# the "big one', AAPL, '#,"').rows) == 1


def test_a_comment_that_a_spreadsheet_quoted_is_still_a_comment() -> None:
    parsed = parse_bytes(f'"# one, two",,,\n{HEADER}\n"# three, four",,\n{AAPL}'.encode())
    assert parsed.is_valid
    assert (parsed.rows[0].row, parsed.rows[0].line) == (2, 4)


def test_a_quoted_symbol_beginning_with_hash_is_data_not_a_comment() -> None:
    assert codes(parse(f'"#{AAPL[:4]}"{AAPL[4:]}')) == ["ERR_POS_003"]


def test_rows_are_numbered_without_comments_and_blank_lines_but_lines_are_physical() -> None:
    parsed = parse_bytes(f"# a\n\n# b\n{HEADER}\n\n# c\n{AAPL}\n   \nMSFT,x,1.00,2024-01-22\n".encode())
    found = parsed.problems[0]
    assert (found.row, found.line) == (3, 9)
    assert (parsed.rows[0].row, parsed.rows[0].line) == (2, 7)


def test_a_line_of_commas_counts_as_a_row_and_is_skipped() -> None:
    parsed = parse(",,,,,,,,,,,", "MSFT,x,1.00,2024-01-22")
    assert parsed.problems[0].row == 3
    assert parsed.total_rows == 1


def test_quotes_and_blanks_around_cells_are_taken_off() -> None:
    assert len(parse('"AAPL", "100" ,  158.00  ,2024-01-15'.replace('" ,', '",')).rows) == 1


@pytest.mark.parametrize("file_name", ["a.CSV", "a.b.csv", " a.csv "])
def test_the_ending_counts_in_any_case(file_name: str) -> None:
    assert parse_bytes(FILE.encode(), file_name).is_valid


@pytest.mark.parametrize("file_name", ["a.xlsx", "a.csv.txt", "csv", ""])
def test_another_ending_is_refused(file_name: str) -> None:
    assert codes(parse_bytes(FILE.encode(), file_name)) == ["ERR_CSV_002"]


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf", b"\xff\xfe", b"# only\n# comments\n"])
def test_a_file_without_content_is_empty(content: bytes) -> None:
    assert codes(parse_bytes(content)) == ["ERR_CSV_003"]


@pytest.mark.parametrize("rest", ["", "\n", "\n# nothing yet\n", "\n,,,,\n"])
def test_a_header_alone_has_no_position(rest: str) -> None:
    assert codes(parse_bytes(f"{HEADER}{rest}".encode())) == ["ERR_CSV_007"]


def test_several_rows_and_none_of_them_right_is_said_once_for_the_file() -> None:
    parsed = parse("AAPL,x,1.00,2024-01-15", "MSFT,y,1.00,2024-01-15")
    assert codes(parsed) == ["ERR_CSV_007", "ERR_POS_005", "ERR_POS_005"]
    assert parsed.problems[0].row is None
    assert "None of the 2 rows" in parsed.problems[0].message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"PK\x03\x04\x14\0\x06\0", "an Excel workbook or zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"\n<!doctype html><html>", "a web page"),
        (b"{\\rtf1 Symbol}", "a rich-text document"),
        (FILE.encode().replace(b"AAPL", b"AA\0L"), f"Line 2 {BINARY}"),
        (FILE.encode("utf-16-le"), f"Line 1 {BINARY}"),
        (b"\xff\xfe" + FILE.replace("AAPL", "AA\0L").encode("utf-16-le"), f"Line 2 {BINARY}"),
        (FILE.replace("AAPL", "CAFÉ").encode("latin-1"), "line 2 has “É” as in Windows-1252"),
        (FILE.replace("AAPL", "5€").encode("cp1252"), "line 2 has “€” as in Windows-1252"),
        (FILE.encode() + b"\x81", "line 4 has the byte 0x81"),
        (FILE.encode("utf-16")[:-1], "damaged or cut off"),
        (f'{HEADER}\n{AAPL}\n"MSFT,75,380.00,2024-01-22\n'.encode(), "A quote opened on line 3 is never closed"),
        (f'{HEADER}\n"AA"PL,100,158.00,2024-01-15\n'.encode(), "Line 2: a quote ends in the middle of a cell"),
    ],
)
def test_an_unreadable_file_is_refused_once_and_says_why(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_ten_megabytes_are_accepted_and_one_byte_more_is_not() -> None:
    start = f"{FILE}#".encode()
    exact = start + b"x" * (MAX_BYTES - len(start))
    assert len(exact) == 10_485_760
    assert parse_bytes(exact).is_valid
    assert codes(parse_bytes(exact + b"x")) == ["ERR_CSV_001"]


def test_a_row_padded_with_blanks_is_read_however_long() -> None:
    assert parse(AAPL + " " * (2 * MAX_RECORD_CHARACTERS)).is_valid


@pytest.mark.slow
def test_more_rows_than_any_account_has_are_too_many() -> None:
    parsed = parse_bytes((HEADER + "\n" + "x\n" * (MAX_ROWS + 1)).encode())
    assert codes(parsed) == ["ERR_CSV_001"]
    assert parsed.problems[0].line == MAX_ROWS + 2


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million columns": (lambda: f"{HEADER}\n{'c123456,' * 1_000_000}".encode(), "ERR_CSV_006"),
    "a million titles": (lambda: b"Symbol," * 1_000_000, "ERR_CSV_006"),
    "a cell of 10 MB": (lambda: f"{HEADER}\n".encode() + b"A" * 10_000_000, "ERR_CSV_006"),
    "a number of 100,000 digits": (lambda: f"{HEADER}\nA,{'9' * 100_000},1,2024-01-15".encode(), "ERR_POS_031"),
    "an open quote before 10 MB": (lambda: f'{HEADER}\n"'.encode() + b"A\n" * 5_000_000, "ERR_CSV_006"),
    "rows without end": (lambda: f"{HEADER}\n".encode() + b"x\n" * 5_000_000, "ERR_CSV_001"),
    "blank cells without end": (lambda: f"{HEADER}\n".encode() + b",,,,,,,,\n" * 1_000_000, "ERR_CSV_007"),
    "an exponent without end": (lambda: f"{HEADER}\nA,1e{'9' * 50},1,2024-01-15".encode(), "ERR_POS_031"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_a_code(name: str) -> None:
    make, code = HOSTILE[name]
    content = make()
    assert codes(parse_bytes(content)) == [code]


def test_ten_thousand_rows_are_read() -> None:
    rows = (f"S{number},{number + 1},12.50,2024-01-{number % 28 + 1:02},PUBLIC,STOCK" for number in range(10_000))
    content = "\n".join([HEADER, *rows]).encode()
    assert len(parse_bytes(content).rows) == 10_000


@pytest.mark.parametrize("name", ["a million columns", "a million titles", "a cell of 10 MB"])
def test_hostile_files_stay_within_memory(name: str) -> None:
    content = HOSTILE[name][0]()
    tracemalloc.start()
    try:
        parse_bytes(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 150_000_000
