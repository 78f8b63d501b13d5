"""European options against Haug's tables, Hull's example, vollib and QuantLib; identities; the original's mistakes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import QuantLib as ql
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from vollib.black_scholes_merton import black_scholes_merton
from vollib.black_scholes_merton.greeks import analytical as vollib

from sigmasight_ui.analytics.options import (
    Options,
    delta_adjusted_exposure,
    european,
    european_price,
    options,
    position_greeks,
)

Floats = NDArray[np.float64]
GREEKS = ("price", "delta", "gamma", "vega", "theta", "rho")


def book(seed: int, n: int = 200) -> tuple[Options, Floats]:
    rng = np.random.default_rng(seed)
    spot = rng.uniform(5, 400, n)
    of = options(
        spot, spot * rng.uniform(0.6, 1.5, n), rng.uniform(0.01, 3, n), rng.random(n) < 0.5,
        rng.uniform(-0.01, 0.09, n), rng.uniform(0, 0.06, n),
    )  # fmt: skip
    return of, rng.uniform(0.08, 1.2, n)


def test_haug_european(reference: dict[str, Any]) -> None:
    for kind, strike, spot, dividend, rate, years, volatility, price in reference["haug_european"]["rows"]:
        of = options(spot, strike, years, kind == "C", rate, dividend)
        assert european(of, volatility).price[0] == pytest.approx(price, abs=1e-4)
        assert european_price(of, volatility)[0] == european(of, volatility).price[0]


def test_haug_greeks(reference: dict[str, Any]) -> None:
    rows = reference["haug_greeks"]["rows"]
    assert len(rows) == 9
    for name, kind, strike, spot, dividend, rate, years, volatility, expected in rows:
        of = options(spot, strike, years, kind == "C", rate, dividend)
        value = european(of, volatility)
        found = {
            "delta": value.delta,
            "elasticity": value.delta * of.spot / value.price,
            "gamma": value.gamma,
            "vega": value.vega_per_unit,
            "theta_year": value.theta * 365,
            "theta_day365": value.theta,
            "rho": value.rho * 100,
            "dividend_rho": dividend_rho(kind == "C", spot, strike, years, rate, dividend, volatility),
        }[name]
        assert found[0] == pytest.approx(expected, abs=1e-4)


def dividend_rho(
    call: bool, spot: float, strike: float, years: float, rate: float, dividend: float, volatility: float
) -> Floats:
    """The slope of the price over the dividend yield."""
    step = 1e-5
    up, down = (
        european_price(options(spot, strike, years, call, rate, dividend + each), volatility) for each in (step, -step)
    )
    return (up - down) / (2 * step)


def test_hull_prices_and_greeks(reference: dict[str, Any]) -> None:
    hull = reference["hull"]
    pair = options(42, 40, 0.5, [True, False], 0.1)
    assert european(pair, 0.2).price.tolist() == pytest.approx(
        [hull["bs_call_42_40_.5_.1_.2"], hull["bs_put"]], abs=5e-3
    )
    value, expected = european(options(49, 50, 20 / 52, True, 0.05), 0.2), hull["greeks_49_50_20w_5pct_20pct"]
    found = [value.price, value.delta, value.gamma, value.vega_per_unit, value.theta * 365, value.rho * 100]
    for number, name in zip(found, ["price", "delta", "gamma", "vega", "theta_year", "rho"], strict=True):
        assert number[0] == pytest.approx(expected[name], rel=7e-3)


def test_the_fixture_of_the_original_with_the_right_numbers() -> None:
    """S = K = 150, 30 days, 25 %, 5 %: the original guessed gamma 0.018 and theta -0.045."""
    call = european(options(150, 150, 30 / 365, True, 0.05), 0.25)
    put = european(options(150, 150, 30 / 365, False, 0.05), 0.25)
    wanted = {
        "price": (4.5939, 3.9787), "delta": (0.53712, -0.46288), "gamma": (0.03695, 0.03695),
        "theta": (-0.08158, -0.06112), "vega": (0.17082, 0.17082), "rho": (0.06244, -0.06034),
    }  # fmt: skip
    for name, (of_call, of_put) in wanted.items():
        assert getattr(call, name)[0] == pytest.approx(of_call, abs=5e-5)
        assert getattr(put, name)[0] == pytest.approx(of_put, abs=5e-5)


def test_a_rate_of_five_percent_is_not_read_as_a_twentieth_of_one() -> None:
    """The original passed 0.05 to a library that wanted 5: 4.955 instead of 5.556, delta .525 instead of .564."""
    right = european(options(100, 100, 90 / 365, True, 0.05), 0.25)
    assert right.price[0] == pytest.approx(5.556, abs=2e-3)
    assert right.delta[0] == pytest.approx(0.564, abs=1e-3)
    wrong = european(options(100, 100, 90 / 365, True, 0.0005), 0.25)
    assert wrong.price[0] == pytest.approx(4.955, abs=2e-2)


def test_vega_and_rho_are_per_point_once_and_not_divided_again() -> None:
    """The original's were a hundred times too small."""
    of = options(100, 100, 1.0, True, 0.05)
    base = european(of, 0.20)
    one_point_more = european_price(of, 0.21)[0] - base.price[0]
    assert base.vega[0] == pytest.approx(one_point_more, rel=0.02)
    rate_point = european_price(options(100, 100, 1.0, True, 0.06), 0.20)[0] - base.price[0]
    assert base.rho[0] == pytest.approx(rate_point, rel=0.02)


