"""The portfolio form: every refusal with its code, and the amounts that people type."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.rules import (
    ACCOUNT_TYPES,
    PORTFOLIO_CODES,
    FormProblem,
    account_name_problems,
    account_type_problems,
    clean_description,
    clean_name,
    equity_balance_problems,
    form_problem,
    parse_account_type,
    parse_equity_balance,
    portfolio_form_problems,
    portfolio_name_problems,
)


def code(problems: list[FormProblem]) -> str | None:
    assert len(problems) <= 1
    return problems[0].code if problems else None


def test_the_twelve_codes_have_their_sentences() -> None:
    assert list(PORTFOLIO_CODES) == [f"ERR_PORT_{number:03}" for number in range(1, 13)]
    assert all(
        text.title and text.message.endswith(".") and text.hint.endswith(".") for text in PORTFOLIO_CODES.values()
    )


def test_a_problem_carries_code_field_message_and_hint() -> None:
    assert form_problem("ERR_PORT_007", "csv_file") == (
        "ERR_PORT_007",
        "csv_file",
        "No CSV file was chosen.",
        "Choose a file, or start from the template.",
    )


@pytest.mark.parametrize("name", ["", "   ", None, "\t\n", "\x00"])
def test_a_name_is_required(name: str | None) -> None:
    assert code(portfolio_name_problems(name)) == "ERR_PORT_002"
    assert code(account_name_problems(name)) == "ERR_PORT_011"


def test_the_length_of_a_name_counts_without_blanks_around_it() -> None:
    assert portfolio_name_problems(f" {'x' * 255} ") == []
    assert code(portfolio_name_problems("x" * 256)) == "ERR_PORT_003"
    assert account_name_problems(f" {'x' * 100} ") == []
    assert code(account_name_problems("x" * 101)) == "ERR_PORT_010"


@pytest.mark.parametrize("account_type", list(ACCOUNT_TYPES))
def test_the_nine_account_types(account_type: str) -> None:
    assert account_type_problems(f" {account_type.upper()} ") == []
    assert parse_account_type(account_type.upper()) == account_type


@pytest.mark.parametrize("account_type", ["", None, "savings", "Roth IRA"])
def test_other_account_types_are_refused(account_type: str | None) -> None:
    assert code(account_type_problems(account_type)) == "ERR_PORT_009"
    assert parse_account_type(account_type) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("400000", "400000"),
        ("$1,234,567.89", "1234567.89"),
        (" $ 500 ", "500"),
        (".5", "0.5"),
        ("100.", "100"),
        ("0.005", "0.01"),
        ("12.344999", "12.34"),
        ("12.345", "12.35"),
        ("0.01", "0.01"),
        ("999,999,999.99", "999999999.99"),
        ("999999999.994", "999999999.99"),
    ],
)
def test_amounts_that_are_read_to_the_cent(text: str, amount: str) -> None:
    assert parse_equity_balance(text) == Decimal(amount)
    assert equity_balance_problems(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "ERR_PORT_004"),
        ("", "ERR_PORT_004"),
        ("$", "ERR_PORT_004"),
        (".", "ERR_PORT_004"),
        ("abc", "ERR_PORT_004"),
        ("NaN", "ERR_PORT_004"),
        ("1e400", "ERR_PORT_004"),
        ("1,00", "ERR_PORT_004"),
        ("1.000,00", "ERR_PORT_004"),
        ("١٢٣", "ERR_PORT_004"),
        ("0", "ERR_PORT_005"),
        ("-0", "ERR_PORT_005"),
        ("0.004", "ERR_PORT_005"),
        ("-100", "ERR_PORT_005"),
        ("-$100", "ERR_PORT_005"),
        ("$-100", "ERR_PORT_005"),
        ("1000000000", "ERR_PORT_006"),
        ("999999999.995", "ERR_PORT_006"),
        ("9" * 60, "ERR_PORT_006"),
    ],
)
def test_amounts_that_are_refused(text: str | None, expected: str) -> None:
    assert code(equity_balance_problems(text)) == expected
    assert parse_equity_balance(text) is None


def test_the_limit_is_named() -> None:
    assert "$1,000,000,000" in equity_balance_problems("2000000000")[0].message


@given(st.text(max_size=60) | st.text("0123456789.,$- ", max_size=20))
def test_an_amount_is_either_read_or_refused(text: str) -> None:
    amount = parse_equity_balance(text)
    assert (amount is None) == bool(equity_balance_problems(text))
    assert amount is None or (0 < amount < 1_000_000_000 and amount == round(amount, 2))


def test_all_fields_are_judged_at_once_in_the_order_of_the_form() -> None:
    found = portfolio_form_problems("", "x" * 101, "savings", "-5")
    assert [(problem.code, problem.field) for problem in found] == [
        ("ERR_PORT_002", "portfolio_name"),
        ("ERR_PORT_010", "account_name"),
        ("ERR_PORT_009", "account_type"),
        ("ERR_PORT_005", "equity_balance"),
    ]
    assert portfolio_form_problems("Retirement", "Schwab IRA", "ira", "$1") == []


def test_names_are_one_line_and_keep_everything_else() -> None:
    assert clean_name(" <b>Robert'); DROP\x00TABLE\n— 👩‍👩‍👧 ") == "<b>Robert'); DROP TABLE — 👩‍👩‍👧"
    assert clean_name("\ud800x") == "x"


def test_a_description_keeps_its_lines() -> None:
    assert clean_description(" first\nsecond\x00 ") == "first\nsecond"
    assert clean_description(" \x00 ") is None
    assert clean_description(None) is None
