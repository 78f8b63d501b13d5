"""Ticker dialects, OCC symbols both ways, and roots against underlyings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.securities.symbols import (
    OccSymbol,
    build_occ,
    canonical_ticker,
    has_occ_shape,
    occ_root,
    parse_occ,
    same_underlying,
    underlying_of_root,
    yahoo_ticker,
)


@pytest.mark.parametrize(
    ("dialects", "canonical", "yahoo", "root"),
    [
        (["AAPL", "aapl", " AAPL "], "AAPL", "AAPL", "AAPL"),
        (["BRK.B", "BRK-B", "BRK/B", "BRK B", "brk-b"], "BRK.B", "BRK-B", "BRKB"),
        (["BF.B", "BF-B", "BF/B"], "BF.B", "BF-B", "BFB"),
        (["MKC.V", "MKC-V", "MKC/V"], "MKC.V", "MKC-V", "MKCV"),
        (["BAC-PL", "BAC.PRL", "BAC/PRL", "BAC-PRL"], "BAC.PRL", "BAC-PL", "BACPRL"),
        (["AACT-UN", "AACT/U", "AACT.U"], "AACT.U", "AACT-UN", "AACTU"),
        (["AACT-WT", "AACT/WS", "AACT.WS"], "AACT.WS", "AACT-WT", "AACTWS"),
        (["VOD.L"], "VOD.L", "VOD.L", None),
        (["7203.T"], "7203.T", "7203.T", None),
        (["SHOP.TO"], "SHOP.TO", "SHOP.TO", None),
        (["BTC-USD"], "BTC-USD", "BTC-USD", None),
        (["AIR.PA"], "AIR.PA", "AIR.PA", None),
        (["SPY_C450"], "SPY_C450", "SPY_C450", None),
        (["GOOGLEX"], "GOOGLEX", "GOOGLEX", None),
    ],
)
def test_all_dialects_of_a_ticker_are_one_symbol(
    dialects: list[str], canonical: str, yahoo: str, root: str | None
) -> None:
    assert {canonical_ticker(text) for text in dialects} == {canonical}
    assert {yahoo_ticker(text) for text in dialects} == {yahoo}
    assert {occ_root(text) for text in dialects} == {root}


@given(st.text(max_size=12))
def test_the_canonical_form_is_stable(text: str) -> None:
    once = canonical_ticker(text)
    assert canonical_ticker(once) == once
    assert canonical_ticker(yahoo_ticker(once)) == once


SPY_CALL = OccSymbol("SPY", date(2025, 9, 19), "CALL", Decimal(460))


@pytest.mark.parametrize("text", ["SPY250919C00460000", "SPY   250919C00460000", " spy250919c00460000 "])
def test_an_occ_symbol_is_read_padded_or_not(text: str) -> None:
    assert parse_occ(text) == SPY_CALL
    assert SPY_CALL.text == "SPY250919C00460000"


@pytest.mark.parametrize(
    ("text", "strike"),
    [("AAPL240119P00150000", "150"), ("QQQ250815C00420500", "420.5"), ("F261218C00012625", "12.625")],
)
def test_the_strike_stands_in_thousandths(text: str, strike: str) -> None:
    found = parse_occ(text)
    assert found is not None
    assert found.strike == Decimal(strike)
    assert found.text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAPL",
        "SPY250919X00460000",
        "SPY250919C0046000",
        "TOOLONG250919C00460000",
        "123456250919C00460000",
        "x" * 99,
    ],
)
def test_other_symbols_are_no_options(text: str) -> None:
    assert parse_occ(text) is None
    assert not has_occ_shape(text)


def test_a_day_that_does_not_exist_has_the_shape_only() -> None:
    assert has_occ_shape("SPY251332C00460000")
    assert parse_occ("SPY251332C00460000") is None


@pytest.mark.parametrize(
    ("underlying", "expiration", "option_type", "strike", "reason"),
    [
        ("RY.TO", date(2025, 9, 19), "CALL", "460", "root"),
        ("SPY", date(1999, 9, 17), "CALL", "460", "2000 and 2099"),
        ("SPY", date(2100, 9, 17), "CALL", "460", "2000 and 2099"),
        ("SPY", date(2025, 9, 19), "CALL", "0", "strike"),
        ("SPY", date(2025, 9, 19), "CALL", "100000", "strike"),
        ("SPY", date(2025, 9, 19), "CALL", "1.2345", "strike"),
        ("SPY", date(2025, 9, 19), "C", "460", "CALL or a PUT"),
    ],
)
def test_what_no_occ_symbol_can_say(
    underlying: str, expiration: date, option_type: str, strike: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        build_occ(underlying, expiration, option_type, Decimal(strike))


@given(
    st.from_regex(r"[A-Z]{1,6}", fullmatch=True),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["CALL", "PUT"]),
    st.decimals(min_value="0.001", max_value="99999.999", places=3),
)
def test_a_built_symbol_is_read_back(root: str, expiration: date, option_type: str, strike: Decimal) -> None:
    built = build_occ(root, expiration, option_type, strike)
    assert parse_occ(built.text) == built


@pytest.mark.parametrize(
    ("root", "underlying"),
    [("AAPL", "AAPL"), ("BRKB", "BRK.B"), ("SPXW", "SPX"), ("AAPL1", "AAPL"), ("VIXW", "VIX")],
)
def test_the_underlying_of_a_root(root: str, underlying: str) -> None:
    assert underlying_of_root(root) == underlying
    assert same_underlying(root, underlying)
    assert same_underlying(root, root)
    assert not same_underlying(root, "QQQ")


def test_a_share_class_without_an_entry_in_the_table_still_matches_its_root() -> None:
    assert same_underlying("CWENA", "CWEN-A")
