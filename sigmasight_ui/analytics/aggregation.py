"""Several portfolios seen as one: weights by NAV and the weighted mean of a figure with each contribution.

Right for what is linear in NAV (beta, exposures). Volatility is not: its weighted mean ignores that portfolios offset
each other and is only an upper bound; the volatility of all accounts comes from their pooled weights instead
(`portfolio_returns` of the NAV-weighted sum of the weight rows).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import Floats

_METHOD = "NAV-weighted mean of the portfolios"


def nav_weights(navs: ArrayLike) -> Floats | None:
    """Share of each portfolio in the total NAV: (P,), decimal, adding up to 1.

    navs: (P,) finite, same currency; a negative one gets a negative weight. All zero: equal weights. None when the
    total is zero or negative otherwise: shares of it mean nothing. Empty in, empty out. ValueError for NaN.
    """
    values = np.asarray(navs, dtype=np.float64)
    if not np.all(np.isfinite(values)):
        raise ValueError("NAVs are finite")
    if not np.any(values):
        return np.full(len(values), 1.0 / max(len(values), 1))
    total = values.sum()
    return values / total if total > 0 else None


@dataclass(frozen=True, slots=True)
class CombinedFigure:
    """The combined figure, and per portfolio its weight among those that have a value and its contribution
    (weight x value; they add up to the figure), None where the portfolio has no value."""

    figure: Figure
    weights: tuple[float | None, ...]
    contributions: tuple[float | None, ...]


def combine(figures: Sequence[Figure], navs: ArrayLike) -> CombinedFigure:
    """NAV-weighted mean of one figure over P portfolios, the weights renormalised over those that have a value.

    Unit and sign are those of the figures. A single portfolio keeps its own figure, untouched. Coverage is the weight
    of the portfolios with a value times their own coverage; n_obs the smallest; no standard error, because the
    portfolios' errors are not independent. No value anywhere, or a total NAV <= 0: unavailable. ValueError when
    `navs` has not one finite value per figure.
    """
    values = np.asarray(navs, dtype=np.float64)
    if values.shape != (len(figures),):
        raise ValueError("one NAV for every figure")
    if len(figures) == 1:
        only = figures[0]
        return CombinedFigure(only, (None if only.value is None else 1.0,), (only.value,))
    shares = nav_weights(values)
    valued = [i for i, figure in enumerate(figures) if figure.value is not None]
    of_valued = None if shares is None or not valued else nav_weights(values[valued])
    if shares is None or of_valued is None:
        nothing: tuple[None, ...] = (None,) * len(figures)
        reason = "no portfolio has this figure" if not valued else "the total NAV is not positive"
        return CombinedFigure(unavailable(reason, method=_METHOD, coverage=0.0), nothing, nothing)
    return _weighted(figures, valued, of_valued, shares)


def _weighted(figures: Sequence[Figure], valued: list[int], of_valued: Floats, shares: Floats) -> CombinedFigure:
    weights: list[float | None] = [None] * len(figures)
    contributions: list[float | None] = [None] * len(figures)
    for i, weight in zip(valued, of_valued, strict=True):
        value = figures[i].value
        weights[i] = float(weight)
        contributions[i] = None if value is None else float(weight) * value
    covered = [abs(shares[i]) * (1.0 if (own := figures[i].coverage) is None else own) for i in valued]
    counts = [n for i in valued if (n := figures[i].n_obs) is not None]
    figure = known(
        sum(c for c in contributions if c is not None),
        method=_METHOD,
        n_obs=min(counts, default=None),
        window=figures[valued[0]].window,
        coverage=float(sum(covered) / np.abs(shares).sum()),
    )
    return CombinedFigure(figure, tuple(weights), tuple(contributions))
