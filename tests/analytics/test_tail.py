"""Value at risk and expected shortfall: the stated order statistics, published values, coherence, intervals."""

from __future__ import annotations

import math
from typing import Any

import empyrical
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from sigmasight_ui.analytics.returns import Returns, portfolio_returns
from sigmasight_ui.analytics.tail import historical_tail, normal_factors, normal_losses, normal_tail
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]
EXACT = {"rel": 1e-8, "abs": 1e-12}


def as_returns(values: Floats, cash: bool = False) -> Returns:
    known = np.isfinite(values)
    return Returns(np.where(known, values, 0.0), known | cash, np.full(values.shape[1], cash))


def noise(seed: int, sessions: int = 300, columns: int = 1) -> Floats:
    return 0.01 * np.random.default_rng(seed).standard_t(5, (sessions, columns)) + 0.0003


def equal_weight(sample: SamplePrices, reference: dict[str, Any]) -> Returns:
    stocks = sorted(reference["beta252_to_2022-12-28"]["results"])
    return portfolio_returns(sample.returns(stocks, "2022-12-28"), np.full((1, 20), 1 / 20))


def test_equal_weight_20_last504_to_2022_12_28(sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = reference["equal_weight_20_last504_to_2022-12-28"]
    tail = historical_tail(equal_weight(sample, reference), 0.95)
    var, cvar = tail.var.figure(0).value, tail.cvar.figure(0).value
    assert var is not None and cvar is not None
    assert var == pytest.approx(expected["var95_lower"], **EXACT)
    assert cvar == pytest.approx(expected["cvar95_coherent"], **EXACT)
    assert (cvar * 25.2 + 0.8 * var) / 26 == pytest.approx(expected["cvar95_mean_le_var"], **EXACT)
    assert (tail.rank[0], tail.var.figure(0).n_obs) == (26, 504)
    far = historical_tail(equal_weight(sample, reference), 0.99)
    assert far.rank[0] == 6
    days = np.sort(equal_weight(sample, reference).last(504).values[:, 0])
    assert far.var.figure(0).value == pytest.approx(-days[5], **EXACT)
    assert -days[5] + (days[5] - days[6]) * 0.03 == pytest.approx(expected["var99_linear"], **EXACT)
    assert var + (days[25] - days[26]) * 0.15 == pytest.approx(expected["var95_linear"], **EXACT)


@pytest.mark.parametrize("name", ["balanced", "long_short", "concentrated"])
def test_demo_portfolios_2016_07_01(name: str, sample: SamplePrices, reference: dict[str, Any]) -> None:
    """The reference interpolates and averages one day more; both follow from ours and the next day."""
    expected = reference["demo_portfolios_2016-07-01"]["portfolios"][name]
    held = {s: w for s, w in expected["weights"].items() if s != "_CASH"}
    book = portfolio_returns(sample.returns(list(held), "2016-07-01"), [list(held.values())])
    tail = historical_tail(book, 0.95, 252)
    var, cvar = tail.var.figure(0).value, tail.cvar.figure(0).value
    assert var is not None and cvar is not None
    next_day = np.sort(book.last(252).values[:, 0])[13]
    assert var + 0.55 * (-next_day - var) == pytest.approx(expected["var95_hist_linear"], **EXACT)
    assert (cvar * 12.6 + 0.4 * var) / 13 == pytest.approx(expected["cvar95"], **EXACT)
    assert tail.rank[0] == 13


def test_hull_value_at_risk(reference: dict[str, Any]) -> None:
    """$10 m of Microsoft at 2 % a day; $10 m of it and $5 m of AT&T at 1 %, correlation 0.3; ten days by the root."""
    expected = reference["hull"]
    zero = np.zeros(1)
    alone, _ = normal_losses(zero, np.array([0.02 * 10e6]), 0.99)
    assert alone[0] * math.sqrt(10) == pytest.approx(expected["var_msft_10m_2pct_99_10d_z2.326"], rel=2e-4)
    a, b = 200_000.0, 50_000.0
    both, _ = normal_losses(zero, np.array([math.sqrt(a * a + b * b + 2 * 0.3 * a * b)]), 0.99)
    assert both[0] * math.sqrt(10) == pytest.approx(expected["var_portfolio_rho.3_99_10d_z2.33"], rel=2e-3)
    z = normal_factors(0.99)[0]
    assert alone[0] * math.sqrt(10) * 2.326 / z == pytest.approx(expected["var_msft_10m_2pct_99_10d_z2.326"], rel=1e-9)
    assert both[0] * math.sqrt(10) * 2.33 / z == pytest.approx(expected["var_portfolio_rho.3_99_10d_z2.33"], rel=1e-9)


def test_factors_of_the_normal_curve() -> None:
    for level in (0.95, 0.99):
        z, c = normal_factors(level)
        assert z == pytest.approx(stats.norm.ppf(level))
        assert c == pytest.approx(stats.norm.expect(lambda x: x, lb=z, conditional=True), rel=1e-7)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 600), st.floats(0, 0.4), st.sampled_from([0.95, 0.99]))
