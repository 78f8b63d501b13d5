"""The template we hand out must pass our own reader."""

from __future__ import annotations

from datetime import date

import pytest

from sigmasight_ui.services.portfolios.csv_header import COLUMNS
from sigmasight_ui.services.portfolios.csv_sample import TEMPLATE_FILE_NAME, template_csv
from sigmasight_ui.services.portfolios.rules import ACCOUNT_TYPES
from tests.services.portfolios.csv_files import TODAY, parse_bytes


@pytest.mark.parametrize("today", [date(2024, 4, 19), TODAY, date(2090, 1, 1)])
def test_the_template_has_no_problem(today: date) -> None:
    parsed = parse_bytes(template_csv(), TEMPLATE_FILE_NAME, today)
    assert parsed.problems == ()
    assert len(parsed.rows) == parsed.total_rows == 13


def test_every_row_has_twelve_cells() -> None:
    lines = [line for line in template_csv().decode().splitlines() if not line.startswith("#")]
    assert lines[0] == ",".join(COLUMNS)
    assert {line.count(",") for line in lines} == {11}


def test_it_shows_every_kind_of_position() -> None:
    rows = parse_bytes(template_csv()).rows
    assert {row.investment_class for row in rows} == {"PUBLIC", "OPTIONS", "PRIVATE"}
    assert {row.position_type for row in rows} == {"LONG", "SHORT", "LC", "SP"}
    assert any(row.exit_price for row in rows)
    assert rows[0].symbol == "AAPL"


def test_it_explains_the_nine_account_types() -> None:
    text = template_csv().decode()
    assert len(ACCOUNT_TYPES) == 9
    assert all(f"{value}: {label}" in text for value, label in ACCOUNT_TYPES.items())


def test_comments_have_no_comma_that_a_spreadsheet_would_split_at() -> None:
    comments = [line for line in template_csv().decode().splitlines() if line.startswith("#")]
    assert [line for line in comments if "," in line or '"' in line] == []
