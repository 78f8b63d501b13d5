"""Implied volatility there and back, against vollib, and the prices that have none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from vollib.black_scholes_merton.implied_volatility import implied_volatility as vollib

import sigmasight_ui.analytics.implied_volatility as implied_volatility_module
from sigmasight_ui.analytics.american import american, american_price
from sigmasight_ui.analytics.implied_volatility import american_implied_volatility, implied_volatility
from sigmasight_ui.analytics.options import Options, Valuation, european, european_price, options

Floats = NDArray[np.float64]


def book(seed: int, n: int = 2000) -> tuple[Options, Floats]:
    rng = np.random.default_rng(seed)
    spot = rng.uniform(50, 400, n)
    of = options(
        spot, spot * rng.uniform(0.6, 1.5, n), rng.uniform(0.02, 2, n), rng.random(n) < 0.5, 0.045,
        rng.uniform(0, 0.03, n),
    )  # fmt: skip
    return of, rng.uniform(0.12, 1.2, n)


def test_there_and_back() -> None:
    of, sigma = book(1)
    found = implied_volatility(of, european_price(of, sigma))
    solved = np.isfinite(found.values)
    assert solved.mean() > 0.98
    vega = european(of, sigma).vega_per_unit
    assert np.nanmax(np.abs(found.values - sigma) * vega / of.spot) < 1e-11
    assert np.abs(found.values - sigma)[solved & (vega > 1)].max() < 1e-10
    assert set(np.flatnonzero(~solved)) == set(found.reasons)


@settings(deadline=None, max_examples=100)
@given(st.floats(0.3, 3), st.floats(0.003, 5), st.floats(0.02, 5), st.booleans())
def test_every_price_that_holds_information_is_solved(moneyness: float, years: float, sigma: float, call: bool) -> None:
    of = options(100, 100 * moneyness, years, call, 0.03, 0.01)
    price = european_price(of, sigma)
    found = implied_volatility(of, price)
    if np.isnan(found.values[0]):
        assert european(of, sigma).vega_per_unit[0] < 0.02 or "higher" in found.reasons[0]
    else:
        assert european_price(of, found.values)[0] == pytest.approx(price[0], rel=1e-11, abs=1e-11)


def test_equal_to_vollib() -> None:
    of, sigma = book(2, 150)
    prices = european_price(of, sigma)
    found = implied_volatility(of, prices).values
    for i in range(150):
        if european(of, sigma).vega_per_unit[i] > 0.5:
            at = (float(x[i]) for x in (prices, of.spot, of.strike, of.years, of.rate, of.dividend))
            assert found[i] == pytest.approx(vollib(*at, "c" if of.call[i] else "p"), rel=1e-9)


def test_extreme_but_solvable() -> None:
    of = options(100, [100, 300, 20, 100], [1 / 365, 0.1, 0.1, 5], [True, True, False, True])
    sigma = np.array([0.01, 1.5, 2.5, 3.0])
    assert implied_volatility(of, european_price(of, sigma)).values.tolist() == pytest.approx(sigma.tolist(), rel=1e-8)


@pytest.mark.parametrize("solve", [implied_volatility, american_implied_volatility])
def test_prices_without_a_volatility_have_a_reason(solve: Any) -> None:
    of = options([100.0, 100, 100, 100, np.nan, 100], 90, [0.5, 0.5, 0.5, 0.0, 0.5, 0.5], True, 0.02, 0.01)
    found = solve(of, [10.0, 9.0, 100.0, 12.0, 12.0, np.nan])
    assert np.isnan(found.values).all()
    assert [found.reasons[i] for i in range(6)] == [
        "the price is not above the value of exercising",
        "the price is not above the value of exercising",
        "the price is higher than any volatility explains",
        "the option has expired",
        "the price of the option or of its underlying is unknown",
        "the price of the option or of its underlying is unknown",
    ]


def test_a_price_only_an_absurd_volatility_would_explain() -> None:
    of = options(100, 100, 0.001, True)
    price = european_price(of, 25.0)
    assert implied_volatility(of, price).reasons[0] == "the price is higher than any volatility explains"
    assert implied_volatility(of, european_price(of, 19.0)).values[0] == pytest.approx(19.0)


def test_american_there_and_back() -> None:
    of, sigma = book(3, 400)
    prices = american_price(of, sigma)
    found = american_implied_volatility(of, prices)
    solved = np.isfinite(found.values)
    assert solved.mean() > 0.9
    np.testing.assert_allclose(american_price(of, np.where(solved, found.values, sigma)), prices, atol=1e-6)
    sure = solved & (american(of, sigma).vega_per_unit > 1)
    assert np.abs(found.values - sigma)[sure].max() < 1e-6
    for i, reason in found.reasons.items():
        assert reason == "the price is not above the value of exercising"
        assert prices[i] <= max(of.intrinsic()[i], european_price(of, 0.0)[i]) + 1e-8 * of.strike[i]


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_six_american_prices_find_a_volatility(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Halving the bracket would take thirty-five of them, and each is a tree."""
    calls = []

    def counted(of: Options, volatility: Floats) -> Floats:
        calls.append(len(volatility))
        return american_price(of, volatility)

    monkeypatch.setattr(implied_volatility_module, "american_price", counted)
    of, sigma = book(seed, 60)
    found = american_implied_volatility(of, american_price(of, sigma))
    assert np.isfinite(found.values).mean() > 0.95
    assert sum(calls) <= 60 * 6.3
    assert len(calls) <= 14


