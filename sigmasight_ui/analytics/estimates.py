"""One statistic of many columns at once, with the reason for every column that has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sigmasight_ui.analytics.beta import NO_VARIANCE
from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import Bools, Floats, Returns

_SUSPICIOUS = 1e-6
"""A variance that is a smaller share of the mean square is too close to rounding to be had from sums of squares."""

Faults = Sequence[tuple[Bools, str]]
"""Why columns have no value, the first that applies: (N,) True where it does, and words with {n} for the count."""


@dataclass(frozen=True, eq=False, slots=True)
class Estimates:
    """A statistic of N columns; arrays are (N,), NaN where there is no estimate; the unit is that of its function.

    n: observations used. reasons: {column: why there is no value}. coverage: mean daily coverage of portfolios, None
    for symbols. std_error: in the unit of the values, None where it is not known.
    """

    values: Floats
    n: Floats
    window: int
    reasons: Mapping[int, str]
    coverage: Floats | None
    method: str
    std_error: Floats | None = None

    def figure(self, column: int) -> Figure:
        """The statistic of one column."""
        n, window, method = int(self.n[column]), self.window, self.method
        coverage = None if self.coverage is None else float(self.coverage[column])
        if reason := self.reasons.get(column):
            return unavailable(reason, method=method, n_obs=n, window=window, coverage=coverage)
        error = None if self.std_error is None else self.std_error[column]
        value = self.values[column]
        return known(value, method=method, n_obs=n, window=window, std_error=error, coverage=coverage)


def judged(
    returns: Returns,
    values: Floats,
    n: Floats,
    window: int,
    faults: Faults,
    method: str,
    *,
    std_error: Floats | None = None,
    cash: float | None = 0.0,
) -> Estimates:
    """Estimates without those at fault.

    returns: the columns the statistic (N,) is of. cash: its value for cash by definition, with error 0; None: cash has
    none, because it does not vary.
    """
    if cash is None:
        checked = [(returns.cash, "cash does not vary"), *faults]
    else:
        checked = [(at_fault & ~returns.cash, words) for at_fault, words in faults]
    reasons: dict[int, str] = {}
    for at_fault, words in reversed(checked):
        for column in at_fault.nonzero()[0].tolist():
            reasons[column] = words.format(n=int(n[column]))
    missing = np.zeros(len(n))
    missing[list(reasons)] = np.nan

    def published(numbers: Floats, of_cash: float) -> Floats:
        return np.where(returns.cash, of_cash, numbers) + missing

    error = None if std_error is None else published(std_error, 0.0)
    coverage = returns.mean_coverage()
    return Estimates(published(values, cash or 0.0), n, window, reasons, coverage, method, error)


def days_needed(returns: Returns, n: Floats, needed: int) -> tuple[Bools, str]:
    """The fault of too few known days, in the words for symbols or for portfolios."""
    if returns.coverage is None:
        return n < needed, f"{{n}} daily returns, {needed} are needed"
    return n < needed, f"{{n}} days on which half of the portfolio has a return, {needed} are needed"


def stale(returns: Returns) -> tuple[Bools, str]:
    """The fault of a column that did the same every day: a price nobody updates."""
    n = np.maximum(returns.mask.sum(axis=0), 1)
    mean = returns.values.sum(axis=0) / n
    squares = np.einsum("tn,tn->n", returns.values, returns.values)
    suspects = np.flatnonzero(~(squares - n * mean**2 > np.maximum(_SUSPICIOUS * squares, NO_VARIANCE * n)))
    still = np.zeros(len(n), dtype=np.bool_)
    if len(suspects):
        centred = np.where(returns.mask[:, suspects], returns.values[:, suspects] - mean[suspects], 0.0)
        still[suspects] = ~(np.einsum("tn,tn->n", centred, centred) > NO_VARIANCE * n[suspects])
    return still, "the price did not move"
