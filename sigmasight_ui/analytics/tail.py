"""What may be lost on a bad day: value at risk and expected shortfall, from history and from a normal curve.

Losses are positive: a value at risk of 0.02 at 95 % says that one day in twenty loses 2 % of NAV or more. Nothing is
cut at zero: a series that rises on its worst days has a negative value at risk.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sigmasight_ui.analytics.estimates import Estimates, days_needed, judged, stale
from sigmasight_ui.analytics.returns import TRADING_DAYS, Floats, Returns

MIN_DAYS = {0.95: 60, 0.99: TRADING_DAYS}
"""At 95 % three days lie in the tail of 60; at 99 % fewer than 252 hold fewer than two and a half."""

WINDOW = 2 * TRADING_DAYS
INTERVAL = 0.90
"""Confidence asked of the interval round a historical value at risk."""


@dataclass(frozen=True, eq=False, slots=True)
class TailRisk:
    """One-day losses of N columns at one level, decimal of NAV, positive = loss.

    var, cvar: value at risk and expected shortfall with their figures. rank: (N,) which of the worst returns is the
    historical value at risk (1 = the worst), 0 for the normal curve. low, high: (N,) interval of var in which the true
    one lies with probability `confidence` (N,).
    """

    level: float
    var: Estimates
    cvar: Estimates
    rank: Floats
    low: Floats
    high: Floats
    confidence: Floats


def historical_tail(returns: Returns, level: float, window: int = WINDOW) -> TailRisk:
    """Value at risk and expected shortfall by order statistics of the daily returns themselves.

    returns: (T, N), symbols or portfolios, decimal daily. level: 0.95 or 0.99. window: trading days.
    With n known returns r(1) <= r(2) <= ... and a = 1 - level: VaR = -r(k) with k = floor(n a) + 1, no interpolation;
    CVaR = -(r(1) + ... + r(k-1) + (n a - k + 1) r(k)) / (n a), the mean of exactly the worst share a of the days, which
    is coherent. Interval of VaR: -r(u) to -r(l), the narrowest order statistics with at most 5 % beyond either; where
    even the worst day leaves more, it is the end, and `confidence` says what is reached (88 % at level 0.99 with 252
    days). Error of CVaR: sqrt((s² + level (CVaR - VaR)²) / (n a)), s² the variance of the days beyond VaR.
    At least 60 days for 0.95 and 252 for 0.99. Cash has 0. NaN rule: unknown days are left out. ValueError for other
    levels. Source: Acerbi & Tasche (2002), On the coherence of expected shortfall, J. Banking & Finance 26; interval:
    David & Nagaraja, Order Statistics, 7.1; error: Manistre & Hancock (2005), Variance of the CTE estimator, NAAJ 9.
    """
    a = _tail_share(level)
    recent = returns.last(window)
    n = recent.mask.sum(axis=0)
    counts, at = np.unique(n, return_inverse=True)
    ends = np.array([_order_interval(int(days), a) for days in counts]).reshape(-1, 3)[at]
    below = n * a
    rank = np.floor(np.round(below, 9)).astype(np.intp) + 1
    worst = _worst(recent, int(max(rank.max(initial=1), ends[:, 1].max(initial=1))))
    columns = np.arange(len(n))
    at_rank = worst[np.minimum(rank, len(worst)) - 1, columns]
    inside = np.arange(len(worst))[:, None] < rank - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.where(inside, worst, 0.0).sum(axis=0)
        cvar = -(total + (below - (rank - 1)) * at_rank) / below
        squares = np.where(inside, (worst - total / (rank - 1)) ** 2, 0.0).sum(axis=0)
        error = np.sqrt((squares / (rank - 2) + level * (cvar + at_rank) ** 2) / below)
    low, high = (-worst[np.clip(end.astype(np.intp), 1, len(worst)) - 1, columns] for end in (ends[:, 1], ends[:, 0]))
    convention = f"the k-th worst of n daily returns, k = floor({a:g} n) + 1"
    shortfall = f"mean of the worst {a:.0%} of the daily returns"
    return _tail_risk(
        recent, window, level, (-at_rank, None, convention), (cvar, error, shortfall), rank.astype(np.float64),
        (low, high, ends[:, 2]),
    )  # fmt: skip


def normal_tail(returns: Returns, level: float, window: int = WINDOW) -> TailRisk:
    """Value at risk and expected shortfall of a normal curve with the mean and deviation of the daily returns.

    returns, level, window, days needed, sign, NaN rule: as `historical_tail`. VaR = z s - m, CVaR = c s - m with z the
    normal quantile of the level, c = density(z) / (1 - level), s the sample deviation (n - 1), m the mean. Errors and
    the interval (90 %) are those of m and s under the normal curve: s sqrt((1 + z²/2) / n). Real returns have fatter
    tails than this curve. Source: Jorion, Value at Risk (3rd ed.), ch. 5; McNeil, Frey & Embrechts (2015), 2.3.
    """
    a = _tail_share(level)
    recent = returns.last(window)
    n = recent.mask.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = recent.values.sum(axis=0) / n
        centred = np.where(recent.mask, recent.values - mean, 0.0)
        deviation = np.sqrt(np.einsum("tn,tn->n", centred, centred) / (n - 1))
        var, cvar = normal_losses(mean, deviation, level)
        z, c = normal_factors(level)
        var_error, cvar_error = (deviation * np.sqrt((1 + factor**2 / 2) / n) for factor in (z, c))
    half = _quantile((1 + INTERVAL) / 2) * var_error
    curve = f"normal curve: {z:.4f} deviations below the mean of the daily returns"
    shortfall = f"normal curve: mean of the worst {a:.0%}, {c:.4f} deviations below the mean"
    interval = (var - half, var + half, np.full(len(n), INTERVAL))
    return _tail_risk(
        recent, window, level, (var, var_error, curve), (cvar, cvar_error, shortfall), np.zeros(len(n)), interval
    )


def normal_factors(level: float) -> tuple[float, float]:
    """(z, c): deviations below the mean of the normal quantile and of the mean beyond it; 1.6449 and 2.0627 at 0.95."""
    z = _quantile(level)
    return z, float(np.exp(-z * z / 2) / np.sqrt(2 * np.pi) / (1 - level))


def normal_losses(mean: Floats, deviation: Floats, level: float) -> tuple[Floats, Floats]:
    """(VaR, CVaR) of a normal variable, positive = loss, in the unit of mean and deviation, which are of one period."""
    z, c = normal_factors(level)
    return z * deviation - mean, c * deviation - mean


def _quantile(probability: float) -> float:
    """Of the standard normal curve."""
    from scipy.special import ndtri  # a tenth of a second that only those pay who ask

    return float(ndtri(probability))


def _tail_share(level: float) -> float:
    if level not in MIN_DAYS:
        raise ValueError(f"the level is one of {', '.join(map(str, MIN_DAYS))}")
    return round(1.0 - level, 12)


def _worst(recent: Returns, count: int) -> Floats:
    """(count, N) the lowest known returns in ascending order; infinite where there are fewer."""
    values = np.where(recent.mask, recent.values, np.inf).T
    count = min(count, values.shape[1])
    lowest = np.partition(values, count - 1, axis=1)[:, :count] if 0 < count < values.shape[1] else values
    return np.sort(lowest, axis=1).T if count else np.full((1, len(values)), np.nan)


@lru_cache(maxsize=4096)
def _order_interval(n: int, a: float) -> tuple[int, int, float]:
    """Ranks l < u of the order statistics round the a-quantile of n days, and the probability between them."""
    if n == 0:
        return 1, 1, 0.0
    from scipy.special import bdtr

    beyond = (1 - INTERVAL) / 2
    fewer = bdtr(np.arange(n), n, a)  # of i days or fewer below the quantile, for i = 0 .. n - 1
    lower = max(1, int(np.searchsorted(fewer, beyond, side="right")))
    upper = min(n, int(np.searchsorted(fewer, 1 - beyond, side="left")) + 1)
    return lower, upper, float(fewer[upper - 1] - fewer[lower - 1])


def _tail_risk(
    recent: Returns,
    window: int,
    level: float,
    var: tuple[Floats, Floats | None, str],
    cvar: tuple[Floats, Floats, str],
    rank: Floats,
    interval: tuple[Floats, Floats, Floats],
) -> TailRisk:
    n = recent.mask.sum(axis=0).astype(np.float64)
    faults = (days_needed(recent, n, MIN_DAYS[level]), stale(recent))
    at_risk, shortfall = (
        judged(recent, values, n, window, faults, method, std_error=error) for values, error, method in (var, cvar)
    )
    missing = np.where(np.isnan(at_risk.values), np.nan, 0.0)
    low, high = (np.where(recent.cash, 0.0, end) + missing for end in interval[:2])
    return TailRisk(level, at_risk, shortfall, rank, low, high, interval[2] + missing)
