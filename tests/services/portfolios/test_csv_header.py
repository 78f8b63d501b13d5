"""Which titles are understood, which are not guessed, and what is said when the header is not there."""

from __future__ import annotations

import random

import pytest

from sigmasight_ui.services.portfolios.csv_header import COLUMNS, REQUIRED
from tests.services.portfolios.csv_files import AAPL, HEADER, codes, only_row, parse, parse_bytes


@pytest.mark.parametrize("header", [HEADER.lower(), HEADER.upper(), HEADER.replace(",", " , "), f"\ufeff{HEADER}"])
def test_case_blanks_and_mark_make_no_difference(header: str) -> None:
    assert only_row(AAPL, header=header).investment_subtype == "STOCK"


@pytest.mark.parametrize(
    "header",
    [
        "Ticker,Qty,Cost/Share,Purchase Date",
        "ticker symbol,Shares,Average Cost Per Share,Date Acquired",
        "SYMBOL,units,entry_price_per_share,entry-date",
        "Symbol,Quantity,Entry Price Per Share ($),Entry Date",
    ],
)
def test_other_titles_with_one_meaning_are_read(header: str) -> None:
    assert only_row("AAPL,100,158.00,2024-01-15", header=header).symbol == "AAPL"


def test_columns_may_stand_in_any_order() -> None:
    values = (
        "SPY_C",
        "10",
        "5.50",
        "2024-02-01",
        "OPTIONS",
        "",
        "SPY",
        "450",
        "2024-03-15",
        "CALL",
        "2024-03-01",
        "6.00",
    )
    cells = dict(zip(COLUMNS, values, strict=True))
    titles = list(COLUMNS)
    random.Random(7).shuffle(titles)
    row = only_row(",".join(cells[title] for title in titles), header=",".join(titles))
    assert (row.symbol, str(row.exit_price)) == ("SPY240315C00450000", "6.00")


def test_the_four_required_columns_are_enough() -> None:
    assert only_row("AAPL,100,158.00,2024-01-15", header=",".join(REQUIRED)).investment_class == "PUBLIC"


def test_our_own_title_wins_over_another() -> None:
    assert only_row("AAPL,Apple,1,1.00,2024-01-15", header=f"Symbol,Ticker,{','.join(REQUIRED[1:])}").symbol == "AAPL"


@pytest.mark.parametrize(
    "header", [f"{HEADER},Quantity", f"Shares,Units,{','.join(c for c in COLUMNS if c != 'Quantity')}"]
)
def test_two_columns_with_equal_claim_are_not_guessed(header: str) -> None:
    parsed = parse(AAPL, header=header)
    assert codes(parsed) == ["ERR_CSV_005"]
    assert parsed.problems[0].message == "Two columns are titled Quantity."


@pytest.mark.parametrize("missing", REQUIRED)
def test_each_missing_column_is_one_error(missing: str) -> None:
    parsed = parse(AAPL, header=",".join(title for title in COLUMNS if title != missing))
    assert codes(parsed) == ["ERR_CSV_004"]
    found = parsed.problems[0]
    assert (found.field, found.row, found.line) == (missing, 1, 1)
    assert found.message == f"The column {missing} is missing."


def test_all_missing_columns_are_named_at_once() -> None:
    parsed = parse("AAPL,1", header="Symbol,Market Value")
    assert codes(parsed) == ["ERR_CSV_004"] * 3
    assert [found.field for found in parsed.problems] == list(REQUIRED[1:])
    assert parsed.total_rows == 0
    assert "divide it by the quantity" in parsed.problems[1].hint


def test_a_cost_basis_is_a_total_and_no_entry_price() -> None:
    assert codes(parse("AAPL,100,15800.00,2024-01-15", header="Symbol,Quantity,Cost Basis,Entry Date")) == [
        "ERR_CSV_004"
    ]


def test_positions_without_a_header() -> None:
    parsed = parse_bytes(f"{AAPL}\nMSFT,75,380.00,2024-01-22\n".encode())
    assert codes(parsed) == ["ERR_CSV_005"]
    assert parsed.problems[0].message == "Line 1 does not hold the column titles."


def test_a_title_line_above_the_header_is_pointed_out() -> None:
    parsed = parse_bytes(f"My account, 2026\n\n{HEADER}\n{AAPL}\n".encode())
    assert codes(parsed) == ["ERR_CSV_005"]
    assert "stand on line 3" in parsed.problems[0].message
    assert parsed.problems[0].hint.startswith("Delete everything above line 3")
