"""Betas against statsmodels on random data with gaps, the rules for too little data, and the original's mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.returns import Returns, portfolio_returns, simple_returns
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]


def as_returns(values: Floats, cash: Any = None) -> Returns:
    known = np.isfinite(values)
    is_cash = np.zeros(values.shape[1], dtype=bool) if cash is None else np.asarray(cash)
    return Returns(np.where(known, values, 0.0), known | is_cash, is_cash)


def world(seed: int, sessions: int = 120, symbols: int = 5, gaps: float = 0.2) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    market = rng.standard_t(4, sessions) * 0.01 + rng.normal(0, 0.002)
    values = np.outer(market, rng.normal(1, 1, symbols)) + rng.normal(0.0005, 0.01, (sessions, symbols))
    values[rng.random(values.shape) < gaps] = np.nan
    market[rng.random(sessions) < gaps / 4] = np.nan
    return values, market


def oracle(y: Floats, x: Floats) -> Any:
    both = np.isfinite(y) & np.isfinite(x)
    return sm.OLS(y[both], sm.add_constant(x[both])).fit()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5), st.sampled_from([90, 252]))
def test_equal_to_statsmodels_with_random_gaps(seed: int, gaps: float, window: int) -> None:
    values, market = world(seed, gaps=gaps)
    estimates = market_beta(as_returns(values), market, window)
    checked = 0
    for column in range(values.shape[1]):
        y, x = values[-window:, column], market[-window:]
        beta = estimates.figure(column)
        pairs = int((np.isfinite(y) & np.isfinite(x)).sum())
        assert beta.n_obs == pairs
        assert (beta.value is None) == (pairs < 30)
        if beta.value is None:
            continue
        fit = oracle(y, x)
        close = {"rel": 1e-8, "abs": 1e-13}
        assert [estimates.alpha[column], beta.value] == pytest.approx(list(fit.params), **close)
        assert beta.std_error == pytest.approx(fit.bse[1], **close)
        assert estimates.r_squared_figure(column).value == pytest.approx(fit.rsquared, rel=1e-8, abs=1e-12)
        checked += 1
    assert checked or gaps > 0


def test_a_large_mean_costs_no_digits() -> None:
    """Why the sums are taken around the means: naive sums of squares lose half the digits here."""
    rng = np.random.default_rng(5)
    market = 1000.0 + rng.normal(0, 0.01, 90)
    values = (500.0 + 1.3 * (market - 1000.0) + rng.normal(0, 0.01, 90))[:, None]
    values[::7] = np.nan
    figure = market_beta(as_returns(values), market, 90).figure(0)
    fit = oracle(values[:, 0] - 500.0, market - 1000.0)
    assert figure.value == pytest.approx(fit.params[1], rel=1e-8)
    assert figure.std_error == pytest.approx(fit.bse[1], rel=1e-8)


def test_real_prices_with_holes_punched_in(sample: SamplePrices) -> None:
    symbols = ["AAPL", "JNJ", "XOM", "RRC"]
    prices = sample.table(symbols, "2022-12-28", "2021-01-01")
    prices[np.random.default_rng(0).random(prices.shape) < 0.1] = np.nan
    returns = simple_returns(prices)
    market = sample.returns(["^GSPC"], "2022-12-28", "2021-01-01").series(0)
    estimates = market_beta(returns, market, 252)
    for column in range(len(symbols)):
        fit = oracle(returns.series(column)[-252:], market[-252:])
        assert estimates.figure(column).value == pytest.approx(fit.params[1], rel=1e-10)
        assert estimates.figure(column).std_error == pytest.approx(fit.bse[1], rel=1e-10)
        assert estimates.figure(column).n_obs == fit.nobs < 220


def test_forward_filled_prices_would_bias_the_beta_and_masked_ones_do_not(sample: SamplePrices) -> None:
    prices = sample.table(["AAPL"], "2022-12-28", "2021-12-20")
    market = sample.returns(["^GSPC"], "2022-12-28", "2021-12-20").series(0)
    whole = market_beta(simple_returns(prices), market, 252).beta[0]
    holes = np.random.default_rng(1).random(len(prices)) < 0.1
    holes[0] = False
    masked, filled = prices.copy(), prices.copy()
    masked[holes] = np.nan
    for day in np.flatnonzero(holes):
        filled[day] = filled[day - 1]
    from_masked = market_beta(simple_returns(masked), market, 252).beta[0]
    from_filled = market_beta(simple_returns(filled), market, 252).beta[0]
    assert abs(from_masked - whole) < 0.06
    assert from_filled < whole - 0.1


@pytest.mark.parametrize(("n", "available", "limited"), [(29, False, False), (30, True, True), (60, True, False)])
def test_thirty_observations_or_none_and_fewer_than_sixty_are_limited(n: int, available: bool, limited: bool) -> None:
    values, market = world(1, sessions=90, symbols=1, gaps=0.0)
    values[: 90 - n] = np.nan
    figure = market_beta(as_returns(values), market, 90).figure(0)
    assert (figure.value is not None, figure.limited, figure.n_obs) == (available, limited, n)
    assert (figure.reason is None) == available
    if not available:
        assert figure.reason == "29 daily returns, 30 are needed"


def test_twelve_days_of_history_have_a_reason_instead_of_a_number() -> None:
    values, market = world(2, symbols=1, gaps=0.0)
    values[:-12] = np.nan
    figure = market_beta(as_returns(values), market, 252).figure(0)
    assert (figure.value, figure.std_error, figure.n_obs) == (None, None, 12)
    assert figure.reason == "12 daily returns, 30 are needed"


def test_a_market_without_prices_is_named_as_the_cause() -> None:
    values, _ = world(2, gaps=0.0)
    estimates = market_beta(as_returns(values), np.full(len(values), np.nan), 90)
    assert estimates.figure(0).reason == "the market series has 0 daily returns, 30 are needed"


def test_the_market_has_beta_one_on_itself() -> None:
    _, market = world(4, gaps=0.0)
    estimates = market_beta(as_returns(market[:, None]), market, 90)
    assert estimates.figure(0).value == pytest.approx(1.0, abs=1e-12)
    assert estimates.r_squared_figure(0).value == pytest.approx(1.0, abs=1e-12)
    assert estimates.figure(0).std_error == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("factor", [12.0, -7.5])
def test_betas_are_not_clipped_at_five(factor: float) -> None:
    _, market = world(4, gaps=0.0)
    assert market_beta(as_returns(factor * market[:, None]), market, 90).beta[0] == pytest.approx(factor)


@pytest.mark.parametrize("level", [0.0, 0.01])
def test_a_price_that_does_not_move_has_no_beta(level: float) -> None:
    _, market = world(4, gaps=0.0)
    estimates = market_beta(as_returns(np.full((len(market), 1), level)), market, 90)
    assert estimates.figure(0).reason == "the price did not move, or the market did not"
    assert estimates.r_squared_figure(0).value is None


def test_neither_does_one_with_just_enough_days() -> None:
    market = np.random.default_rng(4).normal(0, 0.01, 30)
    still = as_returns(np.zeros((30, 1)))
    for returns in (still, portfolio_returns(still, [[1.0]])):
        figure = market_beta(returns, market, 90).figure(0)
        assert (figure.n_obs, figure.reason) == (30, "the price did not move, or the market did not")


def test_a_market_that_does_not_move_gives_no_beta() -> None:
    values, market = world(4, gaps=0.0)
    estimates = market_beta(as_returns(values), np.full_like(market, 0.001), 90)
    assert estimates.figure(0).value is None


def test_cash_has_beta_zero_by_definition() -> None:
    values, market = world(4, symbols=2, gaps=0.0)
    estimates = market_beta(as_returns(values, cash=[True, False]), market, 90)
    assert (estimates.figure(0).value, estimates.figure(0).std_error, estimates.alpha[0]) == (0.0, 0.0, 0.0)
    assert estimates.r_squared_figure(0).reason == "cash does not vary"
    assert estimates.figure(1).value is not None


def test_one_market_return_for_every_session() -> None:
    values, market = world(4)
    with pytest.raises(ValueError, match="^one market return for every session$"):
        market_beta(as_returns(values), market[1:], 90)


def test_the_window_is_the_latest_sessions() -> None:
    values, market = world(6, gaps=0.0)
    values[:30] = 5 * market[:30, None]
    recent = market_beta(as_returns(values[30:]), market[30:], 90)
    np.testing.assert_array_equal(market_beta(as_returns(values), market, 90).beta, recent.beta)


# The beta of a portfolio


def test_the_published_error_is_that_of_the_portfolios_own_residuals() -> None:
    """Two symbols whose residuals offset each other: the portfolio's beta is far surer than either symbol's."""
    rng = np.random.default_rng(8)
    market, noise = rng.normal(0, 0.01, 252), rng.normal(0, 0.02, 252)
    own = rng.normal(0, 0.0005, (252, 2))
    values = np.column_stack([market + noise, market - noise]) + own
    returns = as_returns(values)
    book = portfolio_returns(returns, [[0.5, 0.5]])
    published = market_beta(book, market, 252).figure(0)
    fit = oracle(values.mean(axis=1), market)
    assert published.std_error == pytest.approx(fit.bse[1], rel=1e-9)
    as_if_independent = np.sqrt(np.sum((0.5 * market_beta(returns, market, 252).std_error) ** 2))
    assert published.std_error is not None
    assert published.std_error < as_if_independent / 20


def test_the_published_error_is_honest_in_repeated_samples() -> None:
    """Over many samples the spread of the estimate equals the error it states."""
    rng = np.random.default_rng(9)
    market = rng.normal(0, 0.01, (90, 400))
    betas = np.array([0.8, 1.4, 0.3])
    common = rng.normal(0, 0.01, (90, 400))
    estimates, errors = [], []
    for draw in range(market.shape[1]):
        values = np.outer(market[:, draw], betas) + common[:, [draw]] + rng.normal(0, 0.01, (90, 3))
        book = portfolio_returns(as_returns(values), [[0.5, 0.3, 0.2]])
        result = market_beta(book, market[:, draw], 90)
        estimates.append(result.beta[0])
        errors.append(result.std_error[0])
    assert np.mean(estimates) == pytest.approx(0.88, abs=0.02)
    assert np.mean(errors) == pytest.approx(np.std(estimates, ddof=1), rel=0.1)


def test_coverage_travels_with_the_portfolio_figure() -> None:
    values, market = world(10, gaps=0.0, sessions=90)
    values[:45, 0] = np.nan
    book = portfolio_returns(as_returns(values), [[0.4, 0.6, 0.0, 0.0, 0.0], [0.6, 0.4, 0.0, 0.0, 0.0]])
    estimates = market_beta(book, market, 90)
    assert estimates.figure(0).coverage == pytest.approx(0.8)
    assert estimates.figure(0).n_obs == 90
    assert (estimates.figure(1).coverage, estimates.figure(1).n_obs) == (pytest.approx(1.0), 45)
    assert estimates.figure(1).limited


def test_a_portfolio_without_enough_covered_days_says_so() -> None:
    values, market = world(10, gaps=0.0, sessions=90)
    values[:70, 0] = np.nan
    figure = market_beta(portfolio_returns(as_returns(values), [[0.9, 0.1, 0, 0, 0]]), market, 90).figure(0)
    assert figure.reason == "20 days on which half of the portfolio has a return, 30 are needed"


def test_a_cash_portfolio_has_beta_zero() -> None:
    values, market = world(10, gaps=0.0)
    figure = market_beta(portfolio_returns(as_returns(values), np.zeros((1, 5))), market, 90).figure(0)
    assert (figure.value, figure.std_error, figure.coverage) == (0.0, 0.0, 1.0)
