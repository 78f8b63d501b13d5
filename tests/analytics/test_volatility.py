"""Realised volatility, the error it states, and its percentile."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sigmasight_ui.analytics.returns import Returns, portfolio_returns
from sigmasight_ui.analytics.volatility import WINDOWS, min_observations, realised_volatility, volatility_percentile

Floats = NDArray[np.float64]
YEAR = math.sqrt(252)


def as_returns(values: Floats, cash: bool = False) -> Returns:
    known = np.isfinite(values)
    return Returns(np.where(known, values, 0.0), known | cash, np.full(values.shape[1], cash))


def noise(seed: int, sessions: int = 400, columns: int = 1, scale: float = 0.01) -> Floats:
    return np.random.default_rng(seed).normal(0.0005, scale, (sessions, columns))


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.3), st.sampled_from(WINDOWS))
def test_it_is_the_sample_deviation_of_the_known_days(seed: int, gaps: float, window: int) -> None:
    values = noise(seed, columns=3)
    values[np.random.default_rng(seed).random(values.shape) < gaps] = np.nan
    estimates = realised_volatility(as_returns(values), window)
    for column in range(3):
        days = values[-window:, column]
        days = days[np.isfinite(days)]
        figure = estimates.figure(column)
        assert figure.n_obs == len(days)
        if len(days) >= min_observations(window):
            assert figure.value == pytest.approx(np.std(days, ddof=1) * YEAR, rel=1e-10)
        else:
            assert figure.reason == f"{len(days)} daily returns, {min_observations(window)} are needed"


@pytest.mark.parametrize(("window", "needed"), [(21, 20), (63, 42), (252, 168), (504, 336)])
def test_two_thirds_of_the_window_and_never_fewer_than_twenty(window: int, needed: int) -> None:
    assert min_observations(window) == needed
    values = noise(1)
    values[: len(values) - needed] = np.nan
    assert realised_volatility(as_returns(values), window).figure(0).value is not None
    values[-1] = np.nan
    assert realised_volatility(as_returns(values), window).figure(0).value is None


def test_a_window_longer_than_the_history() -> None:
    figure = realised_volatility(as_returns(noise(1, sessions=20)), 21).figure(0)
    assert (figure.n_obs, figure.window) == (20, 21)
    assert figure.value is not None


@pytest.mark.parametrize("level", [0.0, 0.01])
def test_a_price_that_never_moved_has_no_volatility(level: float) -> None:
    figure = realised_volatility(as_returns(np.full((63, 1), level)), 63).figure(0)
    assert (figure.value, figure.reason) == (None, "the price did not move")
    just_enough = realised_volatility(as_returns(np.full((42, 1), level)), 63).figure(0)
    assert (just_enough.n_obs, just_enough.reason) == (42, "the price did not move")


def test_cash_has_volatility_zero_by_definition() -> None:
    figure = realised_volatility(as_returns(np.zeros((63, 1)), cash=True), 63).figure(0)
    assert (figure.value, figure.std_error) == (0.0, 0.0)


@pytest.mark.parametrize(("degrees", "tolerance"), [(None, 0.05), (8, 0.12)])
def test_the_standard_error_is_honest_in_repeated_samples(degrees: int | None, tolerance: float) -> None:
    """Normal days and fat-tailed ones: the spread over many samples equals the error they state."""
    rng = np.random.default_rng(11)
    values = rng.normal(0, 0.01, (252, 4000)) if degrees is None else 0.01 * rng.standard_t(degrees, (252, 4000))
    estimates = realised_volatility(as_returns(values), 252)
    assert np.mean(estimates.std_error) == pytest.approx(np.std(estimates.values, ddof=1), rel=tolerance)


def test_the_standard_error_by_hand() -> None:
    """Each column on its own known days, from the formula in the documentation."""
    values = noise(13, sessions=63, columns=2)
    values[5:20, 1] = np.nan
    estimates = realised_volatility(as_returns(values), 63)
    for column in range(2):
        days = [day for day in values[:, column].tolist() if not math.isnan(day)]
        n, mean = len(days), sum(days) / len(days)
        variance = sum((day - mean) ** 2 for day in days) / (n - 1)
        fourth = sum((day - mean) ** 4 for day in days) / n
        error = math.sqrt((fourth - variance**2 * (n - 3) / (n - 1)) / n) / (2 * math.sqrt(variance))
        assert estimates.figure(column).std_error == pytest.approx(error * YEAR, rel=1e-10)


def test_the_windows_shown_are_a_month_a_quarter_and_a_year() -> None:
    assert WINDOWS == (21, 63, 252)


def test_fat_tails_make_the_error_larger_than_the_normal_formula() -> None:
    values = 0.01 * np.random.default_rng(12).standard_t(4, (252, 200))
    estimates = realised_volatility(as_returns(values), 252)
    assert np.median(estimates.std_error / (estimates.values / math.sqrt(2 * 251))) > 1.3


def test_missing_days_are_not_counted_as_zero() -> None:
    """The original took an unknown return for zero, which makes every gap look like calm."""
    values = noise(2, sessions=63)
    values[::3] = np.nan
    as_zero = np.std(np.nan_to_num(values), ddof=1) * YEAR
    figure = realised_volatility(as_returns(values), 63).figure(0)
    assert figure.value is not None
    assert figure.value > 1.15 * as_zero


def test_portfolio_volatility_knows_that_positions_offset_each_other() -> None:
    move = noise(3, sessions=252)
    book = portfolio_returns(as_returns(np.hstack([move, move])), [[0.5, -0.4], [0.5, 0.5]])
    estimates = realised_volatility(book, 252)
    alone = np.std(move, ddof=1) * YEAR
    assert estimates.values.tolist() == pytest.approx([0.1 * alone, alone])
    assert estimates.figure(0).coverage == 1.0


# Percentile


def by_hand(values: Floats) -> tuple[float, int]:
    windows = [values[i : i + 63] for i in range(len(values) - 62)][-252:]
    known = [np.std(w[np.isfinite(w)], ddof=1) if np.isfinite(w).sum() >= 42 else np.nan for w in windows]
    past, present = np.array(known[:-1]), known[-1]
    past = past[np.isfinite(past)]
    share = np.mean(past < present) + 0.5 * np.mean(past == present) if np.isfinite(present) and len(past) else np.nan
    return float(share), len(past)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.integers(189, 420), st.sampled_from([0.0, 0.1, 0.33]))
def test_percentile_equals_counting_by_hand(seed: int, sessions: int, gaps: float) -> None:
    values = noise(seed, sessions=sessions)
    values[np.random.default_rng(seed).random(values.shape) < gaps] = np.nan
    share, count = by_hand(values[:, 0])
    figure = volatility_percentile(as_returns(values))[0]
    assert (figure.n_obs, figure.window) == (count, 252)
    if np.isfinite(share) and count >= 126:
        assert figure.value == pytest.approx(share)
    else:
        assert figure.value is None


def test_the_calmest_and_the_wildest_day_of_the_year() -> None:
    ramp = (np.linspace(0.001, 0.03, 330) * np.where(np.arange(330) % 2, 1, -1))[:, None]
    rising, falling = volatility_percentile(as_returns(np.hstack([ramp, ramp[::-1]])))
    assert (rising.value, falling.value) == (1.0, 0.0)
    assert rising.n_obs == 251


@pytest.mark.parametrize(("sessions", "available"), [(188, False), (189, True)])
def test_half_a_year_of_past_values_is_needed(sessions: int, available: bool) -> None:
    figure = volatility_percentile(as_returns(noise(5, sessions=sessions)))[0]
    assert (figure.value is not None) == available
    if not available:
        assert figure.reason == "125 past volatilities, 126 are needed"


def test_percentile_reasons() -> None:
    short = volatility_percentile(as_returns(noise(5, sessions=40)))[0]
    assert (short.reason, short.n_obs) == ("no present volatility to compare", 0)
    first = volatility_percentile(as_returns(noise(5, sessions=63)))[0]
    assert (first.reason, first.n_obs) == ("0 past volatilities, 126 are needed", 0)
    stale = noise(5)
    stale[-30:] = np.nan
    assert volatility_percentile(as_returns(stale))[0].reason == "no present volatility to compare"
    assert volatility_percentile(as_returns(np.zeros((400, 1)), cash=True))[0].reason == "cash has no volatility"


def test_ties_count_half() -> None:
    same_every_day = np.where(np.arange(400) % 2, 1 / 128, -1 / 128)[:, None]
    assert volatility_percentile(as_returns(same_every_day))[0].value == 0.5
    beside_another = volatility_percentile(as_returns(np.hstack([same_every_day, noise(5)[:400]])))
    assert beside_another[0].value == 0.5


def test_a_large_mean_costs_no_digits_of_a_rolling_volatility() -> None:
    values = noise(11, sessions=330) * 1e-7
    values[40:60] = np.nan
    values = np.hstack([values, values[::-1]])
    for on_a_mountain, level in zip(
        volatility_percentile(as_returns(values + 3.0)), volatility_percentile(as_returns(values)), strict=True
    ):
        assert on_a_mountain.value == level.value


def test_percentile_carries_the_coverage_of_portfolios() -> None:
    values = noise(7, columns=2)
    values[-63:, 1] = np.nan
    figure = volatility_percentile(portfolio_returns(as_returns(values), [[0.75, 0.25]]))[0]
    assert figure.coverage == pytest.approx(0.75)
