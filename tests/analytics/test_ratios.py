"""Sharpe, Sortino and Calmar against empyrical and published values, and the rules for too little."""

from __future__ import annotations

from typing import Any

import empyrical
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sigmasight_ui.analytics.ratios import calmar_ratio, sharpe_ratio, sortino_ratio
from sigmasight_ui.analytics.returns import Returns, portfolio_returns
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]
EXACT = {"rel": 1e-8, "abs": 1e-12}


def as_returns(values: Floats, cash: bool = False) -> Returns:
    known = np.isfinite(values)
    return Returns(np.where(known, values, 0.0), known | cash, np.full(values.shape[1], cash))


def noise(seed: int, sessions: int = 300, columns: int = 1) -> Floats:
    return np.random.default_rng(seed).normal(0.0005, 0.01, (sessions, columns))


def test_empyrical_mixed(reference: dict[str, Any]) -> None:
    """Eight returns are too few to publish, so they are repeated, which the sample deviation alone notices. empyrical
    counts the unknown first day as one that passed."""
    expected = reference["empyrical_mixed"]
    eight = np.array(expected["returns"][1:], dtype=float)
    often = as_returns(np.tile(eight, 32)[:, None])
    n = often.values.size
    sharpe = sharpe_ratio(often, window=n).figure(0).value
    assert sharpe is not None
    assert sharpe * np.sqrt(n / (n - 1)) == pytest.approx(expected["sharpe_daily_rf0"] * np.sqrt(8 / 7), **EXACT)
    assert sortino_ratio(often, window=n).figure(0).value == pytest.approx(expected["sortino_daily"], **EXACT)
    calmar = calmar_ratio(often, window=n).figure(0).value
    assert calmar is not None
    assert ((1 + 0.1 * calmar) ** (8 / 9) - 1) / 0.1 == pytest.approx(expected["calmar_daily"], **EXACT)


def test_equal_weight_20_last504_to_2022_12_28(sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = reference["equal_weight_20_last504_to_2022-12-28"]
    stocks = sorted(reference["beta252_to_2022-12-28"]["results"])
    book = portfolio_returns(sample.returns(stocks, "2022-12-28"), np.full((1, 20), 1 / 20))
    assert sharpe_ratio(book, window=504).figure(0).value == pytest.approx(expected["sharpe_rf0"], **EXACT)
    assert sortino_ratio(book, window=504).figure(0).value == pytest.approx(expected["sortino_rf0"], **EXACT)
    calmar = calmar_ratio(book, window=504).figure(0).value
    assert calmar == pytest.approx(expected["cagr"] / -expected["max_drawdown"], **EXACT)


@pytest.mark.parametrize("name", ["balanced", "long_short", "concentrated"])
def test_demo_portfolios_2016_07_01(name: str, sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = reference["demo_portfolios_2016-07-01"]["portfolios"][name]
    held = {s: w for s, w in expected["weights"].items() if s != "_CASH"}
    book = portfolio_returns(sample.returns(list(held), "2016-07-01"), [list(held.values())])
    figure = sharpe_ratio(book).figure(0)
    assert figure.value == pytest.approx(expected["sharpe_rf0"], **EXACT)
    assert (figure.n_obs, figure.window, figure.coverage) == (252, 252, 1.0)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5), st.sampled_from([0.0, 0.05]))
def test_equal_to_empyrical_on_the_known_days(seed: int, gaps: float, risk_free: float) -> None:
    values = noise(seed, columns=3)
    values[np.random.default_rng(seed).random(values.shape) < gaps] = np.nan
    sharpe, sortino = (ratio(as_returns(values), risk_free, 300) for ratio in (sharpe_ratio, sortino_ratio))
    for column in range(3):
        days = values[:, column][np.isfinite(values[:, column])]
        wanted = empyrical.sharpe_ratio(days, risk_free=risk_free / 252)
        assert sharpe.figure(column).value == pytest.approx(wanted, **EXACT)
        wanted = empyrical.sortino_ratio(days, required_return=risk_free / 252)
        assert sortino.figure(column).value == pytest.approx(wanted, **EXACT)
        assert sharpe.figure(column).n_obs == len(days)
    whole = noise(seed)
    assert calmar_ratio(as_returns(whole)).figure(0).value == pytest.approx(
        empyrical.calmar_ratio(whole[:, 0]), **EXACT
    )


