"""Joint factor exposures against statsmodels and scikit-learn on real prices, portfolios, the original's mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from sigmasight_ui.analytics.exposures import (
    RIDGE,
    FactorEstimates,
    covered_weights,
    factor_exposures,
    spread_betas,
)
from sigmasight_ui.analytics.factors import FACTORS, Factor, FactorReturns, factor_returns, with_stand_ins
from sigmasight_ui.analytics.regression import conditioning
from sigmasight_ui.analytics.returns import Returns, portfolio_returns, simple_returns
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]
EXACT = {"rel": 1e-8, "abs": 1e-12}
FUNDS = ("SPY", "VLUE", "MTUM", "QUAL", "SIZE", "USMV", "TLT")
REFERENCE_KEYS = {
    "market": "MKT", "value": "VAL", "momentum": "MOM", "quality": "QUA",
    "size": "SIZ", "low_volatility": "LOV", "interest_rate": "RATE",
}  # fmt: skip
THREE = tuple(Factor(key, key.title(), key.upper()) for key in ("market", "value", "size"))


def as_returns(values: Floats, cash: Any = None) -> Returns:
    known = np.isfinite(values)
    is_cash = np.zeros(values.shape[1], dtype=bool) if cash is None else np.asarray(cash)
    return Returns(np.where(known, values, 0.0), known | is_cash, is_cash)


def as_factors(x: Floats, window: int = 252) -> FactorReturns:
    return FactorReturns(THREE, x, window, {})


def world(seed: int, sessions: int = 300, symbols: int = 5) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 0.01, (sessions, 3))
    x[:, 1] += 0.4 * x[:, 0]
    return x @ rng.normal(0.5, 0.7, (3, symbols)) + rng.normal(0, 0.01, (sessions, symbols)), x


def of_sample(sample: SamplePrices, last: str = "2016-07-01") -> FactorReturns:
    return factor_returns(
        sample.returns(FUNDS, last), FUNDS, with_stand_ins(FACTORS, {"VTV": "VLUE", "IWM": "SIZE", "VUG": None})
    )


@pytest.mark.parametrize("name", ["balanced", "long_short", "concentrated"])
def test_demo_portfolios_2016_07_01(name: str, sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = reference["demo_portfolios_2016-07-01"]["portfolios"][name]
    held = {symbol: weight for symbol, weight in expected["weights"].items() if symbol != "_CASH"}
    weights = np.array([list(held.values())])
    symbols, factors = sample.returns(list(held), "2016-07-01"), of_sample(sample)
    of_series = factor_exposures(portfolio_returns(symbols, weights), factors, ridge=0.0)
    of_symbols = summed(factor_exposures(symbols, factors, ridge=0.0), weights)
    assert len(of_series.keys) == 7
    for key, name_there in REFERENCE_KEYS.items():
        figure = of_series.figure(0, key)
        assert figure.value == pytest.approx(expected["factor_betas"][name_there], **EXACT)
        assert figure.std_error == pytest.approx(expected["factor_se"][name_there], **EXACT)
        assert (figure.n_obs, figure.window, figure.coverage) == (252, 252, 1.0)
        assert of_symbols[0, of_series.keys.index(key)] == pytest.approx(expected["factor_betas"][name_there], **EXACT)
    assert of_series.r_squared_figure(0).value == pytest.approx(expected["r2"], **EXACT)


def test_published_exposures_are_scikit_learns_ridge_with_the_errors_of_statsmodels(sample: SamplePrices) -> None:
    """Real prices with a tenth of them missing, each symbol on its own days."""
    symbols = ["AAPL", "XOM", "JNJ", "EEM", "RRC"]
    prices = sample.table(symbols, "2016-07-01")
    prices[np.random.default_rng(4).random(prices.shape) < 0.1] = np.nan
    returns, factors = simple_returns(prices), of_sample(sample)
    estimates = factor_exposures(returns, factors)
    x = factors.recent()
    for column in range(len(symbols)):
        y = returns.series(column)[-252:]
        days = np.isfinite(y)
        scaler = StandardScaler().fit(x[days])
        ridge = Ridge(alpha=10.0).fit(scaler.transform(x[days]), y[days])
        ols = sm.OLS(y[days], sm.add_constant(x[days])).fit()
        assert 180 < estimates.n[column] == days.sum() < 225
        for k, key in enumerate(estimates.keys):
            figure = estimates.figure(column, key)
            assert figure.value == pytest.approx(ridge.coef_[k] / scaler.scale_[k], **EXACT)
            assert figure.std_error == pytest.approx(ols.bse[k + 1], **EXACT)
        left = y[days] - ridge.predict(scaler.transform(x[days]))
        specific = left @ left / (days.sum() - 8)
        assert estimates.specific_variance[column] == pytest.approx(specific, **EXACT)
        assert estimates.alpha[column] == pytest.approx(
            ridge.intercept_ - estimates.betas[column] @ scaler.mean_, **EXACT
        )


def test_the_ridge_shrinks_a_year_by_a_few_percent() -> None:
    assert RIDGE == 10.0
    values, x = world(1, sessions=252)
    shrunk, exact = (
        factor_exposures(as_returns(values), as_factors(x)),
        factor_exposures(as_returns(values), as_factors(x), 0.0),
    )
    length = np.linalg.norm(shrunk.betas * x.std(axis=0)) / np.linalg.norm(exact.betas * x.std(axis=0))
    assert 0.94 < length < 0.98
    np.testing.assert_array_equal(shrunk.std_error, exact.std_error)


def test_exposures_of_the_factors_themselves() -> None:
    _, x = world(2)
    estimates = factor_exposures(as_returns(x), as_factors(x), ridge=0.0)
    np.testing.assert_allclose(estimates.betas, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(estimates.r_squared, 1.0)


@pytest.mark.parametrize(("n", "available"), [(59, False), (60, True)])
def test_sixty_observations_or_none(n: int, available: bool) -> None:
    values, x = world(3, symbols=1)
    values[: len(values) - n] = np.nan
    estimates = factor_exposures(as_returns(values), as_factors(x))
    figure = estimates.figure(0, "market")
    assert ((figure.value is not None), figure.n_obs) == (available, n)
    if not available:
        assert figure.reason == "59 daily returns, 60 are needed"
        assert estimates.r_squared_figure(0).reason == figure.reason
        assert np.isnan(estimates.specific_variance[0]) and np.isnan(estimates.alpha[0])


def test_exposures_are_not_clipped() -> None:
    """The original cut betas at five."""
    _, x = world(4)
    estimates = factor_exposures(as_returns(x[:, [0]] * -12.0), as_factors(x), ridge=0.0)
    assert estimates.figure(0, "market").value == pytest.approx(-12.0)


def test_a_factor_that_is_missing_is_unavailable_and_not_zero() -> None:
    values, x = world(5)
    factors = FactorReturns(THREE[:2], x[:, :2], 252, {"size": "no prices of IWM"})
    estimates = factor_exposures(as_returns(values), factors)
    figure = estimates.figure(0, "size")
    assert (figure.value, figure.reason) == (None, "no prices of IWM")
    assert estimates.figure(0, "value").value is not None


def test_no_factor_at_all() -> None:
    values, x = world(5)
    estimates = factor_exposures(
        as_returns(values, [True, *[False] * 4]), FactorReturns((), x[:, :0], 252, {"market": "no prices of SPY"})
    )
    assert estimates.betas.shape == estimates.std_error.shape == (5, 0)
    assert (estimates.keys, estimates.n_factors) == ((), 0)
    assert np.isnan(estimates.specific_variance).all()
    assert estimates.figure(1, "market").reason == "no prices of SPY"
    assert estimates.r_squared_figure(1).reason == "no factor can be measured"
    assert covered_weights(estimates, np.full((1, 5), 0.2)).coverage[0] == 0.0


def test_cash_has_no_exposure_by_definition() -> None:
    values, x = world(6)
    estimates = factor_exposures(as_returns(values, [True, *[False] * 4]), as_factors(x))
    figure = estimates.figure(0, "market")
    assert (figure.value, figure.std_error) == (0.0, 0.0)
    assert estimates.specific_variance[0] == 0.0
    assert estimates.r_squared_figure(0).reason == "cash does not vary"


def test_a_price_that_does_not_move() -> None:
    values, x = world(6)
    values[:, 0] = 0.0
    assert factor_exposures(as_returns(values), as_factors(x)).figure(0, "market").reason == (
        "the price did not move, or the factors moved as one"
    )


def test_factors_and_returns_cover_the_same_sessions() -> None:
    values, x = world(6)
    with pytest.raises(ValueError, match="^factors and returns cover the same sessions$"):
        factor_exposures(as_returns(values), as_factors(x[1:]))


def test_how_well_the_factors_can_be_told_apart() -> None:
    values, x = world(6)
    factors = as_factors(x)
    report, estimates = conditioning(factors.recent()), factor_exposures(as_returns(values), factors)
    assert report.condition_number == pytest.approx(np.linalg.cond(np.corrcoef(x[-252:].T)))
    assert (report.n, estimates.n_factors, estimates.window) == (252, 252, 252)


def test_a_portfolio_series_names_its_own_reason_and_coverage() -> None:
    values, x = world(7, symbols=2)
    values[:-50, 0] = np.nan
    book = portfolio_returns(as_returns(values), [[0.9, 0.1], [0.2, 0.8]])
    estimates = factor_exposures(book, as_factors(x))
    assert estimates.figure(0, "market").reason == "50 days on which half of the portfolio has a return, 60 are needed"
    covered = estimates.figure(1, "market")
    assert (covered.n_obs, covered.coverage) == (252, pytest.approx((50 + 202 * 0.8) / 252))


# Portfolios as sums


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_without_gaps_the_sum_equals_the_regression_of_the_series(seed: int) -> None:
    values, x = world(seed)
    weights = np.random.default_rng(seed).normal(0, 0.5, (4, 5))
    returns, factors = as_returns(values), as_factors(x)
    estimates = factor_exposures(returns, factors)
    series = factor_exposures(portfolio_returns(returns, weights), factors)
    np.testing.assert_allclose(summed(estimates, weights), series.betas, atol=1e-12)
    np.testing.assert_array_equal(summed(estimates, weights), summed(estimates, csr_array(weights)))


def summed(estimates: FactorEstimates, weights: Any) -> Any:
    """(P, K) exposures of portfolios as sums over their symbols."""
    return covered_weights(estimates, weights).scaled @ np.nan_to_num(estimates.betas)


def estimates_of(betas: list[float], cash: list[bool] | None = None) -> FactorEstimates:
    beta = np.array(betas)[:, None]
    n = np.arange(252.0, 252.0 - len(betas), -1.0)
    is_cash = np.zeros(len(betas), dtype=bool) if cash is None else np.array(cash)
    specific = beta[:, 0] * 0.0
    nothing = np.full(len(betas), np.nan)
    return FactorEstimates(THREE[:1], beta, beta, nothing, nothing, specific, n, 252, 252, is_cash, None, {}, "test")


def test_a_symbol_without_estimates_is_not_counted_as_zero() -> None:
    """The original's exposures fell overnight when symbols lost their estimates."""
    estimates, weights = estimates_of([0.9, 0.9, np.nan]), [[0.25, 0.25, 0.5], [0.25, 0.2, 0.55], [0.5, 0.5, 0]]
    assert summed(estimates, weights)[:, 0].tolist() == pytest.approx([0.9, 0.9, 0.9])
    assert covered_weights(estimates, weights).coverage.tolist() == pytest.approx([0.5, 0.45, 1.0])


