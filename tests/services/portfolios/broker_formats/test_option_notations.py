"""One contract in every broker's notation is one OCC symbol."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.broker_formats.option_notations import contract_of, read_option, read_terms
from sigmasight_ui.services.securities.symbols import CALL, PUT, OccSymbol, build_occ
from tests.services.portfolios.broker_formats.notations import NOTATIONS

NVDA = "NVDA270115C00180000"


@pytest.mark.parametrize(
    "text",
    [
        "NVDA270115C00180000",
        "NVDA  270115C00180000",
        "NVDA 01/15/2027 180.00 C",
        " -NVDA270115C180",
        "-NVDA270115C180",
        "NVDA Jan 15 '27 $180 Call",
        "NVDA 15JAN27 180 C",
        "NVDA Jan15'27 180 CALL",
        ".NVDA270115C180",
        "NVDA270115C180",
        "NVDA#A1527C180000",
        "NVDA 1/15/2027 Call $180.00",
        "NVDA_C180_20270115",
        "NVDA JAN 15 2027 $180 CALL",
    ],
)
def test_every_notation_of_one_call(text: str) -> None:
    found = read_option(text)
    assert found is not None
    assert found.text == NVDA


@pytest.mark.parametrize(
    ("text", "occ"),
    [
        ("-NVDA270115P122.5", "NVDA270115P00122500"),
        ("TSLA#N1326C425000", "TSLA260213P00425000"),
        ("SPXW260317P6660", "SPXW260317P06660000"),
        ("QQQ Dec 31 '26 $600 Put", "QQQ261231P00600000"),
        ("NVDA#A1527D1800000", NVDA),
        ("NVDA#A1527E18000000", NVDA),
        ("BRK/B 01/15/2027 500.00 P", "BRKB270115P00500000"),
        ("BRKB270115P500", "BRKB270115P00500000"),
        ("AAPL1 01/15/2027 180.00 C", "AAPL1270115C00180000"),
        ("SPX 01/15/2027 6,600.00 C", "SPX270115C06600000"),
    ],
)
def test_puts_odd_roots_and_strikes(text: str, occ: str) -> None:
    found = read_option(text)
    assert found is not None
    assert found.text == occ


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NVDA",
        "BRK B",
        "VANGUARD TOTAL STOCK MARKET ETF",
        "US TREASURY 4.25% 05/15/2027",
        "NVDA 02/30/2027 180.00 C",
        "NVDA#Z1527C180000",
        "NVDA270115C",
        "NVDA 01/15/2027 0.00 C",
        "TOOLONGROOT 01/15/2027 180.00 C",
        "9" * 59,
    ],
)
def test_what_is_no_option(text: str) -> None:
    assert read_option(text) is None


@pytest.mark.parametrize(
    ("text", "root", "occ"),
    [
        ("100 15 JAN 27 180 CALL", "NVDA", NVDA),
        ("100 (Weeklys) 31 MAY 22 4730 PUT", "SPX", "SPX220531P04730000"),
        ("100 17 JUL 26 4730.5 PUT", "SPX", "SPX260717P04730500"),
    ],
)
def test_a_leg_below_its_underlying(text: str, root: str, occ: str) -> None:
    found = read_terms(text, root)
    assert found is not None
    assert found.text == occ


def test_parts_that_make_no_contract() -> None:
    day, strike = date(2027, 1, 15), Decimal(180)
    assert contract_of("NVDA", day, "X", strike) is None
    assert contract_of("NVDA", None, "C", strike) is None
    assert contract_of("RY.TO", day, "C", strike) is None


ROOTS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=5)
CONTRACTS = st.builds(
    build_occ,
    ROOTS,
    st.dates(date(2022, 1, 1), date(2060, 12, 31)),
    st.sampled_from([CALL, PUT]),
    st.decimals("0.5", 9999, places=2),
)


@given(CONTRACTS, st.sampled_from(sorted(NOTATIONS)))
def test_a_contract_in_any_notation_is_read_back(contract: OccSymbol, notation: str) -> None:
    assert read_option(NOTATIONS[notation](contract)) == contract


@given(st.text(max_size=70))
def test_no_text_raises(text: str) -> None:
    assert read_option(text) is None or read_option(text) == read_option(text)
    assert read_terms(text, "SPX") is None or text