def test_the_stated_order_statistic_of_the_known_days(seed: int, sessions: int, gaps: float, level: float) -> None:
    values = noise(seed, sessions, 3)
    values[np.random.default_rng(seed).random(values.shape) < gaps] = np.nan
    tail = historical_tail(as_returns(values), level, 600)
    for column in range(3):
        days = np.sort(values[:, column][np.isfinite(values[:, column])])
        n, needed = len(days), {0.95: 60, 0.99: 252}[level]
        figure = tail.var.figure(column)
        assert figure.n_obs == n
        if n < needed:
            assert figure.reason == tail.cvar.figure(column).reason == f"{n} daily returns, {needed} are needed"
            continue
        share = round(1 - level, 9)
        k = math.floor(round(n * share, 9)) + 1
        assert tail.rank[column] == k
        assert figure.value == -days[k - 1]
        shortfall = -(days[: k - 1].sum() + (n * share - k + 1) * days[k - 1]) / (n * share)
        cvar = tail.cvar.figure(column)
        assert cvar.value == pytest.approx(shortfall, **EXACT)
        assert cvar.value >= figure.value
        spread = np.var(days[: k - 1], ddof=1)
        error = math.sqrt((spread + level * (cvar.value - figure.value) ** 2) / (n * share))
        assert cvar.std_error == pytest.approx(error)
        assert tail.low[column] <= figure.value <= tail.high[column]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_expected_shortfall_is_coherent(seed: int) -> None:
    """The whole never risks more than its parts together, which value at risk does not promise."""
    values = noise(seed, 252, 2)
    together = as_returns(np.column_stack([values, values.sum(axis=1)]))
    for level in (0.95, 0.99):
        first, second, both = historical_tail(together, level).cvar.values
        assert both <= first + second + 1e-15


def test_losses_are_positive_and_gains_are_not_cut_at_zero() -> None:
    rising = np.linspace(0.001, 0.02, 300)[:, None]
    for tail in (historical_tail(as_returns(rising), 0.95), historical_tail(as_returns(rising), 0.99)):
        assert (tail.var.figure(0).value or 0.0) < 0
        assert (tail.cvar.figure(0).value or 0.0) < 0
    assert (normal_tail(as_returns(rising), 0.95).var.figure(0).value or 0.0) < (
        normal_tail(as_returns(-rising), 0.95).var.figure(0).value or 0.0
    )


# Intervals


@pytest.mark.parametrize(
    ("n", "level", "ranks"), [(252, 0.99, (1, 6)), (252, 0.95, (7, 20)), (504, 0.99, (2, 10)), (60, 0.95, (1, 7))]
)
def test_the_interval_is_between_order_statistics(n: int, level: float, ranks: tuple[int, int]) -> None:
    values = noise(1, n, 40)
    tail = historical_tail(as_returns(values), level)
    days = np.sort(values, axis=0)
    assert tail.high.tolist() == (-days[ranks[0] - 1]).tolist()
    assert tail.low.tolist() == (-days[ranks[1] - 1]).tolist()
    binomial = stats.binom(n, 1 - level)
    assert tail.confidence[0] == pytest.approx(binomial.cdf(ranks[1] - 1) - binomial.cdf(ranks[0] - 1))
    assert binomial.sf(ranks[1] - 1) <= 0.05
    assert binomial.cdf(ranks[0] - 1) <= 0.05 or ranks[0] == 1
    assert binomial.sf(ranks[1] - 2) > 0.05
    assert binomial.cdf(ranks[0]) > 0.05


def test_a_year_cannot_bound_the_99_percent_loss_with_90_percent_confidence_and_says_so() -> None:
    tail = historical_tail(as_returns(noise(2, 252)), 0.99)
    assert tail.confidence[0] == pytest.approx(0.878, abs=5e-4)
    assert historical_tail(as_returns(noise(2, 504)), 0.99).confidence[0] > 0.9


@pytest.mark.parametrize("level", [0.95, 0.99])
def test_the_interval_holds_the_truth_as_often_as_it_says(level: float) -> None:
    values = np.random.default_rng(5).standard_t(5, (300, 4000))
    truth = -stats.t(5).ppf(1 - level)
    tail = historical_tail(as_returns(values), level)
    held = np.mean((tail.low <= truth) & (truth <= tail.high))
    assert held == pytest.approx(tail.confidence[0], abs=0.015)


def test_the_error_of_expected_shortfall_is_of_the_right_size() -> None:
    values = np.random.default_rng(6).normal(0, 0.01, (504, 3000))
    tail = historical_tail(as_returns(values), 0.95)
    assert tail.cvar.std_error is not None
    assert np.mean(tail.cvar.std_error) == pytest.approx(np.std(tail.cvar.values, ddof=1), rel=0.1)


# The normal curve


