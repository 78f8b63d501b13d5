"""Falls from an earlier high: the depth at every session, the deepest and the present one, each episode by itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.estimates import Estimates, Faults, judged
from sigmasight_ui.analytics.performance import chainable
from sigmasight_ui.analytics.returns import Bools, Floats, Returns

_METHOD = "fall of the chained daily returns below their highest earlier value"


@dataclass(frozen=True, eq=False, slots=True)
class Drawdowns:
    """Of N columns, decimal, zero or negative (-0.25 = 25 % below the high).

    series: (T, N), NaN where unknown. deepest, present: with figures. growth: total return, -1 = everything lost.
    """

    series: Floats
    deepest: Estimates
    present: Estimates
    growth: Estimates


def drawdowns(returns: Returns) -> Drawdowns:
    """Depth below the highest earlier value, the start included, of every column at every session.

    returns: (T, N), symbols or portfolios, simple daily, decimal.
    NaN rule: unknown returns before the first known one are a series that starts later; one after it breaks the chain,
    and there is no figure, nor with a return below -1, which cannot be chained. Cash never falls.
    Source: Magdon-Ismail & Atiya (2004), Maximum drawdown, Risk 17.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        wealth = _accumulate(np.multiply, np.vstack([np.ones((1, len(returns.cash))), 1.0 + returns.values]))
        series = wealth / _accumulate(np.maximum, wealth) - 1.0
    n, faults = returns.mask.sum(axis=0).astype(np.float64), chain_faults(returns)

    def estimates(values: Floats, method: str) -> Estimates:
        return judged(returns, values, n, len(returns.values), faults, method)

    deepest = estimates(series.min(axis=0), f"deepest {_METHOD}")
    broken = np.where(np.isnan(deepest.values), np.nan, 0.0)
    return Drawdowns(
        series=np.where(_begun(returns), series[1:], np.nan) + broken,
        deepest=deepest,
        present=estimates(series[-1], f"present {_METHOD}"),
        growth=estimates(wealth[-1] - 1.0, "daily returns chained (time-weighted)"),
    )


def _accumulate(operation: np.ufunc, table: Floats) -> Floats:
    """Along the sessions; row by row where there are more columns than sessions, which is three times as fast."""
    if table.shape[1] < table.shape[0]:
        accumulated: Floats = operation.accumulate(table, axis=0)
        return accumulated
    rows = np.array(table, order="C")
    for before, row in pairwise(rows):
        operation(before, row, out=row)
    return rows


def chain_faults(returns: Returns) -> Faults:
    """Why columns of returns cannot be chained."""
    return (
        (~np.any(returns.mask, axis=0), "no daily return is known"),
        (np.any(~returns.mask & _begun(returns), axis=0), "days without a return break the series"),
        (np.any(returns.values < -1.0, axis=0), "the value fell below zero, which returns cannot describe"),
    )


def _begun(returns: Returns) -> Bools:
    """(T, N) True from the first known return on."""
    if returns.mask.all():
        return returns.mask
    begun: Bools = np.logical_or.accumulate(returns.mask, axis=0)
    return begun


@dataclass(frozen=True, slots=True)
class Episode:
    """One fall and its recovery. peak, trough, recovery: sessions as positions in the series; peak -1 is the start, the
    recovery None while it lasts. depth: decimal, negative."""

    peak: int
    trough: int
    recovery: int | None
    depth: float


def drawdown_episodes(returns: ArrayLike, shallowest: float = 0.0) -> tuple[Episode, ...]:
    """Every fall of one chained series from a high until that high is reached again, the deepest first.

    returns: (T,) simple daily, decimal. shallowest: falls of at most this depth (0.05 = 5 %) are left out.
    NaN rule: as `drawdowns`; a series that cannot be chained has no episodes. The peak is the last session at the high,
    the trough the first at the lowest value.
    """
    known, problem = chainable(returns)
    if problem:
        return ()
    offset = np.size(returns) - len(known)
    wealth = np.concatenate([[1.0], np.cumprod(1.0 + known)])
    below = wealth < np.maximum.accumulate(wealth)
    starts = np.flatnonzero(below[1:] & ~below[:-1])
    ends = np.flatnonzero(below[:-1] & ~below[1:]) + 1
    found = []
    for number, peak in enumerate(starts.tolist()):
        end = int(ends[number]) if number < len(ends) else None
        trough = peak + int(np.argmin(wealth[peak:end]))
        depth = float(wealth[trough] / wealth[peak] - 1.0)
        if -depth > shallowest:
            recovery = None if end is None else end - 1 + offset
            found.append(Episode(peak - 1 + offset, trough - 1 + offset, recovery, depth))
    return tuple(sorted(found, key=lambda episode: episode.depth))