def test_shorts_lower_the_sum_and_cash_leaves_it_alone() -> None:
    estimates, weights = estimates_of([1.2, 0.8, 0.0], [False, False, True]), [[0.5, -0.25, 0.75]]
    assert summed(estimates, weights)[0, 0] == pytest.approx(0.6 - 0.2)
    assert covered_weights(estimates, weights).coverage.tolist() == [1.0]


def test_scaled_weights_stand_for_the_whole_book() -> None:
    held = covered_weights(estimates_of([1.0, 1.0, np.nan]), [[0.3, -0.3, 0.4], [0.0, 0.0, 0.7]])
    np.testing.assert_allclose(held.scaled.toarray(), [[0.5, -0.5, 0.0], [0.0, 0.0, 0.0]])
    assert held.coverage.tolist() == pytest.approx([0.6, 0.0])
    assert held.missing.tolist() == [False, False, True, True]
    assert covered_weights(estimates_of([1.0, np.nan]), [[1.0, 1.0]]).missing.tolist() == [False, True]


@pytest.mark.parametrize("weights", [[[1.0]], [[np.nan, 0.5]]])
def test_weights_are_finite_and_complete(weights: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="^one finite weight for every symbol$"):
        covered_weights(estimates_of([1.0, 1.0]), weights)