@pytest.mark.parametrize("seed", [6, 7, 8])
def test_five_steps_find_a_european_volatility(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start at the steepest price, logarithms below it, and no halving once a step is only a rounding."""
    steps = []

    def counted(of: Options, volatility: Floats) -> Valuation:
        steps.append(len(volatility))
        return european(of, volatility)

    monkeypatch.setattr(implied_volatility_module, "european", counted)
    of, sigma = book(seed, 400)
    assert np.isfinite(implied_volatility(of, european_price(of, sigma)).values).mean() > 0.99
    assert sum(steps) <= 5.4 * 400
    assert len(steps) <= 12


def test_between_the_lowest_volatility_and_the_highest() -> None:
    of = options(100, 100, [0.01, 0.01, 1.0], True, 0.04, 0.03)
    found = american_implied_volatility(of, [90.0, *american_price(of, [0.5, 0.5, 0.3])[1:]])
    assert dict(found.reasons) == {0: "the price is higher than any volatility explains"}
    assert found.values[1:].tolist() == pytest.approx([0.5, 0.3], abs=1e-6)
    assert np.isnan(found.values[0])
    balanced = options(100 * np.exp(-0.01), 100, 1.0, True, 0.04, 0.03)
    assert american_implied_volatility(balanced, [2e-6]).values.tolist() == [1e-4]


def test_a_call_may_cost_more_than_its_strike_and_never_more_than_its_underlying() -> None:
    deep = options(300.0, [100.0, 100.0, 900.0], 0.5, [True, True, False], 0.04, 0.03)
    found = american_implied_volatility(deep, [*american_price(deep, 0.9)[:1], 301.0, 901.0])
    assert found.values[0] == pytest.approx(0.9, abs=1e-5)
    assert dict(found.reasons) == dict.fromkeys((1, 2), "the price is higher than any volatility explains")


def test_reading_an_american_price_as_european_overstates_volatility() -> None:
    of = options(100, 110, 1.0, False, 0.06)
    price = american_price(of, 0.3)
    assert american_implied_volatility(of, price).values[0] == pytest.approx(0.3, abs=1e-6)
    assert implied_volatility(of, price).values[0] > 0.31


def test_where_early_exercise_is_worth_nothing_both_agree() -> None:
    of = options(100, [90, 100, 120], 0.5, True, 0.04)
    prices = european_price(of, 0.35)
    np.testing.assert_allclose(
        american_implied_volatility(of, prices).values, implied_volatility(of, prices).values, atol=1e-7
    )


def test_no_options() -> None:
    none = options([], [], [], [])
    assert implied_volatility(none, []).values.shape == (0,)
    assert american_implied_volatility(none, []).values.shape == (0,)


def test_the_moneyness_of_brenner_and_subrahmanyam() -> None:
    """At the money forward the volatility is close to price x sqrt(2 pi / T) / spot."""
    of = options(100, 100, 0.25, True)
    price = 4.0
    assert implied_volatility(of, price).values[0] == pytest.approx(
        price / 100 * math.sqrt(2 * math.pi / 0.25), rel=2e-3
    )
