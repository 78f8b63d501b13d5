"""How positions move together: pair by pair on the days both are known, made possible together, and summed up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sigmasight_ui.analytics.beta import NO_VARIANCE
from sigmasight_ui.analytics.covariance import repair
from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import TRADING_DAYS, Bools, Floats, Returns

Indices = NDArray[np.intp]

MIN_OVERLAP = 60
SMALLEST_SHARE = 1e-12
"""A column whose variance on the common days is a smaller share of its own did not move on them."""

COMPLETE_OFFSET = 1e-12
MOST_COLUMNS = 1000

_METHOD_AVERAGE = "mean correlation of daily returns over all pairs"
_METHOD_EFFECTIVE = "1 / mean of the whole correlation matrix"


@dataclass(frozen=True, eq=False, slots=True)
class Standardised:
    """Returns of S symbols made ready for correlations once, whoever holds them.

    rows: (S, T) centred and divided by their length on the known days, 0.0 on the others. days: (S, T) known.
    complete: (S,) known on every day and moving. moving: (S,).
    """

    rows: Floats
    days: Bools
    complete: Bools
    moving: Bools
    window: int


def standardise(returns: Returns, window: int = TRADING_DAYS) -> Standardised:
    """The last `window` sessions of returns (T, S), each column centred on its own mean and scaled to length 1.

    NaN rule: unknown days stay unknown. Cash and columns that did the same every day do not move.
    """
    recent = returns.last(window)
    days = np.ascontiguousarray(recent.mask.T)
    n = days.sum(axis=1)
    values = recent.values.T
    means = values.sum(axis=1) / np.maximum(n, 1)
    rows = np.where(days, values - means[:, None], 0.0)
    length = np.sqrt(np.einsum("st,st->s", rows, rows))
    moving = (length**2 > NO_VARIANCE * np.maximum(n, 1)) & ~recent.cash
    rows /= np.where(moving, length, 1.0)[:, None]
    return Standardised(rows, days, moving & (n == days.shape[1]), moving, window)


@dataclass(frozen=True, eq=False, slots=True)
class Correlations:
    """Correlation of N columns, pair by pair.

    matrix: (N, N) symmetric, diagonal 1; NaN for hidden pairs: fewer than 60 days in common, or one did not move.
    n: (N, N) days in common. usable: (N,) columns with a visible pair. filled: (U, U) the matrix of the U usable
    columns with the average in place of hidden pairs, positive semidefinite. repaired: whether it had to be made so,
    which then holds for `matrix` too; smallest: its smallest eigenvalue before, None when it was possible as it is.
    """

    matrix: Floats
    n: Indices
    usable: Bools
    filled: Floats
    repaired: bool
    smallest: float | None
    window: int

    @property
    def pairs(self) -> int:
        return len(self.matrix) * (len(self.matrix) - 1) // 2

    @property
    def hidden(self) -> int:
        """Pairs without a correlation."""
        return int(np.count_nonzero(np.isnan(self.matrix))) // 2

    def average(self) -> Figure:
        """Mean correlation over the visible pairs, -1 to 1."""
        return self._figure(lambda visible: visible.mean(), _METHOD_AVERAGE)

    def effective_number(self) -> Figure:
        """How many independent positions, equally weighted, would vary as these do.

        At least 1; more than there are when they offset each other, unavailable when they do so completely. Of the
        usable columns, with hidden pairs at the average.
        """
        mean = float(self.filled.mean()) if len(self.filled) else np.nan
        if mean <= COMPLETE_OFFSET:
            reason = "the positions offset each other completely"
            return unavailable(reason, method=_METHOD_EFFECTIVE, window=self.window)
        return self._figure(lambda _: 1.0 / mean, _METHOD_EFFECTIVE)

    def _figure(self, of: Callable[[Floats], float], method: str) -> Figure:
        shown = np.triu(~np.isnan(self.matrix), 1)
        visible = self.matrix[shown]
        if len(visible) == 0:
            reason = f"no two positions with {MIN_OVERLAP} days in common"
            return unavailable(reason, method=method, window=self.window, coverage=0.0)
        n, coverage = self.n[shown].min(), len(visible) / self.pairs
        return known(of(visible), method=method, n_obs=n, window=self.window, coverage=coverage)


def correlate(standardised: Standardised, columns: ArrayLike | None = None) -> Correlations:
    """Pearson correlation of the chosen columns, each pair over the days on which both are known.

    columns: positions of N symbols among the S, all by default. A pair with fewer than 60 days in common, or of which
    one does not move on them, is hidden: unknown, not zero. Correlations from different days may be impossible together
    (a negative eigenvalue); the matrix is then repaired with hidden pairs at the average of the visible ones.
    NaN rule: hidden pairs are NaN, the diagonal is 1. ValueError for more than a thousand columns, a matrix nobody
    reads: the largest positions are the caller's choice.
    Source: Pearson; repair: Rebonato & Jäckel (2000), see `repair`.
    """
    chosen = np.arange(len(standardised.rows)) if columns is None else np.asarray(columns, dtype=np.intp)
    if len(chosen) > MOST_COLUMNS:
        raise ValueError(f"correlations of at most {MOST_COLUMNS} positions at a time")
    x, sessions = standardised.rows[chosen], standardised.rows.shape[1]
    matrix = np.clip(x @ x.T, -1.0, 1.0)
    n = np.full(matrix.shape, sessions, dtype=np.intp)
    gaps = np.flatnonzero(~standardised.complete[chosen])
    if len(gaps):
        days = standardised.days[chosen].astype(np.float64)
        block, common = _pairs_with_gaps(x, days, gaps, standardised.moving[chosen])
        matrix[gaps], matrix[:, gaps] = block, block.T
        n[gaps], n[:, gaps] = common, common.T
    if sessions < MIN_OVERLAP:
        matrix[:] = np.nan
    np.fill_diagonal(matrix, 1.0)
    if len(gaps) or sessions < MIN_OVERLAP:
        return _made_possible(matrix, n, standardised.window)
    several = len(chosen) > 1
    filled = matrix if several else matrix[:0, :0]
    return Correlations(matrix, n, np.full(len(chosen), several), filled, False, None, standardised.window)


def _pairs_with_gaps(x: Floats, days: Floats, gaps: Indices, moving: Bools) -> tuple[Floats, Indices]:
    """(G, N) correlations of the columns with gaps with all columns, NaN where hidden, and the days in common."""
    with_gaps, on = x[gaps], days[gaps]
    common = on @ days.T
    with np.errstate(invalid="ignore", divide="ignore"):
        own, other = with_gaps @ days.T, on @ x.T
        own_variance = (with_gaps * with_gaps) @ days.T - own**2 / common
        other_variance = on @ (x * x).T - other**2 / common
        block = (with_gaps @ x.T - own * other / common) / np.sqrt(own_variance * other_variance)
    moved = (own_variance > SMALLEST_SHARE) & (other_variance > SMALLEST_SHARE) & moving[gaps][:, None] & moving
    visible = moved & (common >= MIN_OVERLAP)
    return np.where(visible, np.clip(block, -1.0, 1.0), np.nan), common.astype(np.intp)


def _made_possible(matrix: Floats, n: Indices, window: int) -> Correlations:
    """With what is hidden taken into account, and repaired when no series could have such correlations."""
    hidden = np.isnan(matrix)
    usable: Bools = np.count_nonzero(hidden, axis=1) < len(matrix) - 1
    if not usable.any():
        return Correlations(matrix, n, usable, matrix[:0, :0], False, None, window)
    at = np.ix_(usable, usable)
    filled = np.where(hidden[at], _average(matrix), matrix[at]) if hidden.any() else matrix
    result = repair(filled)
    if result.repaired:
        matrix[at] = np.where(hidden[at], np.nan, result.matrix)
    return Correlations(matrix, n, usable, result.matrix, result.repaired, result.smallest, window)


def _average(matrix: Floats) -> float:
    """Mean of the visible pairs."""
    visible = matrix[~np.isnan(matrix)]
    return float((visible.sum() - len(matrix)) / (len(visible) - len(matrix)))
