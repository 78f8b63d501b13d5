"""What a set of positions gains day by day, in dollars, so that portfolios can be added before they are measured.

Returns at constant weights are linear in the market values: the gains of two portfolios add up to the gains of both
together. The volatility of all accounts is that of their pooled book, never a mean of their volatilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.returns import MIN_COVERAGE, Floats, Returns


@dataclass(frozen=True, eq=False, slots=True)
class Book:
    """Dollars per session, oldest first, of positions held at their present market values.

    gains: (T,), sum of market value x return over the positions with a known return that day; signed.
    covered: (T,), gross market value of those positions. gross: that of all positions that are not cash.
    """

    gains: Floats
    covered: Floats
    gross: float

    def returns(self, nav: float) -> Returns:
        """Daily returns on NAV as one column, decimal; the rule for unknown returns is that of `portfolio_returns`.

        A book without gross exposure is cash. Raises ValueError unless nav is positive and finite: there are no
        returns on anything else.
        """
        if not (np.isfinite(nav) and nav > 0):
            raise ValueError("returns need a positive NAV")
        coverage = self.covered / self.gross if self.gross > 0 else np.ones_like(self.covered)
        mask = coverage >= MIN_COVERAGE
        values = np.divide(self.gains / nav, coverage, out=np.zeros_like(coverage), where=mask)
        cash = np.array([self.gross == 0])
        return Returns(values[:, None], mask[:, None], cash, coverage[:, None])


def book(returns: Returns, market_values: ArrayLike, without_returns: float = 0.0) -> Book:
    """The book of positions in the columns of `returns`.

    returns: (T, S) of symbols. market_values: (S,) dollars, shorts negative; cash columns count neither as gain nor
    as exposure. without_returns: gross market value of positions that have no column (options, private assets).
    NaN rule: ValueError for market values that are not finite, one per column.
    """
    values = np.asarray(market_values, dtype=np.float64)
    if values.shape != (returns.values.shape[1],) or not np.all(np.isfinite(values)):
        raise ValueError("one finite market value for every column of returns")
    exposed = np.where(returns.cash, 0.0, values)
    return Book(
        gains=returns.values @ exposed,
        covered=returns.mask.astype(np.float64) @ np.abs(exposed),
        gross=float(np.abs(exposed).sum() + without_returns),
    )


def pool(books: Sequence[Book]) -> Book:
    """All books as one. They must end on the same session; what one has further back than another is dropped.

    Positions of different books that offset each other offset in the gains, not in the gross exposure. Raises
    ValueError for no books.
    """
    if not books:
        raise ValueError("nothing to pool")
    sessions = min(len(each.gains) for each in books)
    recent = slice(-sessions, None) if sessions else slice(0)
    return Book(
        gains=np.sum([each.gains[recent] for each in books], axis=0),
        covered=np.sum([each.covered[recent] for each in books], axis=0),
        gross=float(sum(each.gross for each in books)),
    )
