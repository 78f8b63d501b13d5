"""Quantities and prices at their edges: what is read, what is refused, and how it should have been written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.services.portfolios.csv_files import only_problem, only_row


def quantity_row(quantity: str) -> str:
    return f'AAPL,"{quantity}",158.00,2024-01-15'


def price_row(price: str) -> str:
    return f'AAPL,100,"{price}",2024-01-15'


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("1E+7", "10000000"),
        ("1e2", "100"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.000001", "0.000001"),
        ("1.5000000", "1.5"),
        ("1.5e-5", "0.000015"),
        ("-99999999999999.999999", None),
        ("007", "7"),
    ],
)
def test_quantities_that_are_read(text: str, quantity: str | None) -> None:
    row = only_row(f"AAPL,{text},0.01,2024-01-15")
    assert row.quantity == Decimal(quantity or text)
    assert "E" not in str(row.quantity.quantize(Decimal(1)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ERR_POS_004"),
        ("abc", "ERR_POS_005"),
        ("1,000", "ERR_POS_005"),
        ("1_000", "ERR_POS_005"),
        ("١٢٣", "ERR_POS_005"),
        ("１００", "ERR_POS_005"),
        ("--5", "ERR_POS_005"),
        ("0x10", "ERR_POS_005"),
        ("=1+1", "ERR_POS_005"),
        ("-", "ERR_POS_005"),
        ("x" * 1000, "ERR_POS_005"),
        ("0", "ERR_POS_006"),
        ("-0", "ERR_POS_006"),
        ("0.0000000", "ERR_POS_006"),
        ("0e400", "ERR_POS_006"),
        ("0.0000001", "ERR_POS_007"),
        ("1e-7", "ERR_POS_007"),
        ("1e-400", "ERR_POS_007"),
        ("NaN", "ERR_POS_031"),
        ("sNaN", "ERR_POS_031"),
        ("Infinity", "ERR_POS_031"),
        ("-inf", "ERR_POS_031"),
        ("1e400", "ERR_POS_031"),
        ("1e99999999999999999999", "ERR_POS_031"),
        ("100000000000000", "ERR_POS_031"),
        ("-100000000000000", "ERR_POS_031"),
        ("9" * 70, "ERR_POS_031"),
    ],
)
def test_quantities_that_are_refused(text: str, code: str) -> None:
    found = only_problem(quantity_row(text))
    assert (found.code, found.field, found.value) == (code, "Quantity", text[:80])


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1,000", "Has a comma. Write 1000."),
        ("-1,234,567.5", "Has a comma. Write -1234567.5."),
        ("1 000", "Has a space. Write 1000."),
        ("100 shares", "Has a space. Has a word. Write 100."),
        ("(25)", "A negative number has a minus sign, no brackets. Write -25."),
        ("−25", "Has a typographic minus sign. Write -25."),
        ("١٢٣", "Has digits other than 0 to 9. Write 123."),
        ("1.234,5", "Has a decimal comma. Write 1234.5."),
        ("$5", "Has a $ sign. Write 5."),
        ("ten", "Write digits and a decimal point only, such as 100."),
        ("1,00,0", "Write digits and a decimal point only, such as 100."),
        ("5 of 6", "Write digits and a decimal point only, such as 100."),
    ],
)
def test_a_quantity_in_another_notation_is_written_out(text: str, hint: str) -> None:
    found = only_problem(quantity_row(text))
    assert (found.code, found.hint) == ("ERR_POS_005", hint)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "ERR_POS_008"),
        ("abc", "ERR_POS_009"),
        ("$158.00", "ERR_POS_009"),
        ("1,580.00", "ERR_POS_009"),
        ("0", "ERR_POS_010"),
        ("-0", "ERR_POS_010"),
        ("-210.00", "ERR_POS_010"),
        ("158.123", "ERR_POS_011"),
        ("0.001", "ERR_POS_011"),
        ("1e-3", "ERR_POS_011"),
        ("NaN", "ERR_POS_031"),
        ("1e400", "ERR_POS_031"),
        ("1000000000000", "ERR_POS_031"),
    ],
)
def test_entry_prices_that_are_refused(text: str, code: str) -> None:
    found = only_problem(price_row(text))
    assert (found.code, found.field, found.value) == (code, "Entry Price Per Share", text)


@pytest.mark.parametrize("text", ["158", "158.0", "158.00", "158.0000", "1.58e2", "1580E-1"])
def test_trailing_zeros_are_no_decimals(text: str) -> None:
    assert only_row(price_row(text)).entry_price == Decimal(158)


def test_a_price_with_currency_sign_is_written_out() -> None:
    assert only_problem(price_row("$1,580.00")).hint == "Has a $ sign. Has a comma. Write 1580.00."


def test_out_of_range_names_the_range() -> None:
    assert "between -99999999999999.999999 and 99999999999999.999999" in only_problem(quantity_row("1e14")).hint
    assert "between -99999999999999.999999 and 99999999999999.999999" in only_problem(quantity_row("-1e14")).hint
    assert "between 0.01 and 999999999999.99" in only_problem(price_row("1e12")).hint


def test_a_cost_no_total_can_hold_is_out_of_range() -> None:
    found = only_problem("AAPL,1000000,1000000.00,2024-01-15")
    assert (found.code, found.message) == (
        "ERR_POS_031",
        "Quantity times entry price is a trillion dollars or more.",
    )
    assert only_row("AAPL,1000000,999999.99,2024-01-15").quantity == 1_000_000
    assert only_problem("SPY250919C00460000,1000000,10000.00,2024-01-15").code == "ERR_POS_031"
    assert only_row("SPY250919C00460000,1000000,9999.99,2024-01-15").quantity == 1_000_000
