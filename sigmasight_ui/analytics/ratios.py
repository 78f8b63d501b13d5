"""Reward for risk: Sharpe, Sortino and Calmar ratios, per year."""

from __future__ import annotations

import math

import numpy as np

from sigmasight_ui.analytics.drawdown import chain_faults, drawdowns
from sigmasight_ui.analytics.estimates import Estimates, days_needed, judged, stale
from sigmasight_ui.analytics.returns import TRADING_DAYS, Floats, Returns

MIN_OBSERVATIONS = 60
_YEAR = math.sqrt(TRADING_DAYS)


def sharpe_ratio(returns: Returns, risk_free: float = 0.0, window: int = TRADING_DAYS) -> Estimates:
    """Mean daily return above the risk-free rate over its sample deviation (n - 1), times sqrt(252).

    returns: (T, N), symbols or portfolios. risk_free: decimal per year, a 252nd of it per day. At least 60 known days.
    Standard error sqrt((1 + S²/2) / n) x sqrt(252) with S the daily ratio: about 1 with a year of days, whatever the
    ratio. Cash has none. NaN rule: unknown days are left out.
    Source: Sharpe (1994), The Sharpe ratio, J. Portfolio Management 21; error: Lo (2002), The statistics of Sharpe
    ratios, Financial Analysts Journal 58 (independent days).
    """
    recent = returns.last(window)
    n, mean = _mean(recent)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = np.where(recent.mask, recent.values - mean, 0.0)
        mean = mean - risk_free / TRADING_DAYS
        daily = mean / np.sqrt(np.einsum("tn,tn->n", centred, centred) / (n - 1))
        error = np.sqrt((1 + daily**2 / 2) / n) * _YEAR
    faults = (days_needed(recent, n, MIN_OBSERVATIONS), stale(recent))
    method = f"mean return above {risk_free:.2%} a year / standard deviation, x √{TRADING_DAYS}"
    return judged(recent, daily * _YEAR, n, window, faults, method, std_error=error, cash=None)


def sortino_ratio(returns: Returns, risk_free: float = 0.0, window: int = TRADING_DAYS) -> Estimates:
    """Mean daily return above the risk-free rate over its downside deviation, times sqrt(252).

    Downside deviation: root of the mean over all n days of min(r - rf, 0)². Arguments, days and NaN rule as
    `sharpe_ratio`; without a day below the risk-free rate there is no ratio. No standard error.
    Source: Sortino & Price (1994), Performance measurement in a downside risk framework, J. of Investing 3.
    """
    recent = returns.last(window)
    n, mean = _mean(recent)
    daily_rate = risk_free / TRADING_DAYS
    downside = np.minimum(recent.values - daily_rate * recent.mask if risk_free else recent.values, 0.0)
    squares = np.einsum("tn,tn->n", downside, downside)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (mean - daily_rate) / np.sqrt(squares / n) * _YEAR
    faults = (
        days_needed(recent, n, MIN_OBSERVATIONS),
        stale(recent),
        (squares == 0, "no day was below the risk-free rate"),
    )
    method = f"mean return above {risk_free:.2%} a year / downside deviation, x √{TRADING_DAYS}"
    return judged(recent, ratio, n, window, faults, method, cash=None)


def calmar_ratio(returns: Returns, window: int = 3 * TRADING_DAYS) -> Estimates:
    """Compound return per year over the deepest drawdown of the same days.

    returns: (T, N). (1 + total return)^(252 / n) - 1, over the depth as a positive number; at least 252 days without a
    gap after the first. No drawdown, no ratio. NaN rule: as `drawdowns`. Source: Young (1991), Futures 20.
    """
    recent = returns.last(window)
    falls = drawdowns(recent)
    n = falls.growth.n
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = ((1.0 + falls.growth.values) ** (TRADING_DAYS / n) - 1.0) / -falls.deepest.values
    faults = (
        *chain_faults(recent),
        days_needed(recent, n, TRADING_DAYS),
        (~(falls.deepest.values < 0), "there was no drawdown"),
    )
    return judged(recent, ratio, n, window, faults, "compound return per year / deepest drawdown", cash=None)


def _mean(recent: Returns) -> tuple[Floats, Floats]:
    """Known days and the mean return on them, 0 without any."""
    n = recent.mask.sum(axis=0).astype(np.float64)
    return n, recent.values.sum(axis=0) / np.maximum(n, 1)
