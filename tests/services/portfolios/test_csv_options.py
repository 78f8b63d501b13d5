"""Options: own label, blank symbol and OCC symbol all end as one contract, or in words about what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.services.portfolios.csv_files import AAPL, codes, only_problem, only_row, parse

OCC = "SPY250919C00460000"
COLUMNS = "SPY,460.00,2025-09-19,CALL"


def option(symbol: str, columns: str = ",,,", investment_class: str = "OPTIONS", quantity: str = "10") -> str:
    return f"{symbol},{quantity},7.00,2024-01-10,{investment_class},,{columns}"


@pytest.mark.parametrize(
    "row",
    [
        option(OCC, COLUMNS),
        option(OCC),
        option(OCC, investment_class=""),
        option(OCC.lower(), investment_class=""),
        option("", COLUMNS),
        option("", COLUMNS, investment_class=""),
        option("SPY_C460_20250919", COLUMNS),
        option("MY-HEDGE", "spy,460,2025-09-19,call", investment_class=""),
        option(OCC, ",460,,"),
        option(OCC, ",,2025-09-19,"),
    ],
)
def test_every_notation_of_one_contract_is_stored_alike(row: str) -> None:
    found = only_row(row)
    assert (found.symbol, found.investment_class, found.position_type) == (OCC, "OPTIONS", "LC")
    assert (found.underlying_symbol, found.strike_price, found.option_type) == ("SPY", Decimal(460), "CALL")
    assert found.expiration_date == date(2025, 9, 19)


@pytest.mark.parametrize(
    ("right", "quantity", "position_type"),
    [("C", "10", "LC"), ("C", "-10", "SC"), ("P", "10", "LP"), ("P", "-10", "SP")],
)
def test_the_four_position_types(right: str, quantity: str, position_type: str) -> None:
    found = only_row(option(f"SPY250919{right}00460000", quantity=quantity))
    assert found.position_type == position_type
    assert found.quantity == Decimal(quantity)


def test_two_options_of_one_underlying_on_one_day_are_two_positions() -> None:
    parsed = parse(
        option("", COLUMNS), option("", "SPY,470.00,2025-09-19,CALL"), option("", "SPY,460.00,2025-09-19,PUT")
    )
    assert [row.symbol for row in parsed.rows] == [OCC, "SPY250919C00470000", "SPY250919P00460000"]
    assert parsed.is_valid


def test_weekend_expirations_are_accepted() -> None:
    assert only_row(option("", "XLE,90.00,2025-09-20,CALL")).expiration_date == date(2025, 9, 20)


@pytest.mark.parametrize(
    ("underlying", "symbol", "stored"),
    [
        ("BRK.B", "BRKB250919C00460000", "BRK.B"),
        ("BRK-B", "BRKB250919C00460000", "BRK.B"),
        ("GOOGL", "GOOGL250919C00460000", "GOOGL"),
        ("SPXW", "SPXW250919C00460000", "SPXW"),
    ],
)
def test_the_root_of_a_share_class_has_no_separator(underlying: str, symbol: str, stored: str) -> None:
    found = only_row(option("", f"{underlying},460,2025-09-19,CALL"))
    assert (found.symbol, found.underlying_symbol) == (symbol, stored)


@pytest.mark.parametrize(
    ("symbol", "underlying"),
    [("BRKB250919C00460000", "BRK.B"), ("SPXW250919C00460000", "SPX"), ("AAPL1250919C00460000", "AAPL")],
)
def test_an_underlying_read_from_the_symbol_is_the_traded_ticker(symbol: str, underlying: str) -> None:
    assert only_row(option(symbol)).underlying_symbol == underlying
    assert only_row(option(symbol, f"{underlying},,,")).symbol == symbol


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (option("MY_LABEL"), ["ERR_POS_019", "ERR_POS_020", "ERR_POS_021", "ERR_POS_022"]),
        (option("", "SPY,,,"), ["ERR_POS_020", "ERR_POS_021", "ERR_POS_022"]),
        (option("", "SPY,,,", investment_class=""), ["ERR_POS_020", "ERR_POS_021", "ERR_POS_022"]),
        (option("AAPL", ",150,,", investment_class=""), ["ERR_POS_019", "ERR_POS_021", "ERR_POS_022"]),
        (option("", ",460.00,2025-09-19,CALL"), ["ERR_POS_001"]),
        (option("", COLUMNS, investment_class="PUBLIC"), ["ERR_POS_001"]),
    ],
)
def test_missing_option_cells_are_all_named(row: str, expected: list[str]) -> None:
    assert codes(parse(row, AAPL)) == expected


def test_a_readable_label_says_what_to_write() -> None:
    parsed = parse(option("SPY_CALL_450_20240315"), AAPL)
    assert [found.hint for found in parsed.problems] == [
        "For this row: SPY.",
        "For this row: 450.",
        "For this row: 2024-03-15.",
        "Write CALL.",
    ]


def test_the_symbol_shown_for_a_blank_symbol_is_the_underlying() -> None:
    assert parse(option("", "SPY,460,2025-09-19,"), AAPL).problems[0].symbol == "SPY"


@pytest.mark.parametrize(
    ("columns", "code", "field"),
    [
        ("7203.T,460,2025-09-19,CALL", "ERR_POS_019", "Underlying Symbol"),
        ("GOOGLEX,460,2025-09-19,CALL", "ERR_POS_019", "Underlying Symbol"),
        ("=cmd(),460,2025-09-19,CALL", "ERR_POS_019", "Underlying Symbol"),
        ("SPY,$460,2025-09-19,CALL", "ERR_POS_020", "Strike Price"),
        ("SPY,0,2025-09-19,CALL", "ERR_POS_028", "Strike Price"),
        ("SPY,-460,2025-09-19,PUT", "ERR_POS_028", "Strike Price"),
        ("SPY,460.1234,2025-09-19,CALL", "ERR_POS_031", "Strike Price"),
        ("SPY,1.00000000000000000000000000000000001,2025-09-19,CALL", "ERR_POS_031", "Strike Price"),
        ("SPY,100000,2025-09-19,CALL", "ERR_POS_031", "Strike Price"),
        ("SPY,NaN,2025-09-19,CALL", "ERR_POS_031", "Strike Price"),
        ("SPY,460,09/19/2025,CALL", "ERR_POS_021", "Expiration Date"),
        ("SPY,460,2105-09-19,CALL", "ERR_POS_021", "Expiration Date"),
        ("SPY,460,2024-01-09,CALL", "ERR_POS_027", "Expiration Date"),
        ("SPY,460,1999-01-15,CALL", "ERR_POS_027", "Expiration Date"),
        ("SPY,460,2025-09-19,", "ERR_POS_022", "Option Type"),
        ("SPY,460,2025-09-19,C", "ERR_POS_022", "Option Type"),
        ("SPY,460,2025-09-19,STRADDLE", "ERR_POS_022", "Option Type"),
    ],
)
def test_option_cells_that_are_refused(columns: str, code: str, field: str) -> None:
    found = only_problem(option("LABEL", columns))
    assert (found.code, found.field) == (code, field)


def test_an_option_may_expire_on_the_day_of_entry() -> None:
    assert only_row(option("", "SPY,460,2024-01-10,CALL")).expiration_date == date(2024, 1, 10)


def test_a_right_in_one_letter_is_written_out() -> None:
    assert only_problem(option("", "SPY,460,2025-09-19,P")).hint == "Write PUT."


def test_a_strike_in_another_notation_is_written_out() -> None:
    assert only_problem(option("", 'SPX,"5,400",2025-09-19,PUT')).hint == "Has a comma. Write 5400."


@pytest.mark.parametrize(
    ("columns", "field", "in_symbol", "in_column"),
    [
        ("QQQ,460.00,2025-09-19,CALL", "Underlying Symbol", "SPY", "QQQ"),
        ("SPY,450.00,2025-09-19,CALL", "Strike Price", "460", "450.00"),
        ("SPY,460.00,2025-09-26,CALL", "Expiration Date", "2025-09-19", "2025-09-26"),
        ("SPY,460.00,2025-09-19,PUT", "Option Type", "CALL", "PUT"),
    ],
)
def test_a_symbol_that_contradicts_a_column(columns: str, field: str, in_symbol: str, in_column: str) -> None:
    found = only_problem(option(OCC, columns))
    assert (found.code, found.field, found.value) == ("ERR_POS_029", field, in_column)
    assert found.message == f"The symbol says {in_symbol}, the {field} says {in_column}."


def test_every_contradiction_is_named() -> None:
    assert codes(parse(option(OCC, "QQQ,1,2030-01-01,PUT"), AAPL)) == ["ERR_POS_029"] * 4


def test_an_expiration_that_does_not_exist_in_the_symbol() -> None:
    found = only_problem(option("SPY251332C00460000", investment_class=""))
    assert (found.code, found.field, found.value) == ("ERR_POS_021", "Expiration Date", "SPY251332C00460000")


def test_a_strike_of_zero_in_the_symbol() -> None:
    assert only_problem(option("SPY250919C00000000", investment_class="")).code == "ERR_POS_028"


def test_an_expired_symbol_before_entry() -> None:
    found = only_problem(option("SPY230120C00460000"))
    assert (found.code, found.value) == ("ERR_POS_027", "SPY230120C00460000")
    assert only_problem(option("", "SPY,460,2023-01-20,CALL")).value == "2023-01-20"


@pytest.mark.parametrize("investment_class", ["PUBLIC", "PRIVATE"])
def test_option_columns_on_another_class(investment_class: str) -> None:
    found = only_problem(option("SPY", COLUMNS, investment_class=investment_class))
    assert (found.code, found.field, found.value) == ("ERR_POS_030", "Underlying Symbol", "SPY")
    assert found.message == (
        f"The row is {investment_class}, yet it has option data: "
        "Underlying Symbol, Strike Price, Expiration Date, Option Type."
    )


def test_an_option_symbol_on_another_class() -> None:
    found = only_problem(option(OCC, investment_class="PUBLIC"))
    assert (found.code, found.field, found.value) == ("ERR_POS_030", "Symbol", OCC)
    found = only_problem(option(OCC, ",460,,", investment_class="PUBLIC"))
    assert (found.code, found.field, found.value) == ("ERR_POS_030", "Symbol", OCC)


@pytest.mark.parametrize(("subtype", "is_valid"), [("CALL", True), ("PUT", False), ("STOCK", False)])
def test_the_subtype_of_an_option_agrees_with_its_right(subtype: str, is_valid: bool) -> None:
    parsed = parse(f"{OCC},10,7.00,2024-01-10,OPTIONS,{subtype}", AAPL)
    assert codes(parsed) == ([] if is_valid else ["ERR_POS_017"])
