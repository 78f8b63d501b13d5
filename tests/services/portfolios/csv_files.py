"""What the CSV tests share: a frozen day, the header, and short ways to parse a few lines."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sigmasight_ui.services.portfolios.csv_header import COLUMNS
from sigmasight_ui.services.portfolios.csv_problems import CsvProblem
from sigmasight_ui.services.portfolios.csv_rows import PositionRow
from sigmasight_ui.services.portfolios.csv_template import ParsedCsv, parse_template

TODAY = date(2026, 11, 20)
HEADER = ",".join(COLUMNS)
AAPL = "AAPL,100,158.00,2024-01-15,PUBLIC,STOCK"
FIXTURES = Path(__file__).parents[2] / "data" / "csv"


def parse_bytes(content: bytes, file_name: str = "positions.csv", today: date = TODAY) -> ParsedCsv:
    return parse_template(content, file_name, today)


def parse(*rows: str, header: str = HEADER, today: date = TODAY) -> ParsedCsv:
    return parse_bytes("\n".join([header, *rows, ""]).encode(), today=today)


def parse_fixture(name: str) -> ParsedCsv:
    return parse_bytes((FIXTURES / name).read_bytes(), name)


def codes(parsed: ParsedCsv) -> list[str]:
    return [found.code for found in parsed.problems]


def only_problem(*rows: str) -> CsvProblem:
    """The one problem of a single row."""
    parsed = parse(*rows)
    assert len(parsed.problems) == 1, parsed.problems
    assert parsed.rows == ()
    return parsed.problems[0]


def only_row(*rows: str, header: str = HEADER) -> PositionRow:
    parsed = parse(*rows, header=header)
    assert parsed.problems == ()
    assert len(parsed.rows) == parsed.total_rows == 1
    return parsed.rows[0]
