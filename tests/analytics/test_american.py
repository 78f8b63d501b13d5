"""American options against published tables and QuantLib, and the identities early exercise obeys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import QuantLib as ql
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sigmasight_ui.analytics.american import american, american_price, quick_american_price
from sigmasight_ui.analytics.options import Options, european, european_price, options

Floats = NDArray[np.float64]
GREEKS = ("price", "delta", "gamma", "vega", "theta", "rho")


def book(seed: int, n: int = 300) -> tuple[Options, Floats]:
    rng = np.random.default_rng(seed)
    spot = rng.uniform(50, 400, n)
    days = np.round(rng.uniform(7, 550, n))
    of = options(spot, spot * rng.uniform(0.7, 1.3, n), days / 365, rng.random(n) < 0.5, 0.045, rng.uniform(0, 0.03, n))
    return of, rng.uniform(0.12, 0.7, n)


def quantlib(of: Options, sigma: Floats, i: int) -> tuple[ql.VanillaOption, ql.BlackScholesMertonProcess]:
    today = ql.Date(1, 1, 2026)
    ql.Settings.instance().evaluationDate = today
    count = ql.Actual365Fixed()
    curves = [ql.YieldTermStructureHandle(ql.FlatForward(today, float(x[i]), count)) for x in (of.dividend, of.rate)]
    surface = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), float(sigma[i]), count))
    spot = ql.QuoteHandle(ql.SimpleQuote(float(of.spot[i])))
    payoff = ql.PlainVanillaPayoff(ql.Option.Call if of.call[i] else ql.Option.Put, float(of.strike[i]))
    contract = ql.VanillaOption(payoff, ql.AmericanExercise(today, today + round(float(of.years[i]) * 365)))
    return contract, ql.BlackScholesMertonProcess(spot, *curves, surface)


def test_haug_baw_american(reference: dict[str, Any]) -> None:
    rows = reference["haug_baw_american"]["rows_T_vol_C90_C100_C110_P90_P100_P110"]
    assert len(rows) == 6
    for years, volatility, *expected in rows:
        of = options([90, 100, 110] * 2, 100, years, [True] * 3 + [False] * 3, 0.1, 0.1)
        assert quick_american_price(of, volatility).tolist() == pytest.approx(expected, abs=3e-3)
        assert american_price(of, volatility).tolist() == pytest.approx(expected, abs=0.04)


def test_ju_american(reference: dict[str, Any]) -> None:
    """Short puts and three-year calls; the approximation is a third of a dollar off on the latter, hence the tree."""
    for kind, strike, spot, dividend, rate, years, volatility, price in reference["ju_american"]["rows"]:
        of = options(spot, strike, years, kind == "C", rate, dividend)
        assert american_price(of, volatility)[0] == pytest.approx(price, abs=0.06 if years > 1 else 0.02)
        assert quick_american_price(of, volatility)[0] == pytest.approx(price, abs=0.33 if years > 1 else 0.025)


@pytest.mark.parametrize(
    ("volatility", "years", "value"), [(0.2, 1, 4.487), (0.2, 2, 4.848), (0.4, 1, 7.109), (0.4, 2, 8.514)]
)
def test_longstaff_and_schwartz(volatility: float, years: float, value: float) -> None:
    of = options(36, 40, years, False, 0.06)
    assert american_price(of, volatility)[0] == pytest.approx(value, abs=3e-3)
    assert european_price(of, volatility)[0] < value - 0.2


def test_prices_are_quantlibs() -> None:
    of, sigma = book(1)
    found, quick = american(of, sigma).price, quick_american_price(of, sigma)
    exact, approximate = np.empty(len(sigma)), np.empty(len(sigma))
    for i in range(len(sigma)):
        contract, process = quantlib(of, sigma, i)
        contract.setPricingEngine(ql.QdFpAmericanEngine(process, ql.QdFpAmericanEngine.accurateScheme()))
        exact[i] = contract.NPV()
        contract.setPricingEngine(ql.BaroneAdesiWhaleyApproximationEngine(process))
        approximate[i] = contract.NPV()
    error = np.abs(found - exact)
    assert error.mean() < 1e-3
    assert (error / of.spot).max() < 1.5e-4
    np.testing.assert_allclose(quick, approximate, atol=2.5e-4)
    assert (np.abs(quick - exact) / of.spot).max() < 2e-3
    as_if_european = np.abs(european_price(of, sigma) - exact)
    assert as_if_european.max() > 200 * error.max()


def test_greeks_are_those_of_a_fine_grid() -> None:
    of, sigma = book(2, 40)
    value = american(of, sigma)
    for i in range(0, 40, 5):
        contract, process = quantlib(of, sigma, i)
        contract.setPricingEngine(ql.FdBlackScholesVanillaEngine(process, 800, 1600))
        assert value.delta[i] == pytest.approx(contract.delta(), abs=3e-3)
        assert value.gamma[i] * of.spot[i] == pytest.approx(contract.gamma() * of.spot[i], abs=0.06)
        assert value.theta[i] == pytest.approx(contract.theta() / 365, abs=4e-3)


def test_vega_and_rho_are_slopes_of_quantlibs_prices() -> None:
    of, sigma = book(3, 25)
    value = american(of, sigma)

    def price(options_: Options, volatility: Floats, i: int) -> float:
        contract, process = quantlib(options_, volatility, i)
        contract.setPricingEngine(ql.QdFpAmericanEngine(process, ql.QdFpAmericanEngine.accurateScheme()))
        return float(contract.NPV())

    for i in range(25):
        vega = (price(of, sigma + 0.005, i) - price(of, sigma - 0.005, i)) / 0.01
        assert value.vega_per_unit[i] == pytest.approx(vega, rel=5e-3, abs=0.1)
        up, down = (replace(of, rate=of.rate + side * 1e-3) for side in (1, -1))
        rho = (price(up, sigma, i) - price(down, sigma, i)) / 2e-3
        assert value.rho[i] * 100 == pytest.approx(rho, rel=2e-2, abs=0.5)


def test_delta_gamma_and_theta_are_slopes_of_our_prices() -> None:
    of, sigma = book(4, 200)
    value = american(of, sigma)
    h = of.spot * 0.02
    up, down = (american_price(of.at(of.spot + side * h), sigma) for side in (1, -1))
    np.testing.assert_allclose(value.delta, (up - down) / (2 * h), atol=0.02)
    day = 1 / 365
    later, sooner = (american_price(replace(of, years=of.years + side * day), sigma) for side in (1, -1))
    np.testing.assert_allclose(value.theta, (sooner - later) / 2, atol=0.01)


@settings(deadline=None, max_examples=60)
@given(
    st.floats(0.5, 2), st.floats(0.005, 4), st.floats(0.05, 1.5), st.floats(-0.02, 0.12), st.floats(-0.02, 0.12),
    st.booleans(),
)  # fmt: skip
def test_bounds_of_an_american_price(
    moneyness: float, years: float, volatility: float, rate: float, dividend: float, call: bool
) -> None:
    of = options(100, 100 * moneyness, years, call, rate, dividend)
    for price in (american_price(of, volatility)[0], quick_american_price(of, volatility)[0]):
        assert price >= of.intrinsic()[0]
        assert price >= european_price(of, volatility)[0] - 1e-9
        assert price <= (100 if call else 100 * moneyness) * max(1.0, np.exp(-min(rate, dividend, 0) * years)) + 1e-9
    value = american(of, volatility)
    assert value.price[0] == american_price(of, volatility)[0]
    assert -1.05 <= value.delta[0] <= 1.05 * max(1.0, np.exp(-dividend * years))
    assert all(np.isfinite(getattr(value, name)[0]) for name in GREEKS)


def test_more_time_is_never_worth_less() -> None:
    years = np.linspace(0.05, 3, 40)
    for call in (True, False):
        prices = american_price(options(100, 105, years, call, 0.05, 0.04), 0.3)
        assert (np.diff(prices) > -2e-3).all()


def test_where_waiting_is_always_better_it_is_the_european_formula() -> None:
    of = options([100.0, 100, 100], [90, 100, 110], 0.7, True, 0.05, 0.0)
    for name in GREEKS:
        np.testing.assert_array_equal(getattr(american(of, 0.3), name), getattr(european(of, 0.3), name))
    puts = options(100, [90, 110], 0.7, False, 0.0, 0.02)
    np.testing.assert_array_equal(american_price(puts, 0.3), european_price(puts, 0.3))
    np.testing.assert_array_equal(quick_american_price(puts, 0.3), european_price(puts, 0.3))


def test_odd_rates_are_priced_by_the_tree() -> None:
    """With money that costs, even a call on an underlying that pays nothing may be exercised early."""
    of = options(150, 100, 2.0, True, -0.05, 0.0)
    assert american_price(of, 0.1)[0] > european_price(of, 0.1)[0] + 0.5
    contract, process = quantlib(replace(of, years=np.array([730 / 365])), np.array([0.1]), 0)
    contract.setPricingEngine(ql.FdBlackScholesVanillaEngine(process, 400, 800))
    assert american_price(of, 0.1)[0] == pytest.approx(contract.NPV(), abs=0.02)


def test_where_exercising_at_once_is_best() -> None:
    of = options([50.0, 200.0], [100, 100], 0.5, [False, True], [0.08, 0.01], [0.0, 0.15])
    value = american(of, 0.2)
    assert value.price.tolist() == quick_american_price(of, 0.2).tolist() == [50.0, 100.0]
    assert value.delta.tolist() == [-1.0, 1.0]
    for name in ("gamma", "vega", "theta", "rho"):
        assert getattr(value, name).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("years", [0.0, -1.0])
def test_an_expired_option_is_its_intrinsic_value(years: float) -> None:
    of = options(100, [90, 110, 90, 110], years, [True, True, False, False], 0.05, 0.03)
    value = american(of, 0.3)
    assert value.price.tolist() == [10, 0, 0, 10]
    assert value.delta.tolist() == [1, 0, 0, -1]
    assert quick_american_price(of, 0.3).tolist() == [10, 0, 0, 10]


def test_what_is_unknown_stays_unknown_and_does_not_spread() -> None:
    of = options([100.0, np.nan, 100.0], 110, 0.5, False, 0.05)
    value = american(of, [0.3, 0.3, np.nan])
    for name in GREEKS:
        assert np.isnan(getattr(value, name)).tolist() == [False, True, True]
    assert np.isnan(quick_american_price(of, [0.3, 0.3, np.nan])).tolist() == [False, True, True]
    with pytest.raises(ValueError, match="^a volatility is finite and not negative"):
        american(of, -0.1)


@pytest.mark.parametrize("volatility", [0.0, 1e-4, 1e-3, 0.02])
def test_hardly_any_volatility(volatility: float) -> None:
    of = options(100, [60, 99, 101, 140], 0.5, False, 0.05)
    value = american(of, volatility)
    assert value.price.tolist() == pytest.approx([0, 0, 1, 40], abs=0.12)
    assert all(np.isfinite(getattr(value, name)).all() for name in GREEKS)
    assert np.isfinite(quick_american_price(of, volatility)).all()


def test_one_option_is_priced_like_many() -> None:
    """Blocks of the tree do not influence each other."""
    of, sigma = book(5, 1300)
    together = american(of, sigma)
    for i in (0, 511, 512, 1299):
        alone = american(of.pick(np.array([i])), sigma[[i]])
        for name in GREEKS:
            assert getattr(alone, name)[0] == pytest.approx(getattr(together, name)[i], rel=1e-12, abs=1e-13)
