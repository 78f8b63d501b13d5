"""Valuation to the cent: the original's cases, signs, cash, and what happens when a price is missing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.risk.valuation import (
    AT_ENTRY_PRICE,
    FIRST_CLOSE,
    NO_CLOSE,
    NO_PREVIOUS_CLOSE,
    Holding,
    PositionValue,
    Quote,
    cash_balance,
    value_portfolio,
    value_position,
)

MONDAY = date(2024, 5, 6)
FRIDAY = date(2024, 5, 3)
BOUGHT = date(2024, 1, 2)
EQUITY = Decimal(100_000)


def lot(quantity: Any, entry_price: Any, symbol: str = "AAPL", **fields: Any) -> Holding:
    defaults: dict[str, Any] = {"investment_class": "PUBLIC", "entry_date": BOUGHT}
    return Holding(
        position_id=uuid4(),
        symbol=symbol,
        quantity=Decimal(str(quantity)),
        entry_price=Decimal(str(entry_price)),
        **(defaults | fields),
    )


def option(quantity: Any, entry_price: Any, **fields: Any) -> Holding:
    return lot(quantity, entry_price, "AAPL240119C00150000", investment_class="OPTIONS", **fields)


def quote(close: Any, previous: Any = None, session: date = MONDAY, previous_session: date = FRIDAY) -> Quote:
    if previous is None:
        return Quote(Decimal(str(close)), session)
    return Quote(Decimal(str(close)), session, Decimal(str(previous)), previous_session)


def valued(holding: Holding, at: Quote | None) -> PositionValue:
    return value_position(holding, at, MONDAY)


# The original's cases of P&L, valuation and closing


def test_a_long_call_from_4_to_5_gains_200() -> None:
    assert valued(option(2, 4), quote(5, 4)).day_pnl == 200


def test_ten_shares_from_20_to_21_gain_10() -> None:
    assert valued(lot(10, 15), quote(21, 20)).day_pnl == 10


def test_a_hundred_shares_from_100_to_105_bring_equity_to_100_500() -> None:
    result = value_portfolio([lot(100, 100, entry_date=FRIDAY)], {"AAPL": quote(105, 100)}, EQUITY, MONDAY)
    assert (result.nav, result.cash, result.day_pnl) == (100_500, 90_000, 500)


def test_two_calls_at_5_bought_at_4() -> None:
    holding = option(2, 4)
    result = valued(holding, quote(5))
    assert holding.multiplier == 100
    assert (result.market_value, result.cost, result.unrealised_pnl) == (1000, 800, 200)


def test_a_previous_close_of_three_days_ago_counts() -> None:
    assert valued(lot(3, 90), quote(100, 95, previous_session=MONDAY - timedelta(3))).day_pnl == 15


def test_one_call_is_500_of_long_exposure() -> None:
    result = value_portfolio([option(1, 4)], {"AAPL240119C00150000": quote(5)}, EQUITY, MONDAY)
    assert (result.long_value, result.short_value, result.unrealised_pnl) == (500, 0, 100)


def test_a_short_gains_when_the_price_falls() -> None:
    result = valued(lot(-10, 60), quote(48, 50))
    assert (result.day_pnl, result.day_return) == (20, Decimal("0.04"))


@pytest.mark.parametrize(
    ("holding", "last", "market_value", "unrealised"),
    [
        (option(5, "3.50"), "4.00", 2000, 250),
        (option(-3, "2.00"), "1.50", -450, 150),
        (option(2, "3.00"), "2.50", 500, -100),
        (option(-4, "1.00"), "0.75", -300, 100),
        (lot(100, 145), 150, 15_000, 500),
        (lot(-50, 385, "MSFT"), 380, -19_000, 250),
    ],
    ids=["long call", "short call", "long put", "short put", "long stock", "short stock"],
)
def test_values_carry_the_sign_of_the_quantity(holding: Holding, last: Any, market_value: int, unrealised: int) -> None:
    result = valued(holding, quote(last))
    assert (result.market_value, result.unrealised_pnl) == (market_value, unrealised)


# The first day


def test_the_day_pnl_counts_from_the_first_close_after_entry() -> None:
    bought_today = lot(100, 100, entry_date=MONDAY)
    result = valued(bought_today, quote(105, 98))
    assert (result.day_pnl, result.day_return, result.day_reason) == (None, None, FIRST_CLOSE)
    assert result.unrealised_pnl == 500
    assert valued(lot(100, 100, entry_date=FRIDAY), quote(105, 98)).day_pnl == 700


def test_a_purchase_at_the_weekend_starts_to_count_on_tuesday() -> None:
    assert valued(lot(1, 100, entry_date=MONDAY - timedelta(1)), quote(105, 98)).day_reason == FIRST_CLOSE


# Missing and old prices


@pytest.mark.parametrize(("age", "known"), [(0, True), (10, True), (11, False)])
def test_a_close_counts_for_ten_days(age: int, known: bool) -> None:
    result = valued(lot(10, 100), quote(110, session=MONDAY - timedelta(age)))
    assert (result.market_value, result.value_reason) == ((1100, None) if known else (None, NO_CLOSE))
    assert (result.unrealised_pnl is None) != known


@pytest.mark.parametrize(("age", "pnl", "reason"), [(10, 10, None), (11, None, NO_PREVIOUS_CLOSE)])
def test_so_does_a_previous_close(age: int, pnl: int | None, reason: str | None) -> None:
    result = valued(lot(10, 100), quote(110, 109, previous_session=MONDAY - timedelta(age)))
    assert (result.day_pnl, result.day_reason) == (pnl, reason)
    assert result.market_value == 1100


def test_yesterdays_gain_is_not_shown_as_todays() -> None:
    result = valued(lot(10, 100), quote(110, 109, FRIDAY, FRIDAY - timedelta(1)))
    assert (result.market_value, result.day_pnl) == (1100, None)
    assert result.day_reason == "no close on 2024-05-06, the last is of 2024-05-03"


def test_no_previous_close_at_all() -> None:
    assert valued(lot(10, 100), quote(110)).day_reason == NO_PREVIOUS_CLOSE


def test_looking_ahead_is_refused() -> None:
    with pytest.raises(ValueError, match="not known"):
        valued(lot(10, 100), quote(110, session=MONDAY + timedelta(1)))


def test_an_unknown_price_is_left_out_of_the_totals_and_named() -> None:
    holdings = [lot(10, 100), lot(5, 60, "HZNP"), lot(5, 20, "HZNP"), lot(-2, 50, "SHOP")]
    result = value_portfolio(holdings, {"AAPL": quote(110, 109), "SHOP": quote(40)}, Decimal(10_000), MONDAY)
    assert result.left_out == ("HZNP",)
    assert result.coverage == Decimal(1100) / Decimal(1500)
    assert (result.long_value, result.short_value) == (1100, -80)
    assert result.unrealised_pnl == 100 + 20
    assert result.day_pnl == 10
    unknown = result.positions[1]
    assert (unknown.market_value, unknown.price, unknown.value_reason, unknown.day_reason) == (
        None,
        None,
        NO_CLOSE,
        NO_CLOSE,
    )


def test_no_day_pnl_anywhere_has_a_reason() -> None:
    result = value_portfolio([lot(10, 100)], {"AAPL": quote(110)}, EQUITY, MONDAY)
    assert (result.day_pnl, result.day_reason) == (None, NO_PREVIOUS_CLOSE)
    mixed = value_portfolio([lot(10, 100), lot(1, 1, "X")], {"AAPL": quote(110)}, EQUITY, MONDAY)
    assert (mixed.day_pnl, mixed.day_reason) == (None, "no position has a close today and one before")


def test_private_assets_stand_at_their_entry_price_and_say_so() -> None:
    fund = lot(2, 5000, "EQIX_FUND", investment_class="PRIVATE")
    result = value_portfolio([fund], {"EQIX_FUND": quote(9999, 1)}, EQUITY, MONDAY)
    only = result.positions[0]
    assert (only.market_value, only.value_reason) == (10_000, AT_ENTRY_PRICE)
    assert (only.unrealised_pnl, only.day_pnl, only.day_reason) == (None, None, AT_ENTRY_PRICE)
    assert (result.nav, result.unrealised_pnl, result.coverage) == (100_000, 0, 1)


# Exposures, cash and NAV


def test_exposures_have_signs() -> None:
    holdings = [lot(10, 100), lot(-5, 100, "SHOP")]
    result = value_portfolio(holdings, {"AAPL": quote(120), "SHOP": quote(80)}, Decimal(2000), MONDAY)
    assert (result.long_value, result.short_value) == (1200, -400)
    assert (result.gross, result.net) == (1600, 800)
    assert (result.cash, result.margin_used, result.nav) == (1500, 0, 2300)


def test_more_positions_than_equity_is_margin_and_shown_with_its_sign() -> None:
    result = value_portfolio([lot(10, 100)], {"AAPL": quote(110)}, Decimal(400), MONDAY)
    assert (result.cash, result.margin_used, result.nav) == (-600, 600, 500)


def test_cash_alone_is_worth_the_equity_balance() -> None:
    result = value_portfolio([], {}, EQUITY, MONDAY)
    assert (result.nav, result.cash, result.day_pnl, result.coverage) == (EQUITY, EQUITY, 0, 1)
    assert (result.left_out, result.day_reason) == ((), None)


def test_a_lot_closed_before_import_leaves_cash_at_equity_minus_the_cost_of_what_was_open() -> None:
    sold = lot(50, 185, "TSLA", exit_price=Decimal(215), exit_date=FRIDAY, closed_at_import=True)
    result = value_portfolio([sold, lot(10, 100)], {"AAPL": quote(100)}, EQUITY, MONDAY)
    assert (result.cash, result.nav, result.realised_pnl) == (99_000, 100_000, 1500)
    assert cash_balance([sold], EQUITY, BOUGHT) == EQUITY - 1500 - 9250


def test_a_lot_closed_after_import_brings_its_proceeds() -> None:
    sold = lot(50, 185, "TSLA", exit_price=Decimal(215), exit_date=FRIDAY)
    result = value_portfolio([sold], {}, EQUITY, MONDAY)
    assert (result.cash, result.nav) == (101_500, 101_500)
    assert (result.realised_pnl, result.unrealised_pnl, result.positions) == (1500, 0, ())


def test_what_is_sold_on_the_day_is_not_held_at_its_close() -> None:
    sold = lot(50, 185, exit_price=Decimal(215), exit_date=MONDAY)
    result = value_portfolio([sold], {"AAPL": quote(300)}, EQUITY, MONDAY)
    assert (result.positions, result.nav, result.realised_pnl) == ((), 101_500, 1500)
    assert sold.is_open(FRIDAY)


def test_a_purchase_in_the_future_is_not_held_yet() -> None:
    result = value_portfolio([lot(1, 100, entry_date=MONDAY + timedelta(1))], {}, EQUITY, MONDAY)
    assert (result.positions, result.cash) == ((), EQUITY)


@pytest.mark.parametrize(
    "fields",
    [
        {"exit_date": MONDAY},
        {"exit_price": Decimal(1)},
        {"closed_at_import": True},
        {"exit_price": Decimal(1), "exit_date": BOUGHT - timedelta(1)},
    ],
)
def test_half_an_exit_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"exit|sold"):
        lot(1, 1, **fields)


PRICES = st.decimals(Decimal("0.00000001"), Decimal(10**7), places=8)
QUANTITIES = st.decimals(Decimal(-(10**9)), Decimal(10**9), places=6).filter(bool)


@st.composite
def lots(draw: st.DrawFn) -> Holding:
    entry = MONDAY - timedelta(draw(st.integers(0, 40)))
    exit_date = draw(st.none() | st.integers(0, 40).map(lambda days: entry + timedelta(days)))
    return Holding(
        position_id=UUID(int=draw(st.integers(0, 2**64))),
        symbol=draw(st.sampled_from("ABC")),
        investment_class=draw(st.sampled_from(["PUBLIC", "OPTIONS", "PRIVATE"])),
        quantity=draw(QUANTITIES),
        entry_price=draw(PRICES),
        entry_date=entry,
        exit_price=None if exit_date is None else draw(PRICES),
        exit_date=exit_date,
        closed_at_import=exit_date is not None and draw(st.booleans()),
    )


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    session = MONDAY - timedelta(draw(st.integers(0, 12)))
    return Quote(draw(PRICES), session, draw(PRICES), session - timedelta(draw(st.integers(1, 12))))


@given(st.lists(lots(), max_size=8), st.dictionaries(st.sampled_from("ABC"), quotes()), PRICES)
def test_identities_hold_to_the_last_decimal(holdings: list[Holding], at: dict[str, Quote], equity: Decimal) -> None:
    result = value_portfolio(holdings, at, equity, MONDAY)
    values = [Fraction(p.market_value) for p in result.positions if p.market_value is not None]
    left_out_cost = sum(Fraction(p.cost) for p in result.positions if p.market_value is None)
    known_before = sum(Fraction(h.realised_pnl or 0) for h in holdings if h.closed_at_import)
    assert Fraction(result.nav) == Fraction(result.cash) + sum(values)
    gained = Fraction(result.realised_pnl) + Fraction(result.unrealised_pnl)
    assert Fraction(result.nav) == Fraction(equity) - known_before + gained - left_out_cost
    assert Fraction(result.gross) == sum(map(abs, values))
    assert Fraction(result.net) == sum(values)
    assert result.short_value <= 0 <= result.long_value
    assert 0 <= result.coverage <= 1
    assert result.coverage == 1 or result.left_out
    for position in result.positions:
        assert (position.market_value is None) <= (position.value_reason is not None)
        assert (position.day_pnl is None) == (position.day_reason is not None)
