"""The tree and the quadratic approximation once more, one option and one node at a time, as the papers print them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from sigmasight_ui.analytics.american import american, american_price, quick_american_price
from sigmasight_ui.analytics.options import european, options

CASES = [
    # spot, strike, years, call, rate, dividend, volatility
    (100.0, 105.0, 0.5, False, 0.05, 0.01, 0.30),
    (100.0, 90.0, 1.2, False, 0.03, 0.00, 0.55),
    (100.0, 98.0, 0.8, True, 0.02, 0.06, 0.25),
    (40.0, 45.0, 0.1, False, 0.0488, 0.02, 0.40),
    (100.0, 100.0, 2.0, True, -0.03, -0.01, 0.20),
]
Case = tuple[float, float, float, bool, float, float, float]


def peizer_pratt(z: float, n: int) -> float:
    """Second inversion of the normal probability; Leisen & Reimer (1996), appendix."""
    inner = math.exp(-((z / (n + 1 / 3 + 0.1 / (n + 1))) ** 2) * (n + 1 / 6))
    return 0.5 + math.copysign(0.5 * math.sqrt(1 - inner), z)


def moves(case: Case, n: int) -> tuple[float, float, float, float]:
    """Factor up, factor down, probability of up, discount of a step."""
    spot, strike, years, _, rate, dividend, sigma = case
    d1 = (math.log(spot / strike) + (rate - dividend + sigma**2 / 2) * years) / (sigma * math.sqrt(years))
    p_stock, p = peizer_pratt(d1, n), peizer_pratt(d1 - sigma * math.sqrt(years), n)
    growth = math.exp((rate - dividend) * years / n)
    return growth * p_stock / p, growth * (1 - p_stock) / (1 - p), p, math.exp(-rate * years / n)


def premium(case: Case, n: int, nodes_above: int = 0) -> float:
    """American less European value of one tree whose first spot lies so many nodes above today's."""
    up, down, p, discount = moves(case, n)
    spot, sign = case[0] * (up / down) ** nodes_above, 1 if case[3] else -1

    def payoff(ups: int, step: int) -> float:
        return max(sign * (spot * up**ups * down ** (step - ups) - case[1]), 0.0)

    kept = waited = [payoff(ups, n) for ups in range(n + 1)]
    for step in range(n - 1, -1, -1):
        kept = [max(discount * (p * kept[k + 1] + (1 - p) * kept[k]), payoff(k, step)) for k in range(step + 1)]
        waited = [discount * (p * waited[k + 1] + (1 - p) * waited[k]) for k in range(step + 1)]
    return kept[0] - waited[0]


