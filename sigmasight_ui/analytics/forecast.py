"""Where volatility goes from here: weighted towards yesterday, forecast from past days, weeks and months, its trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sigmasight_ui.analytics.beta import NO_VARIANCE
from sigmasight_ui.analytics.covariance import DECAY, decay_weights
from sigmasight_ui.analytics.estimates import Estimates, days_needed, judged
from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.regression import SINGULAR
from sigmasight_ui.analytics.returns import TRADING_DAYS, Bools, Floats, Returns
from sigmasight_ui.analytics.volatility import min_observations

MIN_OBSERVATIONS = 60
MIN_WEIGHT = 0.5
"""An average over recent days says nothing of today when most of its weight lies on days without a return."""

WEEK, MONTH = 5, 22
HAR_WINDOW = 3 * TRADING_DAYS

TREND_WINDOW, MIN_TREND_VALUES = 21, 10
TREND_SLOPE, TREND_R_SQUARED = 0.001, 0.3
RISING, FALLING, STEADY = "rising", "falling", "steady"

CONE_WINDOWS = (21, 63, 126, 252)

_METHOD_TREND = "straight line through the last 21 values of the 21-day volatility"


@dataclass(frozen=True, eq=False, slots=True)
class HarForecasts:
    """volatility: decimal per year. coefficients: (N, 4) constant, day, week and month of the regression, in squared
    decimal returns."""

    volatility: Estimates
    coefficients: Floats


def ewma_volatility(returns: Returns, decay: float = DECAY, window: int = TRADING_DAYS) -> Estimates:
    """Square root of the exponentially weighted mean of squared daily returns, times sqrt(252).

    returns: (T, N), symbols or portfolios. The weight of a return falls by `decay` with every session after it; the
    mean return is taken to be zero. At least 60 known days in the window are needed, and days that carry half of the
    weight, so that a price which stopped moving months ago has no volatility of today. Cash has 0 by definition.
    NaN rule: unknown days are left out and the weights renormalised. Raises ValueError unless 0 < decay < 1.
    Source: J.P. Morgan/Reuters, RiskMetrics Technical Document (1996), ch. 5.
    """
    recent = returns.last(window)
    weights = decay_weights(len(recent.values), decay)
    carried = weights @ recent.mask.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (weights @ recent.values**2) / carried
    n = recent.mask.sum(axis=0).astype(np.float64)
    share = carried / (weights.sum() or 1.0)
    faults = (
        days_needed(returns, n, MIN_OBSERVATIONS),
        (share < MIN_WEIGHT, "too many of the latest days have no return"),
        (~(variance > NO_VARIANCE), "the price did not move"),
    )
    method = f"√(exponentially weighted mean of squared returns, decay {decay:g}) x √{TRADING_DAYS}"
    return judged(recent, np.sqrt(variance * TRADING_DAYS), n, window, faults, method)


def har_forecast(returns: Returns, window: int = HAR_WINDOW) -> HarForecasts:
    """One-day forecast of the heterogeneous autoregression: next squared return on those of a day, a week, a month.

    returns: (T, N). r²[t+1] = c + d r²[t] + w mean(r²[t-4..t]) + m mean(r²[t-21..t]) by least squares over the rows of
    the window in which all 23 sessions are known; at least 60 of them, and the latest 22 sessions without a gap. Result
    sqrt(252 x forecast), decimal per year. Cash has 0 by definition. A forecast that is not positive is unavailable,
    neither cut at zero nor replaced. NaN rule: unknown days make rows incomplete, never zero.
    Source: Corsi (2009), A simple approximate long-memory model of realized volatility, J. Financial Econometrics 7.
    """
    recent = returns.last(window)
    squares = recent.values**2
    features, complete = _lags(squares, recent.mask)
    rows = complete[:-1] & recent.mask[MONTH:]
    coefficients, solvable = _least_squares([x[:-1] for x in features], squares[MONTH:], rows)
    n = rows.sum(axis=0).astype(np.float64)
    today = np.array([x[-1] for x in features]) if len(complete) else np.zeros((3, squares.shape[1]))
    variance = coefficients[:, 0] + np.einsum("nk,kn->n", coefficients[:, 1:], today)
    gap = ~complete[-1] if len(complete) else np.ones(squares.shape[1], dtype=np.bool_)
    faults = (
        (n < MIN_OBSERVATIONS, f"{{n}} complete months of daily returns, {MIN_OBSERVATIONS} are needed"),
        (gap, f"one of the latest {MONTH} days has no return"),
        (~solvable | (np.abs(variance) <= NO_VARIANCE), "the price did not move"),
        (~(variance > 0), "the forecast is not positive"),
    )
    method = "HAR: next day's squared return on the last day's, week's and month's, x 252, square root"
    with np.errstate(invalid="ignore"):
        return HarForecasts(judged(recent, np.sqrt(variance * TRADING_DAYS), n, window, faults, method), coefficients)


def _lags(squares: Floats, mask: Bools) -> tuple[list[Floats], Bools]:
    """Last day, mean of the week, mean of the month, at each session from the 22nd on, and where all 22 are known."""
    if len(squares) < MONTH:
        return [squares[:0]] * 3, mask[:0]
    sums = np.vstack([np.zeros((1, squares.shape[1])), np.cumsum(squares, axis=0)])
    days = np.vstack([np.zeros((1, squares.shape[1]), dtype=np.int32), np.cumsum(mask, axis=0, dtype=np.int32)])
    week = (sums[MONTH:] - sums[MONTH - WEEK : -WEEK]) / WEEK
    month = (sums[MONTH:] - sums[:-MONTH]) / MONTH
    return [squares[MONTH - 1 :], week, month], days[MONTH:] - days[:-MONTH] == MONTH


def _least_squares(regressors: list[Floats], target: Floats, rows: Bools) -> tuple[Floats, Bools]:
    """Every column on regressors of its own: (N, 1 + K) constant and coefficients, and (N,) where there are any."""
    n, k = rows.sum(axis=0), len(regressors)
    series = (*regressors, target)
    used = series if rows.all() else [np.where(rows, x, 0.0) for x in series]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.array([x.sum(axis=0) / n for x in used])
        centred = [np.where(rows, x - mean, 0.0) for x, mean in zip(used, means, strict=True)]
        products = np.empty((len(n), k + 1, k + 1))
        for i, j in zip(*np.triu_indices(k + 1), strict=True):
            products[:, i, j] = products[:, j, i] = np.einsum("tn,tn->n", centred[i], centred[j])
        scale = np.sqrt(np.diagonal(products, axis1=1, axis2=2))
        scaled = products / (scale[:, :, None] * scale[:, None, :])
    solvable: Bools = (n > k + 1) & np.all(np.isfinite(scaled), axis=(1, 2))
    scaled[~solvable] = np.eye(k + 1)
    solvable &= np.linalg.eigvalsh(scaled[:, :k, :k])[:, 0] > SINGULAR
    scaled[~solvable] = np.eye(k + 1)
    standardised = np.linalg.solve(scaled[:, :k, :k], scaled[:, :k, k:])[:, :, 0]
    slopes = np.divide(
        standardised * scale[:, k:], scale[:, :k], out=np.full((len(n), k), np.nan), where=solvable[:, None]
    )
    constant = means[k] - np.einsum("nk,kn->n", slopes, means[:k])
    return np.column_stack([constant, slopes]), solvable


@dataclass(frozen=True, slots=True)
class VolatilityTrend:
    """slope: change of the annualised volatility per session, decimal. direction: rising, falling or steady."""

    slope: Figure
    direction: str | None


def volatility_trend(returns: Returns) -> tuple[VolatilityTrend, ...]:
    """Direction of the 21-day volatility over its last 21 values, one per column of `returns` (T, N).

    A least-squares line through at least 10 known values: `rising` when it gains more than 0.001 (a tenth of a
    percentage point a year) a session and explains more than 0.3 of them, `falling` likewise, else `steady`.
    NaN rule: windows with fewer than 20 known returns have no value.
    """
    recent = returns.last(2 * TREND_WINDOW - 1)
    values = rolling_volatility(recent, TREND_WINDOW)
    trends = []
    for column in range(values.shape[1]):
        at = np.flatnonzero(np.isfinite(values[:, column]))
        if len(at) < MIN_TREND_VALUES:
            reason = f"{len(at)} values of the 21-day volatility, {MIN_TREND_VALUES} are needed"
            slope = unavailable(reason, method=_METHOD_TREND, n_obs=len(at), window=TREND_WINDOW)
            trends.append(VolatilityTrend(slope, None))
            continue
        x, y = at - at.mean(), values[at, column] - values[at, column].mean()
        gain = float(x @ y / (x @ x))
        explained = gain * float(x @ y) > TREND_R_SQUARED * float(y @ y)
        direction = STEADY if not explained or abs(gain) <= TREND_SLOPE else RISING if gain > 0 else FALLING
        trends.append(VolatilityTrend(known(gain, method=_METHOD_TREND, n_obs=len(at), window=TREND_WINDOW), direction))
    return tuple(trends)


@dataclass(frozen=True, slots=True)
class ConeBand:
    """Realised volatility over one window: where it is now and where it has been, decimal per year.

    present: the latest. lowest, quartile_1, median, quartile_3, highest: of the n windows of the history, the latest
    included; None without any.
    """

    window: int
    present: Figure
    lowest: float | None
    quartile_1: float | None
    median: float | None
    quartile_3: float | None
    highest: float | None
    n: int


def cone_band(returns: Returns, window: int, history: Floats) -> ConeBand:
    """One window of the volatility cone: present volatility within the range of its own history.

    returns: (T, 1). history: its `rolling_volatility` over that window, (T - window + 1,), decimal per year; given,
    because charts show it as well. Quartiles by linear interpolation. NaN rule: windows with too few known returns
    (`min_observations`) count neither as present nor as history.
    Source: Burghardt & Lane (1990), How to tell if options are cheap, J. Portfolio Management 16.
    """
    method = f"sample standard deviation of {window} daily returns x √{TRADING_DAYS}"
    past = history[np.isfinite(history)]
    n = int(returns.last(window).mask[:, 0].sum())
    if len(history) and np.isfinite(history[-1]):
        present = known(history[-1], method=method, n_obs=n, window=window)
    else:
        reason = f"{n} daily returns, {min_observations(window)} are needed"
        present = unavailable(reason, method=method, n_obs=n, window=window)
    return ConeBand(window, present, *_five_numbers(past), len(past))


def _five_numbers(past: Floats) -> tuple[float | None, float | None, float | None, float | None, float | None]:
    if len(past) == 0:
        return None, None, None, None, None
    lowest, first, median, third, highest = np.quantile(past, (0, 0.25, 0.5, 0.75, 1)).tolist()
    return lowest, first, median, third, highest


def rolling_volatility(returns: Returns, window: int) -> Floats:
    """(T - window + 1, N) sample volatility of every window, decimal per year; NaN with too few known returns."""
    if len(returns.values) < window:
        return np.empty((0, returns.values.shape[1]))
    values = np.lib.stride_tricks.sliding_window_view(returns.values, window, axis=0)
    mask = np.lib.stride_tricks.sliding_window_view(returns.mask, window, axis=0)
    complete = bool(returns.mask.all())
    n = np.full(values.shape[:2], window) if complete else mask.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = values - (values.sum(axis=2) / n)[:, :, None]
        centred = centred if complete else np.where(mask, centred, 0.0)
        variance = np.einsum("tnw,tnw->tn", centred, centred) / (n - 1)
    return np.where(n >= min_observations(window), np.sqrt(variance * TRADING_DAYS), np.nan)
