"""Whole files as people upload them; every holding is invented."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from tests.services.portfolios.csv_files import FIXTURES, codes, parse_bytes, parse_fixture


def test_a_file_with_twelve_mistakes_gives_exactly_these_twelve() -> None:
    parsed = parse_fixture("twelve_errors.csv")
    assert [(found.row, found.code[-3:]) for found in parsed.problems] == [
        (3, "017"),
        (4, "003"),
        (5, "005"),
        (6, "006"),
        (7, "009"),
        (8, "010"),
        (9, "011"),
        (10, "013"),
        (11, "014"),
        (13, "023"),
        (15, "016"),
        (17, "007"),
    ]
    assert [row.row for row in parsed.rows] == [2, 12, 14, 16, 18]
    assert (parsed.total_rows, len(parsed.rows)) == (17, 5)


def test_its_lines_are_those_of_the_file() -> None:
    lines = (FIXTURES / "twelve_errors.csv").read_text().splitlines()
    assert sum(line.startswith("#") for line in lines) == 20
    parsed = parse_fixture("twelve_errors.csv")
    assert all(lines[found.line - 1].startswith(found.symbol or "") for found in parsed.problems if found.line)
    assert all(lines[row.line - 1].startswith(row.symbol) for row in parsed.rows)


def test_longs_shorts_and_options_without_symbols() -> None:
    parsed = parse_fixture("long_short_options.csv")
    assert parsed.is_valid
    assert Counter(row.position_type for row in parsed.rows) == {"LONG": 15, "SHORT": 8, "LC": 4, "SP": 4}
    shorts = [row for row in parsed.rows if row.position_type in ("SHORT", "SP")]
    assert all(row.quantity < 0 for row in shorts)
    put = next(row for row in parsed.rows if row.underlying_symbol == "TSLA")
    assert (put.symbol, put.strike_price) == ("TSLA241221P00210000", Decimal(210))
    assert sum(row.symbol == "TSLA" for row in parsed.rows) == 1


def test_52_rows_with_windows_line_ends() -> None:
    content = (FIXTURES / "fifty_two_crlf.csv").read_bytes()
    assert content.count(b"\r\n") == content.count(b"\n") == 53
    parsed = parse_fixture("fifty_two_crlf.csv")
    assert parsed.is_valid
    assert Counter(row.investment_subtype for row in parsed.rows) == {"STOCK": 37, "ETF": 15}
    assert [row.line for row in parsed.rows] == list(range(2, 54))


def test_depositary_receipts_and_small_caps_below_comments() -> None:
    parsed = parse_fixture("adr_small_caps.csv")
    assert parsed.is_valid
    assert len({row.entry_date for row in parsed.rows}) == len(parsed.rows) == 20
    assert (parsed.rows[0].row, parsed.rows[0].line) == (2, 6)


def test_share_classes_in_several_dialects() -> None:
    parsed = parse_fixture("share_classes.csv")
    assert parsed.is_valid
    assert [row.symbol for row in parsed.rows] == [
        "BRK.B",
        "BRK.B",
        "BF.B",
        "LEN.B",
        "BRKB260116P00450000",
        "SPAXX",
    ]
    assert parsed.rows[4].underlying_symbol == "BRK.B"


def test_a_brokers_own_export_is_refused_with_what_is_missing() -> None:
    parsed = parse_fixture("broker_export.csv")
    assert codes(parsed) == ["ERR_CSV_005"]
    found = parsed.problems[0]
    assert "column titles stand on line 3" in found.message
    assert "a broker's export" in found.hint
    assert ": Entry Price Per Share and Entry Date are not in it" in found.hint


def test_a_brokers_export_without_its_first_lines_names_each_missing_column() -> None:
    content = (FIXTURES / "broker_export.csv").read_bytes().split(b"\r\n", 2)[2]
    parsed = parse_bytes(content)
    assert codes(parsed) == ["ERR_CSV_004"] * 2
    assert [found.field for found in parsed.problems] == ["Entry Price Per Share", "Entry Date"]
