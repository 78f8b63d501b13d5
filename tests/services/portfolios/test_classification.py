"""Class and type of a position, decided by one function each."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sigmasight_ui.services.portfolios.classification import (
    SUBTYPES,
    investment_class_of,
    position_type_of,
    subtype_of,
)


@pytest.mark.parametrize(
    ("symbol", "subtype", "has_option_columns", "expected"),
    [
        ("AAPL", None, False, "PUBLIC"),
        ("SPAXX", "CASH", False, "PUBLIC"),
        ("SPY250919C00460000", None, False, "OPTIONS"),
        ("", None, True, "OPTIONS"),
        ("CASH_USD", None, False, "PRIVATE"),
        ("CASH", None, False, "PUBLIC"),
        ("HOUSE", "REAL_ESTATE", False, "PRIVATE"),
        ("CASH_USD", None, True, "OPTIONS"),
    ],
)
def test_the_class_of_a_position_that_names_none(
    symbol: str, subtype: str | None, has_option_columns: bool, expected: str
) -> None:
    assert investment_class_of(symbol, subtype, has_option_columns=has_option_columns) == expected


@pytest.mark.parametrize(
    ("symbol", "investment_class", "subtype", "expected"),
    [
        ("CASH_USD", "PRIVATE", None, "CASH"),
        ("cash_eur", "PRIVATE", None, "CASH"),
        ("CASH_USD", "PRIVATE", "MONEY_MARKET", "MONEY_MARKET"),
        ("CASH_USD", "PUBLIC", None, None),
        ("CASHMERE_FUND", "PRIVATE", None, None),
    ],
)
def test_cash_is_known_by_its_name_once_and_by_its_subtype_ever_after(
    symbol: str, investment_class: str, subtype: str | None, expected: str | None
) -> None:
    assert subtype_of(symbol, investment_class, subtype) == expected


@pytest.mark.parametrize("subtype", ["HEDGE_FUND", "MONEY_MARKET", "TREASURY_BILLS"])
def test_private_subtypes(subtype: str) -> None:
    assert subtype in SUBTYPES["PRIVATE"]


@pytest.mark.parametrize(
    ("investment_class", "quantity", "option_type", "expected"),
    [
        ("PUBLIC", "100", None, "LONG"),
        ("PUBLIC", "-50", None, "SHORT"),
        ("PRIVATE", "1", None, "LONG"),
        ("PRIVATE", "-1", None, "SHORT"),
        ("OPTIONS", "10", "CALL", "LC"),
        ("OPTIONS", "-10", "CALL", "SC"),
        ("OPTIONS", "10", "PUT", "LP"),
        ("OPTIONS", "-15", "PUT", "SP"),
        ("PUBLIC", "0", None, "LONG"),
    ],
)
def test_the_type_of_a_position(investment_class: str, quantity: str, option_type: str | None, expected: str) -> None:
    assert position_type_of(investment_class, Decimal(quantity), option_type) == expected