@pytest.mark.parametrize("ratio", [sharpe_ratio, sortino_ratio])
@pytest.mark.parametrize(("n", "available"), [(59, False), (60, True)])
def test_sixty_days_or_none(ratio: Any, n: int, available: bool) -> None:
    values = noise(1)
    values[:-n] = np.nan
    figure = ratio(as_returns(values)).figure(0)
    assert (figure.value is not None, figure.n_obs) == (available, n)
    if not available:
        assert figure.reason == "59 daily returns, 60 are needed"
    book = portfolio_returns(as_returns(np.column_stack([values, values * np.nan])), [[0.5, 0.5]])
    of_book = ratio(book).figure(0)
    assert of_book.coverage == pytest.approx(0.5)
    if not available:
        assert of_book.reason == "59 days on which half of the portfolio has a return, 60 are needed"


@pytest.mark.parametrize(("n", "error"), [(20, 3.55), (252, 1.0)])
def test_the_error_of_a_yearly_sharpe_ratio(n: int, error: float) -> None:
    """About 1 with a year of days, 3.55 with a month: why a month of days has no ratio."""
    figure = sharpe_ratio(as_returns(noise(2))).figure(0)
    daily = (figure.value or 0.0) / np.sqrt(252)
    assert np.sqrt((1 + daily**2 / 2) / n) * np.sqrt(252) == pytest.approx(error, abs=0.01)
    assert figure.std_error == pytest.approx(np.sqrt((1 + daily**2 / 2) / 252) * np.sqrt(252))


def test_the_error_is_honest_in_repeated_samples() -> None:
    values = np.random.default_rng(3).normal(0.0008, 0.01, (252, 3000))
    found = sharpe_ratio(as_returns(values))
    assert found.std_error is not None
    assert np.mean(found.std_error) == pytest.approx(np.std(found.values, ddof=1), rel=0.05)


def test_without_variance_downside_or_drawdown_there_is_no_ratio() -> None:
    flat, rising = np.full((300, 1), 0.001), np.abs(noise(4)) + 1e-4
    assert sharpe_ratio(as_returns(flat)).figure(0).reason == "the price did not move"
    assert sortino_ratio(as_returns(rising)).figure(0).reason == "no day was below the risk-free rate"
    assert sortino_ratio(as_returns(rising), risk_free=0.5).figure(0).value is not None
    assert calmar_ratio(as_returns(rising)).figure(0).reason == "there was no drawdown"


def test_cash_has_no_ratio() -> None:
    for ratio in (sharpe_ratio, sortino_ratio, calmar_ratio):
        assert ratio(as_returns(np.zeros((300, 1)), cash=True)).figure(0).reason == "cash does not vary"


def test_calmar_needs_a_year_without_gaps() -> None:
    assert calmar_ratio(as_returns(noise(5, 252))).figure(0).value is not None
    assert calmar_ratio(as_returns(noise(5, 251))).figure(0).reason == "251 daily returns, 252 are needed"
    values = noise(5)
    values[200] = np.nan
    assert calmar_ratio(as_returns(values)).figure(0).reason == "days without a return break the series"


def test_calmar_covers_three_years() -> None:
    values = noise(6, 1000)
    assert calmar_ratio(as_returns(values)).figure(0).n_obs == 756
    assert calmar_ratio(as_returns(values)).values[0] == calmar_ratio(as_returns(values[-756:])).values[0]


def test_the_risk_free_rate_lowers_both() -> None:
    values = as_returns(noise(7))
    for ratio in (sharpe_ratio, sortino_ratio):
        assert ratio(values, 0.04).values[0] < ratio(values).values[0]
        assert "4.00%" in ratio(values, 0.04).method
