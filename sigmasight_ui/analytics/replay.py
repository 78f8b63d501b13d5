"""What today's positions would have done in a stretch of real history, by their own returns then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import MIN_COVERAGE, Bools, Floats, Returns

_METHOD = "today's positions held through the episode, by their own returns"


@dataclass(frozen=True, eq=False, slots=True)
class Replay:
    """Gains over an episode of T sessions, currency, negative = loss.

    by_symbol: (S,), NaN for symbols held that have no complete history of it. path: (T,) of all positions together,
    since the evening before. total: at the end; worst: the lowest point on the way, at most 0. covered: (S,).
    """

    by_symbol: Floats
    path: Floats
    total: Figure
    worst: Figure
    covered: Bools


def replay(returns: Returns, market_values: ArrayLike, without_returns: float = 0.0) -> Replay:
    """Buy and hold of today's market values from the start of an episode to its end.

    returns: (T, S) of the sessions of the episode, decimal daily, total return. market_values: (S,) signed, currency,
    shorts negative. without_returns: gross value of positions without a column.
    A symbol gains market value x (product of (1 + r) - 1). One with any day unknown is left out, whatever other symbols
    did: nobody stands in for it. The figures stand on the rest, with coverage by gross value; below half there are
    none. Cash stays as it is. NaN rule: ValueError for market values that are not finite, one for every column.
    """
    values = np.asarray(market_values, dtype=np.float64)
    if values.shape != (returns.values.shape[1],) or not np.all(np.isfinite(values)):
        raise ValueError("one finite market value for every column of returns")
    n = len(returns.values)
    covered = np.all(returns.mask, axis=0) & (n > 0)
    growth = np.cumprod(1.0 + np.where(covered, returns.values, 0.0), axis=0) - 1.0
    path = growth @ values
    exposed = np.abs(values) * ~returns.cash
    gross = float(exposed.sum()) + without_returns
    coverage = float(exposed[covered].sum()) / gross if gross > 0 else 1.0
    of_symbols = values * (growth[-1] if n else 0.0)
    by_symbol = np.where(covered | (values == 0), of_symbols, np.nan)
    if n == 0 or coverage < MIN_COVERAGE:
        reason = f"only {coverage:.0%} of the positions have returns for the whole episode" if n else "no sessions"
        nothing = unavailable(reason, method=_METHOD, n_obs=n, coverage=coverage)
        return Replay(by_symbol, path, nothing, nothing, covered)
    total = known(path[-1], method=_METHOD, n_obs=n, coverage=coverage)
    worst = known(min(0.0, float(path.min())), method=f"{_METHOD}; lowest point", n_obs=n, coverage=coverage)
    return Replay(by_symbol, path, total, worst, covered)