def test_the_normal_curve_by_hand() -> None:
    values = noise(7, 300)
    values[:20] = np.nan
    days = values[20:, 0]
    for level in (0.95, 0.99):
        tail = normal_tail(as_returns(values), level)
        curve = stats.norm(days.mean(), days.std(ddof=1))
        assert tail.var.figure(0).value == pytest.approx(-curve.ppf(1 - level), **EXACT)
        z = stats.norm.ppf(level)
        error = days.std(ddof=1) * math.sqrt((1 + z * z / 2) / 280)
        assert tail.var.figure(0).std_error == pytest.approx(error)
        assert tail.high[0] - tail.low[0] == pytest.approx(2 * stats.norm.ppf(0.95) * error)
        assert (tail.low[0] + tail.high[0]) / 2 == pytest.approx(tail.var.values[0])
        assert (tail.confidence[0], tail.rank[0]) == (0.9, 0)
        c = normal_factors(level)[1]
        assert tail.cvar.figure(0).value == pytest.approx(c * days.std(ddof=1) - days.mean(), **EXACT)
        assert tail.cvar.figure(0).std_error == pytest.approx(days.std(ddof=1) * math.sqrt((1 + c * c / 2) / 280))


def test_the_errors_of_the_normal_curve_are_honest_in_repeated_samples() -> None:
    values = np.random.default_rng(8).normal(0, 0.01, (252, 3000))
    tail = normal_tail(as_returns(values), 0.99)
    for found in (tail.var, tail.cvar):
        assert found.std_error is not None
        assert np.mean(found.std_error) == pytest.approx(np.std(found.values, ddof=1), rel=0.05)


def test_fat_tails_lose_more_than_the_curve_says() -> None:
    values = 0.01 * np.random.default_rng(9).standard_t(3, (504, 500))
    history, curve = (tail(as_returns(values), 0.99).cvar.values for tail in (historical_tail, normal_tail))
    assert np.median(history / curve) > 1.1


# Rules


@pytest.mark.parametrize("tail", [historical_tail, normal_tail])
@pytest.mark.parametrize(("level", "needed"), [(0.95, 60), (0.99, 252)])
def test_days_needed(tail: Any, level: float, needed: int) -> None:
    found = tail(as_returns(noise(1, needed)), level)
    assert found.var.figure(0).value is not None
    short = tail(as_returns(noise(1, needed - 1)), level)
    assert short.var.figure(0).reason == f"{needed - 1} daily returns, {needed} are needed"
    assert np.isnan([short.low[0], short.high[0], short.confidence[0]]).all()


@pytest.mark.parametrize("tail", [historical_tail, normal_tail])
def test_cash_stale_prices_and_portfolios(tail: Any) -> None:
    cash = tail(as_returns(np.zeros((300, 1)), cash=True), 0.99)
    assert (cash.var.figure(0).value, cash.cvar.figure(0).value, cash.low[0], cash.high[0]) == (0.0, 0.0, 0.0, 0.0)
    assert tail(as_returns(np.full((300, 1), 0.01)), 0.95).var.figure(0).reason == "the price did not move"
    values = noise(3, 300, 2)
    values[:, 1] = np.nan
    values[:100, 0] = np.nan
    book = tail(portfolio_returns(as_returns(values), [[0.8, 0.2]]), 0.99)
    figure = book.var.figure(0)
    assert figure.reason == "200 days on which half of the portfolio has a return, 252 are needed"
    assert figure.coverage == pytest.approx(0.8)
    assert book.level == 0.99


@pytest.mark.parametrize("tail", [historical_tail, normal_tail])
def test_other_levels_are_refused(tail: Any) -> None:
    with pytest.raises(ValueError, match=r"^the level is one of 0\.95, 0\.99$"):
        tail(as_returns(noise(1)), 0.9)


def test_the_window_is_two_years() -> None:
    values = noise(4, 700)
    assert historical_tail(as_returns(values), 0.95).var.figure(0).n_obs == 504
    assert (
        historical_tail(as_returns(values), 0.95).var.values
        == historical_tail(as_returns(values[-504:]), 0.95).var.values
    )


def test_no_days_at_all() -> None:
    for sessions in (0, 1, 5):
        figure = historical_tail(as_returns(np.full((sessions, 2), np.nan)), 0.95).var.figure(1)
        assert figure.reason == "0 daily returns, 60 are needed"


def test_empyrical_within_one_order_statistic() -> None:
    days = noise(11, 252)[:, 0]
    ranked = np.sort(days)
    ours = historical_tail(as_returns(days[:, None]), 0.95).var.values[0]
    theirs = -empyrical.value_at_risk(days)
    assert ours == -ranked[12]
    assert -ranked[13] <= theirs <= -ranked[12]


def test_ten_days_are_not_the_root_of_ten_times_one_day(sample: SamplePrices) -> None:
    """Why the product shows one day: real ten-day losses of the market differ from the scaled figure."""
    daily = sample.returns(["^GSPC"], "2022-12-28").values[:, 0]
    one = historical_tail(as_returns(daily[:, None]), 0.99, len(daily)).var.values[0]
    ten = np.array([np.prod(1 + daily[i : i + 10]) - 1 for i in range(len(daily) - 9)])
    real = -np.sort(ten)[math.floor(0.01 * len(ten))]
    assert abs(one * math.sqrt(10) - real) > 0.002
