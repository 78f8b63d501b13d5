"""Realised volatility of return columns over trailing windows, its error, and where it stands in its own year."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sigmasight_ui.analytics.beta import NO_VARIANCE
from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import TRADING_DAYS, Floats, Returns

WINDOWS = (21, 63, 252)
FEWEST_OBSERVATIONS = 20
MIN_PAST_VALUES = TRADING_DAYS // 2

_METHOD = "sample standard deviation of daily returns x √252"
PERCENTILE_WINDOW = 63
_METHOD_PERCENTILE = "share of the past year's 63-day volatilities below the present one"


def min_observations(window: int) -> int:
    """Daily returns without which a window has no volatility: two thirds of it, and never fewer than 20."""
    return max(FEWEST_OBSERVATIONS, math.ceil(window * 2 / 3))


@dataclass(frozen=True, eq=False, slots=True)
class VolatilityEstimates:
    """Annualised volatility of N columns; arrays are (N,), NaN where there is no estimate.

    values, std_error: decimal per year (0.20 is 20 %), 0 for cash by definition. n: known returns in the window.
    coverage: mean daily coverage of portfolios, None for symbols.
    """

    values: Floats
    std_error: Floats
    n: Floats
    window: int
    coverage: Floats | None

    def figure(self, column: int) -> Figure:
        """Volatility of one column with its standard error."""
        n = int(self.n[column])
        coverage = None if self.coverage is None else float(self.coverage[column])
        if np.isnan(self.values[column]):
            needed = min_observations(self.window)
            reason = f"{n} daily returns, {needed} are needed" if n < needed else "the price did not move"
            return unavailable(reason, method=_METHOD, n_obs=n, window=self.window, coverage=coverage)
        error = self.std_error[column]
        return known(
            self.values[column], method=_METHOD, n_obs=n, window=self.window, std_error=error, coverage=coverage
        )


def realised_volatility(returns: Returns, window: int) -> VolatilityEstimates:
    """Sample standard deviation (divisor n - 1) of the last `window` daily returns times sqrt(252).

    returns: (T, N), symbols or portfolios, decimal daily. Result decimal per year, never negative.
    Unknown days are left out; `min_observations(window)` known ones are needed. Cash has volatility 0 by definition;
    any other column that never moved is a stale price and has no estimate.
    Standard error: sqrt((m4 - s^4 (n - 3) / (n - 1)) / n) / (2 s), annualised, which does not assume normal returns
    (fat tails make it larger than s / sqrt(2 (n - 1))) but does assume days independent of each other.
    Source: variance of s^2 in Mood, Graybill & Boes (1974), ch. VI, with the delta method for s.
    """
    recent = returns.last(window)
    n = recent.mask.sum(axis=0).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = recent.values.sum(axis=0) / n
        squares = np.where(recent.mask, recent.values - mean, 0.0) ** 2
        total, fourth = squares.sum(axis=0), np.einsum("tn,tn->n", squares, squares) / n
        variance = total / (n - 1)
        of_variance = np.maximum(fourth - variance**2 * (n - 3) / (n - 1), 0.0) / n
        error = np.sqrt(of_variance / (4 * variance))
    usable = (n >= min_observations(window)) & (total > NO_VARIANCE * n) & ~recent.cash
    year = math.sqrt(TRADING_DAYS)
    none = np.where(recent.cash, 0.0, np.nan)
    return VolatilityEstimates(
        values=np.where(usable, np.sqrt(np.where(usable, variance, 0.0)) * year, none),
        std_error=np.where(usable, error * year, none),
        n=n,
        window=window,
        coverage=recent.mean_coverage(),
    )


def volatility_percentile(returns: Returns) -> tuple[Figure, ...]:
    """Where the present 63-day volatility stands among those of the previous 251 sessions, a rolling year.

    returns: (T, N). Result: one figure per column, 0 to 1: the share of past values below the present one, ties
    counted half; 1 means the highest of the year. Needs half a year (126) of past values, hence 189
    sessions, and 314 for the whole year; n_obs counts the past values.
    Cash and columns without a present volatility have none. NaN rule: as `realised_volatility`, window by window.
    """
    history = _rolling_variance(returns.last(TRADING_DAYS + PERCENTILE_WINDOW - 1), PERCENTILE_WINDOW)
    present, past = history[-1], history[:-1]
    exists = ~np.isnan(past)
    n = exists.sum(axis=0)
    below = (past < present).sum(axis=0) + 0.5 * (past == present).sum(axis=0)
    coverage = returns.last(PERCENTILE_WINDOW).mean_coverage()
    figures = []
    for column, count in enumerate(n):
        covered = None if coverage is None else float(coverage[column])
        reason = _no_percentile(bool(returns.cash[column]), bool(np.isnan(present[column])), int(count))
        if reason:
            figure = unavailable(reason, method=_METHOD_PERCENTILE, n_obs=count, window=TRADING_DAYS, coverage=covered)
        else:
            share = below[column] / count
            figure = known(share, method=_METHOD_PERCENTILE, n_obs=count, window=TRADING_DAYS, coverage=covered)
        figures.append(figure)
    return tuple(figures)


def _no_percentile(cash: bool, no_present: bool, count: int) -> str | None:
    if cash:
        return "cash has no volatility"
    if no_present:
        return "no present volatility to compare"
    if count < MIN_PAST_VALUES:
        return f"{count} past volatilities, {MIN_PAST_VALUES} are needed"
    return None


def _rolling_variance(returns: Returns, window: int) -> Floats:
    """(K, N) sample variances over every window that ends in a session; NaN where too few returns or no movement."""
    n_columns = returns.values.shape[1]
    if len(returns.values) < window:
        return np.full((1, n_columns), np.nan)
    centre = returns.values.sum(axis=0) / np.maximum(returns.mask.sum(axis=0), 1)
    centred = np.where(returns.mask, returns.values - centre, 0.0)
    n = _rolling_sum(returns.mask.astype(np.float64), window)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = _rolling_sum(centred**2, window) - _rolling_sum(centred, window) ** 2 / n
        usable = (n >= min_observations(window)) & (total > NO_VARIANCE * n) & ~returns.cash
        return np.where(usable, total / (n - 1), np.nan)


def _rolling_sum(table: Floats, window: int) -> Floats:
    sums = np.vstack([np.zeros((1, table.shape[1])), np.cumsum(table, axis=0)])
    return sums[window:] - sums[:-window]
