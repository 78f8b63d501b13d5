"""What all formats share: prices out of totals, and rows that cannot be taken as they are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.core.money import cents
from sigmasight_ui.services.portfolios.broker_formats import read
from sigmasight_ui.services.portfolios.broker_formats.contract import Reading
from sigmasight_ui.services.portfolios.broker_formats.costs import price_per_share
from sigmasight_ui.services.portfolios.broker_formats.drafts import MAX_PROBLEMS
from tests.services.portfolios.broker_formats.described import imported_value
from tests.services.portfolios.csv_files import TODAY


def schwab(*rows: str) -> Reading:
    lines = [
        '"Positions for account Individual ...417 as of 04:05 PM ET, 2026/11/19"',
        '"Symbol","Description","Quantity","Market Value","Cost Basis"',
        *rows,
    ]
    return read("\n".join(lines).encode(), TODAY)


@pytest.mark.parametrize(
    ("total", "shares", "price"),
    [
        ("1000", "10", "100.00"),
        ("1000", "3", "333.333"),
        ("14523.37", "137", "106.01"),
        ("15000", "1250.118", "11.99887"),
        ("-1138.66", "-200", "5.6933"),
        ("0.01", "1000000", "0.00000001"),
    ],
)
def test_the_price_has_no_more_decimals_than_its_total_needs(total: str, shares: str, price: str) -> None:
    found = price_per_share(Decimal(total), Decimal(shares))
    assert str(found) == price or found == Decimal(price)


@given(st.decimals("0.01", 10**8, places=2), st.decimals("0.001", 10**5, places=6))
def test_the_price_gives_the_total_back_to_the_cent(total: Decimal, shares: Decimal) -> None:
    assert cents(price_per_share(total, shares) * shares) == total


def test_a_broken_row_is_a_problem_and_not_a_position() -> None:
    reading = schwab('"AAPL","Apple","ten","$1.00","$1.00"', '"MSFT","Microsoft","10","$1.00","$1,000.00"')
    assert [position.symbol for position in reading.positions] == ["MSFT"]
    (problem,) = reading.problems
    assert (problem.line, problem.row, problem.symbol, problem.field) == (3, 2, "AAPL", "Quantity")
    assert (problem.code, problem.value) == ("ERR_POS_005", "ten")
    assert problem.message == "“ten” is not a number."


def test_of_a_broken_row_the_rest_is_kept() -> None:
    reading = schwab('"AAPL","Apple","ten","$1,825.00","$1,000.00"', '"A B C","?","5","$2.00","$1.00"')
    apple, nameless = reading.broken
    assert (apple.account, apple.symbol, apple.quantity, apple.cost) == ("Individual …417", "AAPL", 0, 1000)
    assert (apple.name, apple.entry_price, apple.market_value) == ("Apple", None, 1825)
    assert (nameless.symbol, nameless.investment_class, nameless.line) == ("", "", 4)


def test_the_cost_of_a_broken_row_waits_for_its_quantity() -> None:
    option = '"NVDA 01/15/2027 180.00 C","?","three","$6,405.00","$5,401.98"'
    apple, call, bill = schwab(
        '"AAPL","Apple","ten","$1,825.00","$1,000.00"', option, '"912797QX8","Bill","many","$1.00","$9,850.25"'
    ).broken
    assert [apple.price_for("10"), call.price_for("3")] == [Decimal("100.00"), Decimal("18.0066")]
    assert bill.price_for("10000") is None
    assert [apple.price_for(typed) for typed in ("ten", "0", "", "." + "0" * 30 + "1", "9" * 40)] == [None] * 5


def test_a_missing_cost_is_a_question_about_those_rows() -> None:
    reading = schwab('"GME","GameStop","10","$250.00","N/A"', '"AAPL","Apple","1","$1.00","$1.00"')
    question = next(found for found in reading.questions if found.id == "entry_price")
    assert (question.lines, question.default) == ((3,), None)
    assert reading.positions[0].entry_price is None


def test_days_are_asked_for_once_with_the_files_own_as_default() -> None:
    reading = schwab('"GME","GameStop","10","$250.00","$1.00"', '"AAPL","Apple","1","$1.00","$1.00"')
    question = next(found for found in reading.questions if found.id == "entry_date")
    assert (question.lines, question.default) == ((3, 4), "2026-11-19")


@pytest.mark.parametrize(("quantity", "cost"), [("10", "1,000,000,000,001"), (".000001", "99999999999999")])
def test_a_cost_no_total_can_hold_is_refused(quantity: str, cost: str) -> None:
    (problem,) = schwab(f'"AAPL","Apple","{quantity}","$1.00","{cost}"').problems
    assert problem.code == "ERR_POS_031"


def test_a_quantity_below_a_millionth_is_nothing_held() -> None:
    reading = schwab('"AAPL","Apple","0.0000001","$0.00","$1.00"', '"MSFT","Microsoft","1","$1.00","$1.00"')
    assert [found.text for found in reading.skipped] == ["AAPL"]


def test_a_file_without_any_holding_says_so() -> None:
    (problem,) = schwab().problems
    assert problem.code == "ERR_CSV_007"


def test_the_value_imported_is_unknown_when_a_position_states_none() -> None:
    reading = schwab('"AAPL","Apple","10","--","$1.00"', '"Cash & Cash Investments","","--","$5.00","--"')
    assert imported_value(reading, "Individual …417") is None


def test_cells_are_kept_as_found() -> None:
    (position,) = schwab('"AAPL","=cmd()","10","$1,000.00","$900.00"').positions
    assert position.raw == ("AAPL", "=cmd()", "10", "$1,000.00", "$900.00")


def test_a_file_with_broken_cells_beyond_reason_is_refused_as_a_whole() -> None:
    reading = schwab(*['"AAPL","Apple","ten","one","two"'] * (MAX_PROBLEMS // 3 + 1))
    (problem,) = reading.problems
    assert (problem.code, reading.positions) == ("ERR_CSV_006", ())
    assert "The first is on line 3." in problem.message
