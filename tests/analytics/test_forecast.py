"""Volatility forecasts against arch, pandas and statsmodels; trend and cone by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from arch.data import sp500
from arch.univariate import HARX
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sigmasight_ui.analytics.forecast import (
    CONE_WINDOWS,
    ConeBand,
    cone_band,
    ewma_volatility,
    har_forecast,
    rolling_volatility,
    volatility_trend,
)
from sigmasight_ui.analytics.returns import Returns, portfolio_returns, simple_returns
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]
YEAR = math.sqrt(252)
EXACT = {"rel": 1e-8, "abs": 1e-12}


def as_returns(values: Floats, cash: bool = False) -> Returns:
    known = np.isfinite(values)
    return Returns(np.where(known, values, 0.0), known | cash, np.full(values.shape[1], cash))


def noise(seed: int, sessions: int = 300, columns: int = 1) -> Floats:
    rng = np.random.default_rng(seed)
    calm_and_wild = np.exp(np.cumsum(rng.normal(0, 0.05, (sessions, columns)), axis=0))
    return rng.normal(0, 0.01, (sessions, columns)) * calm_and_wild


# HAR


def test_har_arch_sp500(reference: dict[str, Any]) -> None:
    expected = reference["har_arch_sp500"]
    returns = simple_returns(sp500.load()["Adj Close"].to_numpy()[:, None])
    forecast = har_forecast(returns)
    in_percent_squared = forecast.coefficients[0] * [1e4, 1, 1, 1]
    assert in_percent_squared.tolist() == pytest.approx(expected["params_const_d_w_m"], **EXACT)
    figure = forecast.volatility.figure(0)
    assert figure.value == pytest.approx(math.sqrt(expected["one_step_var_pct2"] * 252) / 100, **EXACT)
    assert (figure.n_obs, figure.window) == (734, 756)


def test_har_is_archs_harx_on_real_stocks(sample: SamplePrices) -> None:
    returns = sample.returns(["AAPL", "XOM"], "2022-12-28")
    forecast = har_forecast(returns, window=504).volatility
    for column in range(2):
        squares = (100 * returns.series(column)[-504:]) ** 2
        fitted = HARX(squares, lags=[1, 5, 22]).fit()
        ahead = fitted.forecast(horizon=1).mean.to_numpy()[-1, 0]
        assert forecast.figure(column).value == pytest.approx(math.sqrt(ahead * 252) / 100, **EXACT)


def complete_rows(r: Floats) -> tuple[Floats, Floats, Floats]:
    squares = r**2
    x = np.array(
        [[squares[t], squares[t - 4 : t + 1].mean(), squares[t - 21 : t + 1].mean()] for t in range(21, len(r))]
    )
    rows = np.isfinite(x[:-1]).all(axis=1) & np.isfinite(squares[22:])
    return x, squares[22:], rows


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.02))
def test_har_with_gaps_is_statsmodels_on_the_complete_rows(seed: int, gaps: float) -> None:
    values = noise(seed, columns=4)
    values[np.random.default_rng(seed).random(values.shape) < gaps] = np.nan
    forecast = har_forecast(as_returns(values), window=300).volatility
    for column in range(4):
        x, y, rows = complete_rows(values[:, column])
        figure = forecast.figure(column)
        assert figure.n_obs == rows.sum()
        if rows.sum() < 60 or not np.isfinite(x[-1]).all():
            assert figure.value is None
            continue
        oracle = sm.OLS(y[rows], sm.add_constant(x[:-1][rows])).fit()
        ahead = oracle.params @ [1, *x[-1]]
        if ahead > 0:
            assert figure.value == pytest.approx(math.sqrt(ahead * 252), rel=1e-7)
        else:
            assert figure.reason == "the forecast is not positive"


@pytest.mark.parametrize(("sessions", "available"), [(81, False), (82, True)])
def test_sixty_complete_months_are_needed(sessions: int, available: bool) -> None:
    figure = har_forecast(as_returns(noise(3, sessions=sessions))).volatility.figure(0)
    assert (figure.n_obs, figure.value is not None) == (sessions - 22, available)
    if not available:
        assert figure.reason == "59 complete months of daily returns, 60 are needed"


def test_a_gap_in_the_last_month_leaves_no_starting_point() -> None:
    values = noise(4)
    values[-22] = np.nan
    figure = har_forecast(as_returns(values)).volatility.figure(0)
    assert figure.reason == "one of the latest 22 days has no return"
    values[-22], values[-23] = 0.01, np.nan
    assert har_forecast(as_returns(values)).volatility.figure(0).value is not None


def test_a_forecast_below_zero_is_unavailable_and_not_zero() -> None:
    """Calm and wild days in turn, then the wildest: what follows must be calm, by more than there is to give."""
    rng = np.random.default_rng(0)
    squares = np.tile([1e-4, 9e-4], 100) * rng.uniform(0.8, 1.2, 200)
    squares[-1] = 40e-4
    forecast = har_forecast(as_returns(np.sqrt(squares)[:, None])).volatility
    figure = forecast.figure(0)
    assert (figure.value, figure.reason) == (None, "the forecast is not positive")
    assert np.isnan(forecast.values[0])
    squares[-1] = 9e-4
    assert har_forecast(as_returns(np.sqrt(squares)[:, None])).volatility.figure(0).value is not None


@pytest.mark.parametrize("forecast", [lambda returns: har_forecast(returns).volatility, ewma_volatility])
def test_cash_stale_prices_short_and_empty_histories(forecast: Any) -> None:
    assert forecast(as_returns(np.zeros((300, 1)), cash=True)).figure(0).value == 0.0
    assert forecast(as_returns(np.zeros((300, 1)))).figure(0).reason == "the price did not move"
    for sessions in (0, 5, 21, 22, 23):
        figure = forecast(as_returns(noise(1, sessions=sessions))).figure(0)
        assert figure.value is None and "are needed" in (figure.reason or "")


def test_har_uses_the_window_alone() -> None:
    values = noise(5, sessions=400)
    whole, recent = (har_forecast(as_returns(v), w).volatility for v, w in ((values, 300), (values[100:], 756)))
    assert whole.values[0] == pytest.approx(recent.values[0], rel=1e-9)


def test_forecasts_carry_the_coverage_of_portfolios() -> None:
    values = noise(6, columns=2)
    values[:, 1] = np.nan
    book = portfolio_returns(as_returns(values), [[0.75, 0.25]])
    for forecast in (har_forecast(book).volatility, ewma_volatility(book)):
        assert forecast.figure(0).coverage == pytest.approx(0.75)


# EWMA


def test_equal_weight_20_ewma(sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = reference["equal_weight_20_last504_to_2022-12-28"]["ewma94"]
    stocks = sorted(reference["beta252_to_2022-12-28"]["results"])
    book = portfolio_returns(sample.returns(stocks, "2022-12-28"), np.full((1, 20), 1 / 20))
    figure = ewma_volatility(book, window=504).figure(0)
    assert figure.value == pytest.approx(expected, **EXACT)
    assert (figure.n_obs, figure.window) == (504, 504)


def test_hull_ewma(reference: dict[str, Any]) -> None:
    """A volatility of 1 % a day, a return of 2 %, decay 0.9: 1.14 %."""
    days = np.append(np.full(251, 0.01), 0.02)[:, None]
    value = ewma_volatility(as_returns(days), decay=0.9).figure(0).value
    assert value == pytest.approx(reference["hull"]["ewma_lambda.9_sigma1pct_u2pct"] * YEAR, rel=1e-8)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.4))
def test_ewma_with_gaps_is_pandas(seed: int, gaps: float) -> None:
    values = noise(seed, sessions=252, columns=2)
    values[np.random.default_rng(seed).random(values.shape) < gaps] = np.nan
    found = ewma_volatility(as_returns(values))
    oracle = (pd.DataFrame(values) ** 2).ewm(alpha=0.06, ignore_na=False).mean().iloc[-1] ** 0.5 * YEAR
    for column in range(2):
        figure = found.figure(column)
        assert figure.value is None or figure.value == pytest.approx(oracle[column], rel=1e-9)


def test_sixty_days_that_carry_half_of_the_weight() -> None:
    values = noise(7)
    values[:-60] = np.nan
    assert ewma_volatility(as_returns(values)).figure(0).value is not None
    values[-60] = np.nan
    assert ewma_volatility(as_returns(values)).figure(0).reason == "59 daily returns, 60 are needed"
    stopped = noise(7)
    stopped[-11:] = np.nan
    assert ewma_volatility(as_returns(stopped)).figure(0).value is not None
    stopped[-12:] = np.nan
    assert ewma_volatility(as_returns(stopped)).figure(0).reason == "too many of the latest days have no return"


# Trend


def test_trend_directions() -> None:
    ramp = np.where(np.arange(60) % 2, 1, -1) * np.linspace(0.002, 0.03, 60)
    wobble = np.where(np.arange(60) % 2, 0.01, -0.01)
    rising, falling, steady = volatility_trend(as_returns(np.column_stack([ramp, ramp[::-1], wobble])))
    assert [t.direction for t in (rising, falling, steady)] == ["rising", "falling", "steady"]
    line = np.polyfit(np.arange(21), rolling_volatility(as_returns(ramp[-41:, None]), 21)[:, 0], 1)
    assert rising.slope.value == pytest.approx(line[0])
    assert (rising.slope.n_obs, rising.slope.window) == (21, 21)


def test_a_line_that_explains_little_is_no_trend() -> None:
    for seed in range(300):
        values = noise(seed)[-41:]
        points = rolling_volatility(as_returns(values), 21)[:, 0]
        slope, level = np.polyfit(np.arange(21), points, 1)
        explained = 1 - np.var(points - slope * np.arange(21) - level) / np.var(points)
        expected = "steady" if explained <= 0.3 or abs(slope) <= 0.001 else "rising" if slope > 0 else "falling"
        assert volatility_trend(as_returns(values))[0].direction == expected


@pytest.mark.parametrize(("sessions", "available"), [(29, False), (30, True)])
def test_ten_values_make_a_trend(sessions: int, available: bool) -> None:
    trend = volatility_trend(as_returns(noise(2, sessions=sessions)))[0]
    assert ((trend.direction is not None), trend.slope.n_obs) == (available, sessions - 20)
    if not available:
        assert trend.slope.reason == "9 values of the 21-day volatility, 10 are needed"


def test_no_trend_without_sessions() -> None:
    assert volatility_trend(as_returns(noise(2, sessions=5)))[0].direction is None


# Cone


def cone(values: Floats) -> list[ConeBand]:
    """values: (T,)."""
    returns = as_returns(values[:, None])
    return [cone_band(returns, window, rolling_volatility(returns, window)[:, 0]) for window in CONE_WINDOWS]


def test_the_cone_holds_the_present_within_its_history() -> None:
    values = noise(8, sessions=400, columns=2)
    values[3, 1] = np.nan
    bands = cone(values[:, 1])
    assert [band.window for band in bands] == [21, 63, 126, 252]
    for band in bands:
        history = pd.Series(values[:, 1]).rolling(band.window, min_periods=band.window - 1).std().dropna() * YEAR
        assert band.n == 400 - band.window + 1
        marks = [band.lowest, band.quartile_1, band.median, band.quartile_3, band.highest]
        assert marks == pytest.approx(list(history[-band.n :].quantile([0, 0.25, 0.5, 0.75, 1])))
        assert band.present.value == pytest.approx(history.iloc[-1])


def test_a_short_history_has_a_short_cone() -> None:
    bands = cone(noise(9, sessions=100)[:, 0])
    assert [band.n for band in bands] == [80, 38, 0, 0]
    assert bands[3].present.reason == "100 daily returns, 168 are needed"
    assert (bands[3].lowest, bands[3].median, bands[3].highest) == (None, None, None)
    stopped = noise(9, sessions=100)
    stopped[-10:] = np.nan
    band = cone(stopped[:, 0])[0]
    assert band.present.reason == "11 daily returns, 20 are needed"
    assert band.median is not None


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.04, 0.3]))
def test_rolling_volatility_leaves_gaps_out(seed: int, gaps: float) -> None:
    values = noise(seed, sessions=90, columns=2)
    values[np.random.default_rng(seed).random(values.shape) < gaps] = np.nan
    expected = pd.DataFrame(values).rolling(63, min_periods=42).std().to_numpy()[62:] * YEAR
    np.testing.assert_allclose(rolling_volatility(as_returns(values), 63), expected, rtol=1e-9)