@pytest.mark.parametrize("case", CASES)
def test_price_delta_gamma_and_theta_of_the_tree(case: Case) -> None:
    spot, strike, years, call, rate, dividend, sigma = case
    of = options(spot, strike, years, call, rate, dividend)
    plain, value = european(of, sigma), american(of, sigma)
    to_endless = (premium(case, 101) - premium(case, 51)) * 51 / (101 - 51)
    below, here, above = (premium(case, 101, node) + to_endless for node in (-1, 0, 1))
    up, down, _, _ = moves(case, 101)
    rise, fall = spot * (up / down - 1), spot * (1 - down / up)
    assert value.price[0] == pytest.approx(plain.price[0] + here, rel=1e-10)
    assert american_price(of, sigma)[0] == value.price[0]
    # the parabola through three points: its slope and curvature at the middle one
    slope_above, slope_below = (above - here) / rise, (here - below) / fall
    delta = plain.delta[0] + (slope_above * fall + slope_below * rise) / (rise + fall)
    gamma = plain.gamma[0] + 2 * (slope_above - slope_below) / (rise + fall)
    assert value.delta[0] == pytest.approx(delta, rel=1e-8)
    assert value.gamma[0] == pytest.approx(gamma, rel=1e-7)
    # Black-Scholes: theta + (r - q) S delta + sigma² S² gamma / 2 = r V
    theta = rate * value.price[0] - (rate - dividend) * spot * delta - sigma**2 * spot**2 * gamma / 2
    assert value.theta[0] * 365 == pytest.approx(theta, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("case", CASES)
def test_vega_and_rho_of_the_tree(case: Case) -> None:
    spot, strike, years, call, rate, dividend, sigma = case
    of = options(spot, strike, years, call, rate, dividend)
    plain, value = european(of, sigma), american(of, sigma)
    calm, wild = ((*case[:6], sigma + side * 0.005) for side in (-1, 1))
    of_volatility = (premium(wild, 101) - premium(calm, 101)) / 0.01
    assert value.vega_per_unit[0] == pytest.approx(plain.vega_per_unit[0] + of_volatility, rel=1e-8)
    cheap, dear = ((*case[:4], rate + side * 0.005, *case[5:]) for side in (-1, 1))
    of_rate = (premium(dear, 101) - premium(cheap, 101)) / 0.01
    assert value.rho[0] * 100 == pytest.approx(plain.rho[0] * 100 + of_rate, rel=1e-8)


def test_a_small_volatility_is_bumped_by_half_of_itself() -> None:
    case = (100.0, 100.5, 0.25, False, 0.02, 0.02, 0.008)
    of = options(*case[:6])
    calm, wild = ((*case[:6], 0.008 + side * 0.004) for side in (-1, 1))
    of_volatility = (premium(wild, 101) - premium(calm, 101)) / 0.008
    value = american(of, 0.008)
    assert -1.0 < value.delta[0] < 0.0
    plain = european(of, 0.008).vega_per_unit[0]
    assert value.vega_per_unit[0] == pytest.approx(plain + of_volatility, rel=1e-6)


@pytest.mark.parametrize("case", CASES[:4])
@pytest.mark.parametrize("moved", [0.85, 1.0, 1.1])
def test_the_quadratic_approximation(case: Case, moved: float) -> None:
    """Barone-Adesi & Whaley (1987), equations 20 to 25."""
    spot, strike, years, call, rate, dividend, sigma = (case[0] * moved, *case[1:])
    sign = 1 if call else -1

    def d1(at: float) -> float:
        return (math.log(at / strike) + (rate - dividend + sigma**2 / 2) * years) / (sigma * math.sqrt(years))

    def without(at: float) -> float:
        return float(european(options(at, strike, years, call, rate, dividend), sigma).price[0])

    m, n, k = 2 * rate / sigma**2, 2 * (rate - dividend) / sigma**2, 1 - math.exp(-rate * years)
    q = (-(n - 1) + sign * math.sqrt((n - 1) ** 2 + 4 * m / k)) / 2

    def factor(at: float) -> float:
        return sign * (1 - math.exp(-dividend * years) * norm.cdf(sign * d1(at))) * at / q

    def gap(at: float) -> float:
        return sign * (at - strike) - without(at) - factor(at)

    critical = brentq(gap, strike, strike * 20, xtol=1e-12) if call else brentq(gap, strike / 20, strike, xtol=1e-12)
    exercised = sign * (spot - critical) >= 0
    wanted = sign * (spot - strike) if exercised else without(spot) + factor(critical) * (spot / critical) ** q
    found = quick_american_price(options(spot, strike, years, call, rate, dividend), sigma)[0]
    assert found == pytest.approx(max(wanted, without(spot), sign * (spot - strike)), rel=1e-9)


def test_without_interest_the_approximation_is_its_limit() -> None:
    """Its equations divide by the rate; nothing jumps where the rate passes through zero."""
    rates = np.array([-1e-7, -1e-10, 0.0, 1e-10, 1e-7])
    for call, dividend in ((True, 0.05), (False, -0.05)):
        prices = quick_american_price(options(100.0, 100.0, 1.0, call, rates, dividend), 0.3)
        assert np.ptp(prices) < 1e-4
        assert (prices > european(options(100.0, 100.0, 1.0, call, rates, dividend), 0.3).price + 0.01).all()
