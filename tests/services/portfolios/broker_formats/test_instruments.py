"""What the symbol of a row stands for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sigmasight_ui.services.portfolios.broker_formats.instruments import (
    BOND,
    bond,
    identify,
    is_cusip,
    is_money_fund,
    is_per_hundred,
    reads_like_a_bond,
    unlisted,
)


@pytest.mark.parametrize("text", ["BRK/B", "BRK.B", "BRK-B", "BRK B", "BRKB", "brk/b"])
def test_class_shares_have_one_form(text: str) -> None:
    found = identify(text)
    assert found is not None
    assert (found.symbol, found.investment_class) == ("BRK.B", "PUBLIC")


@pytest.mark.parametrize(
    ("text", "symbol"), [("SPAXX**", "SPAXX"), ("AAPL*", "AAPL"), ("0700", "0700"), ("USD", "USD")]
)
def test_marks_are_no_part_of_a_symbol(text: str, symbol: str) -> None:
    found = identify(text)
    assert found is not None
    assert found.symbol == symbol


@pytest.mark.parametrize("text", ["", "=1+1", "@SUM(A1)", "+NVDA", "DROP TABLE x", "A B C", "A" * 200, "--", "é"])
def test_what_no_market_knows(text: str) -> None:
    assert identify(text) is None


# Apple's and NVIDIA's, as their filings give them, and a Treasury bill's.
@pytest.mark.parametrize("code", ["037833100", "67066G104", "912797QX8"])
def test_a_cusip_has_its_check_digit(code: str) -> None:
    assert is_cusip(code)
    assert not is_cusip(code[:-1] + str((int(code[-1]) + 1) % 10))


def test_a_cusip_in_place_of_a_symbol_is_a_bond_held_per_hundred_of_face() -> None:
    found = identify("912797QX8")
    assert found is not None
    assert (found.investment_subtype, found.quoted_per) == (BOND, Decimal(100))


def test_bonds_and_funds_without_a_symbol_are_labelled() -> None:
    treasury, fund = bond("US TREASURY 4.25% 05/15/2027"), unlisted("Stable Value Fund, Société")
    assert treasury is not None
    assert treasury.symbol == "US_TREASURY_4.25_05_15_2027"
    assert fund is not None
    assert (fund.symbol, fund.investment_class) == ("STABLE_VALUE_FUND_SOCIETE", "PRIVATE")
    assert bond("--") is None


@pytest.mark.parametrize(("symbol", "is_fund"), [("VMFXX", True), ("SPAXX**", True), ("VFIAX", False), ("AXXX", False)])
def test_money_market_funds(symbol: str, is_fund: bool) -> None:
    assert is_money_fund(symbol) is is_fund


def test_the_files_own_value_says_whether_a_price_is_per_hundred() -> None:
    assert is_per_hundred(Decimal(10000), Decimal("99.8"), Decimal(9980)) is True
    assert is_per_hundred(Decimal(100), Decimal("12.5"), Decimal(1250)) is False
    assert is_per_hundred(Decimal(100), Decimal("12.5"), Decimal(7)) is None
    assert is_per_hundred(None, Decimal(1), Decimal(1)) is None


@pytest.mark.parametrize("name", ["UNITED STATES TREAS BILLS ZERO CPN", "ACME 4.25% 2030", "GE CAPITAL NOTE"])
def test_names_of_bonds(name: str) -> None:
    assert reads_like_a_bond(name)


def test_names_of_shares_are_none_of_bonds() -> None:
    assert not reads_like_a_bond("NVIDIA CORPORATION COM")
