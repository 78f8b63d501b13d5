"""Numbers and dates in all the ways brokers write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.broker_formats.cells import (
    clean,
    find_day,
    has_decimal_commas,
    is_missing,
    name_key,
    read_amount,
    read_day,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1250", "1250"),
        ("1,250", "1250"),
        ("$1,234.56", "1234.56"),
        ("-$1,234.56", "-1234.56"),
        ("$-1,234.56", "-1234.56"),
        ("(1,234.56)", "-1234.56"),
        ("($1,234.56)", "-1234.56"),
        ("+$11040.00", "11040.00"),
        ("+69.87%", "69.87"),
        (".58", "0.58"),
        ("-.31", "-0.31"),
        ("'-189,652", "-189652"),
        ("$ 5", "5"),
        ("5.", "5"),
        ("0", "0"),
    ],
)
def test_a_number_of_an_american_broker(text: str, number: str) -> None:
    assert read_amount(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", "--", "abc", "12,34.5", "1,23", "1.2.3", "--5", "((3))", "1e5", "NaN", "inf", "٣", "1_000", "5 shares", "$"],
)
def test_what_is_no_number(text: str) -> None:
    assert read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("1.234,56", "1234.56"), ("-0,5", "-0.5"), ("1.234", "1234"), ("(2,5)", "-2.5"), ("10", "10")]
)
def test_a_number_with_a_decimal_comma(text: str, number: str) -> None:
    assert read_amount(text, decimal_comma=True) == Decimal(number)


@pytest.mark.parametrize(
    ("cells", "is_continental"),
    [
        (["1.234,56", "7"], True),
        (["12,5"], True),
        (["1,234", "1.234"], False),  # both readings are possible: American, as the brokers are
        (["1.234,56", "1,234.56"], False),  # contradicts itself
        (["12,5", "12.5"], False),
        (["$1,234.56"], False),
        (["a,5", "AAPL"], False),
        ([], False),
    ],
)
def test_decimal_commas_only_when_nothing_else_is_possible(cells: list[str], is_continental: bool) -> None:
    assert has_decimal_commas(cells) is is_continental


@given(st.decimals(-(10**9), 10**9, places=4), st.sampled_from(["${:,}", "{:,}", "{}", " {:,} ", "{:,}%"]))
def test_every_number_written_with_separators_is_read_back(number: Decimal, template: str) -> None:
    assert read_amount(template.format(number)) == number


@given(st.text(max_size=50))
def test_no_text_raises(text: str) -> None:
    for decimal_comma in (True, False):
        number = read_amount(text, decimal_comma)
        assert number is None or number.is_finite()
    assert read_day(text) is None or read_day(text, "DMY") is None or text
    assert find_day(text) is None or isinstance(find_day(text), date)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-19", (2026, 11, 19)),
        ("2026/11/19", (2026, 11, 19)),
        ("11/19/2026", (2026, 11, 19)),
        ("1/9/26", (2026, 1, 9)),
        ("10/30/2017 00:00:00", (2017, 10, 30)),
        ("12/18/2026 as of 12/20/2026", (2026, 12, 18)),
        ("Nov-19-2026", (2026, 11, 19)),
        ("Apr-09-2025", (2025, 4, 9)),
        ("Aug 20 2026 11:42 AM ET", (2026, 8, 20)),
        ("17 MAR 26", (2026, 3, 17)),
        ("15JAN27", (2027, 1, 15)),
        ("Jan15'27", (2027, 1, 15)),
        ("20260119;101500", (2026, 1, 19)),
        ("2023-07-07, 15:39:46", (2023, 7, 7)),
    ],
)
def test_a_day_as_a_broker_writes_it(text: str, day: tuple[int, int, int]) -> None:
    assert read_day(text) == date(*day)


@pytest.mark.parametrize("text", ["", "Various", "02/30/2020", "13/45/2020", "Foo-19-2026", "11:42", "123456789", "--"])
def test_what_is_no_day(text: str) -> None:
    assert read_day(text) is None


def test_the_brokers_order_decides_what_comes_first() -> None:
    assert read_day("03/04/2026", "MDY") == date(2026, 3, 4)
    assert read_day("03/04/2026", "DMY") == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("04:05 PM ET, 2026/11/19", (2026, 11, 19)),
        ("Generated at Aug 20 2026 11:42 AM ET", (2026, 8, 20)),
        ("Date downloaded Mar-02-2026 at 10:46 a.m ET", (2026, 3, 2)),
        ("Date downloaded 07/11/2025 7:51 pm", (2025, 7, 11)),
    ],
)
def test_the_day_named_in_a_title_line(sentence: str, day: tuple[int, int, int]) -> None:
    assert find_day(sentence) == date(*day)


def test_column_names_are_compared_without_case_blanks_and_dates() -> None:
    assert name_key("  Cost  Basis\nTotal ") == "cost basis total"
    assert name_key("Market value as of 09/03/2026 02:17 PM, ET") == "market value"


def test_characters_nobody_sees_are_dropped() -> None:
    assert clean("\u200b MSFT\ufeff ") == "MSFT"
    assert clean("−5") == "-5"


@pytest.mark.parametrize("text", ["", "--", "-", "N/A", "n/a", "null", "Various"])
def test_what_stands_for_nothing(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("ticker", ["NA", "CASH", "TRUE", "USD", "NAN", "0"])
def test_real_tickers_and_zero_are_not_missing(ticker: str) -> None:
    assert not is_missing(ticker)
