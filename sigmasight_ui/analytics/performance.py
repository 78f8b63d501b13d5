"""What a series of daily returns did from its first day to its last."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import Floats

_METHOD_CUMULATIVE = "daily returns chained (time-weighted)"
_METHOD_DRAWDOWN = "deepest fall from an earlier high of the chained daily returns"


def cumulative_return(returns: ArrayLike) -> Figure:
    """Time-weighted return of the whole period: product of (1 + r) - 1.

    returns: (T,) simple daily, decimal; result decimal, not annualised, -1 = everything lost.
    NaN rule: NaN before the first known return is a series that starts later; a NaN after it breaks the chain and
    there is no value. A daily return below -1 (NAV through zero) cannot be chained either.
    Source: CFA Institute, GIPS Standards (2020), time-weighted return.
    """
    series, reason = chainable(returns)
    if reason:
        return unavailable(reason, method=_METHOD_CUMULATIVE, n_obs=len(series))
    return known(float(np.prod(1.0 + series)) - 1.0, method=_METHOD_CUMULATIVE, n_obs=len(series))


def max_drawdown(returns: ArrayLike) -> Figure:
    """Deepest fall of the chained series below its highest earlier value, the start included.

    returns: (T,) simple daily, decimal; result decimal, zero or negative (-0.25 = a fall of 25 %).
    NaN rule and refusals: as `cumulative_return`. Source: Magdon-Ismail & Atiya (2004), Maximum drawdown, Risk 17.
    """
    series, reason = chainable(returns)
    if reason:
        return unavailable(reason, method=_METHOD_DRAWDOWN, n_obs=len(series))
    wealth = np.concatenate([[1.0], np.cumprod(1.0 + series)])
    deepest = np.min(wealth / np.maximum.accumulate(wealth)) - 1.0
    return known(deepest, method=_METHOD_DRAWDOWN, n_obs=len(series))


def chainable(returns: ArrayLike) -> tuple[Floats, str | None]:
    """The series from its first known return on, and why it cannot be chained, if so."""
    series = np.asarray(returns, dtype=np.float64)
    if series.ndim != 1 or np.any(np.isinf(series)):
        raise ValueError("a series of finite or unknown returns")
    known_days = np.flatnonzero(~np.isnan(series))
    if len(known_days) == 0:
        return series[:0], "no daily return is known"
    series = series[known_days[0] :]
    missing = int(np.isnan(series).sum())
    if missing:
        return series, f"{missing} of {len(series)} days have no return"
    if np.any(series < -1.0):
        return series, "the value fell below zero, which returns cannot describe"
    return series, None
