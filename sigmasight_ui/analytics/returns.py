"""Daily returns with a mask: of symbols from their prices, of portfolios from symbols and weights.

Throughout the engine rows are sessions, oldest first, and columns are the things observed (symbols or portfolios),
so that every statistic of a symbol can be asked of a portfolio too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TRADING_DAYS = 252
"""Trading days in a year, for annualising."""

MIN_COVERAGE = 0.5
"""What less than half of the exposure does says nothing about the whole portfolio."""

STALE_CLOSES = 5
"""So many equal closes in a row are one price that nobody updated."""


@dataclass(frozen=True, eq=False, slots=True)
class Returns:
    """Simple daily returns, decimal (0.01 is 1 %), of N columns over T sessions.

    values: (T, N) float64; exactly 0.0 where the mask is False, never NaN.
    mask: (T, N); True where the return is known.
    cash: (N,); True for columns whose return is zero by definition.
    coverage: (T, N), share of the gross exposure with a known return that day; None for symbols.
    """

    values: Floats
    mask: Bools
    cash: Bools
    coverage: Floats | None = None

    def last(self, window: int) -> Returns:
        """The latest `window` sessions, fewer if there are fewer. Raises ValueError unless window > 0."""
        if window < 1:
            raise ValueError("a window has at least one session")
        recent = slice(max(0, len(self.values) - window), None)
        coverage = None if self.coverage is None else self.coverage[recent]
        return Returns(self.values[recent], self.mask[recent], self.cash, coverage)

    def series(self, column: int) -> Floats:
        """One column as (T,) with NaN where the return is unknown."""
        return np.where(self.mask[:, column], self.values[:, column], np.nan)

    def mean_coverage(self) -> Floats | None:
        """(N,) coverage averaged over the known days of each column, NaN without any; None for symbols."""
        if self.coverage is None:
            return None
        days = self.mask.sum(axis=0)
        total = np.where(self.mask, self.coverage, 0.0).sum(axis=0)
        mean: Floats = np.divide(total, days, out=np.full(len(days), np.nan), where=days > 0)
        return mean


def simple_returns(prices: ArrayLike, cash: ArrayLike | None = None) -> Returns:
    """Simple one-session returns p[t] / p[t-1] - 1 of every symbol.

    prices: (T + 1, S) in any currency, one row for every session of the calendar without exception, NaN = no price.
    cash: (S,) True for cash and money-market columns: their return is 0.0 and known on every session, whatever
    their prices.
    Returns (T, S), decimal, daily. A return needs a price on both of two neighbouring sessions; a gap masks two
    returns: prices are never carried forward and a move over several days is never taken for one day's.
    NaN rule: NaN in, masked out. Raises ValueError for prices that are zero, negative or infinite.
    """
    table = np.asarray(prices, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError("prices are a table of sessions by symbols")
    if np.any(table <= 0) or np.any(np.isinf(table)):
        raise ValueError("prices are positive and finite; an unknown price is NaN")
    is_cash = np.zeros(table.shape[1], dtype=np.bool_) if cash is None else np.asarray(cash, dtype=np.bool_)
    present = ~np.isnan(table)
    mask = present[1:] & present[:-1] & ~is_cash
    values = np.divide(table[1:], table[:-1], out=np.ones_like(table[1:]), where=mask) - 1.0
    return Returns(values, mask | is_cash, is_cash)


def stale_closes(closes: ArrayLike) -> Bools:
    """Closes that repeat the one before, in a run of `STALE_CLOSES` or more equal ones: old prices under new dates.

    closes: (T, S) as traded, in any currency, one row for every session, NaN = no price (which ends a run).
    Returns (T, S), True for every close of such a run but its first. A column whose closes are all equal has none:
    it never moved, and the statistics say so themselves. Without its stale closes a symbol loses the returns of 0 that
    nobody traded, and the return that catches up on several days at once.
    NaN rule: NaN is not stale. Raises ValueError unless closes are a table.
    """
    table = np.asarray(closes, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError("closes are a table of sessions by symbols")
    repeats = np.zeros(table.shape, dtype=np.bool_)
    repeats[1:] = table[1:] == table[:-1]
    stale = np.zeros_like(repeats)
    moved = (~repeats & ~np.isnan(table)).sum(axis=0) > 1
    for column in np.flatnonzero(moved & (repeats.sum(axis=0) >= STALE_CLOSES - 1)):
        edges = np.flatnonzero(np.diff(repeats[:, column], prepend=False, append=False))
        for first, end in edges.reshape(-1, 2):
            stale[first:end, column] = end - first >= STALE_CLOSES - 1
    return stale


def portfolio_returns(returns: Returns, weights: Any) -> Returns:
    """Daily returns that portfolios with these constant weights would have had (rebalanced daily).

    returns: (T, S) of symbols. weights: (P, S), dense or scipy.sparse: signed market value / NAV, decimal, shorts
    negative; the rest of NAV (1 - sum) is cash at zero return. Two lots of a symbol are added by the caller.
    Returns (T, P), decimal, daily, share of NAV.

    Unknown returns: let I be the columns that are not cash. A day's coverage is
    sum |w_i| over I with a known return / sum |w_i| over I, and the day's return is
    sum w_i r_i over the known / coverage: the unknown part is assumed to have done as the known part of equal gross
    size did. Days with coverage below `MIN_COVERAGE` are masked. A portfolio of cash alone has return 0, coverage
    1 and is itself cash.
    NaN rule: none comes out. Raises ValueError for weights that are not finite (NAV <= 0 has no weights) or whose
    columns are not those of `returns`.
    """
    from scipy.sparse import csr_array  # 23 MB that the web process never needs

    table = csr_array(weights, dtype=np.float64)
    if table.shape[1] != returns.values.shape[1]:
        raise ValueError("one weight for every column of returns")
    if not np.all(np.isfinite(table.data)):
        raise ValueError("weights are finite")
    exposed = csr_array((np.abs(table.data) * ~returns.cash[table.indices], table.indices, table.indptr), table.shape)
    gross = exposed @ np.ones(table.shape[1])
    known_gross = exposed @ np.ascontiguousarray(returns.mask.T, dtype=np.float64)
    invested = gross > 0
    coverage = np.divide(known_gross, gross[:, None], out=np.ones_like(known_gross), where=invested[:, None])
    mask = coverage >= MIN_COVERAGE
    known_part = table @ np.ascontiguousarray(returns.values.T)
    values = np.divide(known_part, coverage, out=np.zeros_like(coverage), where=mask)
    return Returns(values.T, mask.T, ~invested, coverage.T)