def test_equal_to_vollib() -> None:
    of, volatility = book(1)
    value = european(of, volatility)
    for i in range(len(volatility)):
        flag = "c" if of.call[i] else "p"
        at = (flag, *(float(x[i]) for x in (of.spot, of.strike, of.years, of.rate, volatility, of.dividend)))
        expected = [
            black_scholes_merton(*at), vollib.delta(*at), vollib.gamma(*at), vollib.vega(*at), vollib.theta(*at),
            vollib.rho(*at),
        ]  # fmt: skip
        assert [getattr(value, name)[i] for name in GREEKS] == pytest.approx(expected, rel=1e-8, abs=1e-10)


def test_equal_to_quantlib() -> None:
    today = ql.Date(1, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    of, volatility = book(2, 40)
    days = np.maximum(1, np.round(of.years * 365)).astype(int)
    of = options(of.spot, of.strike, days / 365, of.call, of.rate, of.dividend)
    value = european(of, volatility)
    count = ql.Actual365Fixed()
    for i in range(40):
        curves = [
            ql.YieldTermStructureHandle(ql.FlatForward(today, float(x[i]), count)) for x in (of.dividend, of.rate)
        ]
        surface = ql.BlackVolTermStructureHandle(
            ql.BlackConstantVol(today, ql.NullCalendar(), float(volatility[i]), count)
        )
        spot = ql.QuoteHandle(ql.SimpleQuote(float(of.spot[i])))
        payoff = ql.PlainVanillaPayoff(ql.Option.Call if of.call[i] else ql.Option.Put, float(of.strike[i]))
        oracle = ql.VanillaOption(payoff, ql.EuropeanExercise(today + int(days[i])))
        oracle.setPricingEngine(ql.AnalyticEuropeanEngine(ql.BlackScholesMertonProcess(spot, *curves, surface)))
        expected = [oracle.NPV(), oracle.delta(), oracle.gamma(), oracle.vega(), oracle.theta(), oracle.rho()]
        found = [value.price, value.delta, value.gamma, value.vega_per_unit, value.theta * 365, value.rho * 100]
        assert [number[i] for number in found] == pytest.approx(expected, rel=1e-8, abs=1e-10)


@settings(deadline=None, max_examples=60)
@given(
    st.floats(1, 500), st.floats(0.3, 3), st.floats(0.003, 5), st.floats(0.03, 2), st.floats(-0.02, 0.15),
    st.floats(0, 0.1),
)  # fmt: skip
def test_put_call_parity(
    spot: float, moneyness: float, years: float, volatility: float, rate: float, dividend: float
) -> None:
    pair = options(spot, spot * moneyness, years, [True, False], rate, dividend)
    call, put = european(pair, volatility).price
    forward = spot * math.exp(-dividend * years) - spot * moneyness * math.exp(-rate * years)
    assert call - put == pytest.approx(forward, abs=1e-10 * spot)
    value = european(pair, volatility)
    assert value.delta[0] - value.delta[1] == pytest.approx(math.exp(-dividend * years))
    assert value.gamma[0] == value.gamma[1]
    assert value.vega[0] == value.vega[1]


def test_every_greek_is_the_slope_of_the_price() -> None:
    of, sigma = book(3)
    value = european(of, sigma)

    def slope(up: Floats, down: Floats, step: Any) -> Floats:
        return (up - down) / (2 * step)

    h = of.spot * 1e-4
    moved = [european(of.at(of.spot + side * h), sigma) for side in (1, -1)]
    close = {"rtol": 2e-5, "atol": 1e-7}
    np.testing.assert_allclose(value.delta, slope(moved[0].price, moved[1].price, h), **close)
    np.testing.assert_allclose(value.gamma, slope(moved[0].delta, moved[1].delta, h), **close)
    up, down = (european_price(of, sigma + side * 1e-4) for side in (1, -1))
    np.testing.assert_allclose(value.vega_per_unit, slope(up, down, 1e-4), rtol=1e-4, atol=1e-4)

    def bumped(name: str, step: float) -> Floats:
        values = {key: getattr(of, key) for key in ("spot", "strike", "years", "call", "rate", "dividend")}
        return european_price(options(**{**values, name: values[name] + step}), sigma)

    np.testing.assert_allclose(
        value.rho * 100, slope(bumped("rate", 1e-5), bumped("rate", -1e-5), 1e-5), rtol=1e-5, atol=1e-5
    )
    passing = -slope(bumped("years", 1e-6), bumped("years", -1e-6), 1e-6)
    np.testing.assert_allclose(value.theta * 365, passing, rtol=1e-4, atol=1e-4)


# Edges


@pytest.mark.parametrize("years", [0.0, -0.5])
def test_an_expired_option_is_its_intrinsic_value(years: float) -> None:
    of = options(100, [90, 110, 100, 90, 110, 100], years, [True] * 3 + [False] * 3, 0.05, 0.02)
    value = european(of, 0.3)
    assert value.price.tolist() == of.intrinsic().tolist() == [10, 0, 0, 0, 10, 0]
    assert value.delta.tolist() == [1, 0, 0, 0, -1, 0]
    for name in ("gamma", "vega", "theta", "rho"):
        assert getattr(value, name).tolist() == [0.0] * 6
    assert of.alive.tolist() == [False] * 6


def test_without_volatility_the_future_is_certain() -> None:
    of = options(100, [90, 110, 90, 110], 1.0, [True, True, False, False], 0.05, 0.01)
    value = european(of, 0.0)
    forward = 100 * math.exp(-0.01) - np.array([90, 110]) * math.exp(-0.05)
    assert value.price.tolist() == pytest.approx([forward[0], 0, 0, -forward[1]])
    assert value.delta.tolist() == pytest.approx([math.exp(-0.01), 0, 0, -math.exp(-0.01)])
    assert value.gamma.tolist() == value.vega.tolist() == [0.0] * 4
    nearly = european(of, 1e-6)
    for name in GREEKS:
        np.testing.assert_allclose(getattr(value, name), getattr(nearly, name), atol=1e-9)


def test_the_last_minutes_approach_the_intrinsic_value() -> None:
    of = options(100, [95, 105], 1e-7, True, 0.05)
    assert european(of, 0.3).price.tolist() == pytest.approx([5, 0], abs=1e-6)


def test_far_from_the_strike() -> None:
    of = options(100, [1e-3, 1e5], 0.5, True, 0.03)
    value = european(of, 0.2)
    assert value.price.tolist() == pytest.approx([100 - 1e-3 * math.exp(-0.015), 0.0])
    assert value.delta.tolist() == [1.0, 0.0]
    assert all(np.isfinite(getattr(value, name)).all() for name in GREEKS)


@pytest.mark.parametrize("unknown", ["spot", "strike", "years", "rate", "dividend", "volatility"])
@pytest.mark.parametrize("volatility", [0.2, 0.0])
def test_what_is_unknown_stays_unknown_and_does_not_spread(unknown: str, volatility: float) -> None:
    """The original filled a missing volatility with 25 %."""
    inputs = {"spot": 100.0, "strike": 90.0, "years": 0.5, "rate": 0.05, "dividend": 0.01, "volatility": volatility}
    columns = {name: np.array([number, np.nan if name == unknown else number]) for name, number in inputs.items()}
    sigma = columns.pop("volatility")
    of = options(call=True, **columns)
    value = european(of, sigma)
    for name in GREEKS:
        assert np.isnan(getattr(value, name)).tolist() == [False, True], name
    assert np.isnan(european_price(of, sigma)).tolist() == [False, True]


def test_impossible_inputs_are_refused() -> None:
    for spot, strike in ((0.0, 100.0), (-1.0, 100.0), (100.0, 0.0), (math.inf, 100.0)):
        with pytest.raises(ValueError, match="^a (spot|strike) is positive and finite; unknown is NaN$"):
            options(spot, strike, 1.0, True)
    of = options(100, 100, 1.0, True)
    with pytest.raises(ValueError, match="^a spot is positive and finite; unknown is NaN$"):
        of.at(0.0)
    for sigma in (-0.1, math.inf):
        with pytest.raises(ValueError, match="^a volatility is finite and not negative; unknown is NaN$"):
            european(of, sigma)


# Positions


def test_position_greeks_are_of_a_hundred_shares_a_contract_and_signed() -> None:
    of = options([150.0, 150.0], 150, 30 / 365, [True, False], 0.05)
    value = european(of, 0.25)
    found = position_greeks(value, of.spot, [2, -3])
    assert found.market_value.tolist() == pytest.approx([200 * value.price[0], -300 * value.price[1]])
    assert found.exposure.tolist() == pytest.approx([200 * 0.53712 * 150, 300 * 0.46288 * 150], rel=1e-4)
    assert found.vega.tolist() == pytest.approx([200 * value.vega[0], -300 * value.vega[1]])
    assert found.theta.tolist() == pytest.approx([200 * value.theta[0], -300 * value.theta[1]])
    assert found.rho.tolist() == pytest.approx([200 * value.rho[0], -300 * value.rho[1]])
    assert found.gamma_1pct.tolist() == pytest.approx((value.gamma * [200, -300] * 150 * 150 * 0.01).tolist())
    odd = position_greeks(value, of.spot, [2, -3], [150, 10])
    assert odd.exposure.tolist() == pytest.approx((found.exposure * [1.5, 0.1]).tolist())
    assert odd.market_value.tolist() == pytest.approx((found.market_value * [1.5, 0.1]).tolist())
    higher = position_greeks(european(of.at(of.spot * 1.01), 0.25), of.spot, [2, -3]).exposure
    assert found.gamma_1pct.tolist() == pytest.approx((higher - found.exposure).tolist(), rel=0.05)


def test_delta_adjusted_exposure_is_not_the_premium_times_delta() -> None:
    """The original multiplied what the option costs by its delta."""
    assert delta_adjusted_exposure(0.5, 10, 200.0)[()] == 0.5 * 100 * 10 * 200
    assert delta_adjusted_exposure([0.5, -0.4], [-1, 2], [100.0, 50.0]).tolist() == [-5000.0, -4000.0]
    assert delta_adjusted_exposure(0.5, 1, 100.0, contract_size=150)[()] == 7500.0
    assert np.isnan(delta_adjusted_exposure(np.nan, 1, 100.0))