# Diagnostics


def test_spread_betas_are_single_regressions_of_half_a_year() -> None:
    values, _ = world(8)
    rng = np.random.default_rng(8)
    symbols = ("SPY", "VTV", "VUG", "MTUM", "QUAL", "IWM")
    funds = rng.normal(0, 0.01, (300, 6))
    found = spread_betas(as_returns(values), as_returns(funds), symbols)
    assert list(found) == ["growth_value_spread", "momentum_spread", "size_spread", "quality_spread"]
    by_hand = {
        "growth_value_spread": funds[:, 2] - funds[:, 1],
        "momentum_spread": funds[:, 3] - funds[:, 0],
        "size_spread": funds[:, 5] - funds[:, 0],
        "quality_spread": funds[:, 4] - funds[:, 0],
    }
    for key, series in by_hand.items():
        oracle = sm.OLS(values[-180:, 1], sm.add_constant(series[-180:])).fit()
        figure = found[key].figure(1, key)
        assert (figure.value, figure.std_error) == (pytest.approx(oracle.params[1]), pytest.approx(oracle.bse[1]))
        assert (figure.n_obs, figure.window) == (180, 180)
        assert found[key].r_squared_figure(1).value == pytest.approx(oracle.rsquared)
        assert "alone" in figure.method


def test_a_spread_without_its_fund_is_unavailable() -> None:
    values, _ = world(8)
    funds = np.random.default_rng(8).normal(0, 0.01, (300, 2))
    found = spread_betas(as_returns(values), as_returns(funds), ("SPY", "MTUM"))
    assert found["size_spread"].figure(0, "size_spread").reason == "no prices of IWM"
    assert found["momentum_spread"].figure(0, "momentum_spread").value is not None


def test_single_betas_added_up_count_the_same_movement_several_times(sample: SamplePrices) -> None:
    """The original added betas of separate regressions: a market crash then reads two to three times too large."""
    funds = ("SPY", "VLUE", "MTUM", "QUAL", "SIZE", "USMV")
    returns = sample.returns(funds, "2016-07-01")
    x = np.where(returns.mask, returns.values, np.nan)
    apple = sample.returns(["AAPL"], "2016-07-01")
    single = [
        factor_exposures(apple, FactorReturns((Factor(f, f, f),), x[:, [k]], 252, {}), 0.0).betas[0, 0]
        for k, f in enumerate(funds)
    ]
    joint = factor_exposures(apple, of_sample(sample))
    crash = -0.3
    assert sum(single) * crash < -1.4
    assert joint.betas[0, 0] * crash > -0.45
