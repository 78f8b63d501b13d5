"""How much of a portfolio hangs on few names and few sectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import Floats

UNCLASSIFIED = "Unclassified"
HHI_POINTS = 10_000.0

_METHODS = {
    "hhi": "sum of squared shares of gross exposure x 10,000",
    "effective_n": "10,000 / HHI",
    "top_3": "three largest shares of gross exposure",
    "top_10": "ten largest shares of gross exposure",
    "largest": "largest share of gross exposure",
}


@dataclass(frozen=True, slots=True)
class Concentration:
    """hhi: Herfindahl-Hirschman index, 0 to 10,000 points; effective_n: number of equal names with the same index;
    top_3, top_10, largest: shares of gross exposure, 0 to 1; largest_name: None when there is none."""

    hhi: Figure
    effective_n: Figure
    top_3: Figure
    top_10: Figure
    largest: Figure
    largest_name: str | None


def concentration(names: Sequence[str], market_values: ArrayLike, coverage: float | None = None) -> Concentration:
    """Concentration of |market value| by name over gross exposure.

    names: of every position; lots with the same name count as one. market_values: (n,) signed, any currency.
    A long and a short lot of a name add up rather than cancel, so that the shares add up to gross exposure.
    coverage: share of the book with a known value, passed on to the figures; n_obs is the number of names.
    NaN rule: ValueError for values that are not finite: what has no value is left out by the caller.
    Source: US Department of Justice, Herfindahl-Hirschman Index, https://www.justice.gov/atr/herfindahl-hirschman-index
    """
    values = _finite(market_values, len(names))
    distinct, codes = np.unique(list(names), return_inverse=True)
    by_name = np.bincount(codes, weights=np.abs(values))
    gross = by_name.sum()
    n_names = int(np.count_nonzero(by_name))
    if gross == 0:
        nothing = "no position has a value"
        none = {key: unavailable(nothing, method=how, n_obs=0, coverage=coverage) for key, how in _METHODS.items()}
        return Concentration(**none, largest_name=None)
    shares = by_name / gross
    ranked = -np.sort(-shares)
    index = float(shares @ shares)
    values_by_key = {
        "hhi": index * HHI_POINTS,
        "effective_n": 1.0 / index,
        "top_3": ranked[:3].sum(),
        "top_10": ranked[:10].sum(),
        "largest": ranked[0],
    }
    figures = {
        key: known(value, method=_METHODS[key], n_obs=n_names, coverage=coverage)
        for key, value in values_by_key.items()
    }
    return Concentration(**figures, largest_name=str(distinct[int(np.argmax(shares))]))


@dataclass(frozen=True, slots=True)
class SectorExposure:
    """Exposure to one sector as shares of NAV, decimal: net is signed (shorts negative), gross is not."""

    sector: str
    net: Figure
    gross: Figure


def sector_exposure(
    sectors: Sequence[str | None], market_values: ArrayLike, nav: float, coverage: float | None = None
) -> tuple[SectorExposure, ...]:
    """Exposure by sector as share of NAV, largest gross first; what has no sector stays, as "Unclassified".

    sectors: of every position, None or blank = unknown. market_values: (n,) signed. nav: same currency.
    The net shares add up to net exposure / NAV, the gross ones to gross exposure / NAV. n_obs counts positions.
    With NAV <= 0 there are no shares, only a reason. NaN rule: ValueError for values or a NAV that are not finite.
    """
    values = _finite(market_values, len(sectors))
    if not np.isfinite(nav):
        raise ValueError("NAV is a finite number")
    labels = np.array([(sector or "").strip() or UNCLASSIFIED for sector in sectors])
    rows = [(str(label), values[labels == label]) for label in np.unique(labels)]
    rows.sort(key=lambda row: (-np.abs(row[1]).sum(), row[0]))
    return tuple(
        SectorExposure(
            label,
            _share_of_nav(held.sum(), nav, len(held), "signed market value / NAV", coverage),
            _share_of_nav(np.abs(held).sum(), nav, len(held), "absolute market value / NAV", coverage),
        )
        for label, held in rows
    )


def _share_of_nav(amount: float, nav: float, n: int, method: str, coverage: float | None) -> Figure:
    if nav <= 0:
        reason = "NAV is not positive, so there are no shares of it"
        return unavailable(reason, method=method, n_obs=n, coverage=coverage)
    return known(amount / nav, method=method, n_obs=n, coverage=coverage)


def _finite(market_values: ArrayLike, length: int) -> Floats:
    values = np.asarray(market_values, dtype=np.float64)
    if values.shape != (length,) or not np.all(np.isfinite(values)):
        raise ValueError("one finite market value for every position")
    return values
