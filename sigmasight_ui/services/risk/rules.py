"""Pure rules of the room: the names of the figures, and when there is nothing truthful to show."""

from __future__ import annotations

from collections.abc import Sequence

BETAS = ("beta_252", "beta_90")
VOLATILITIES = ("volatility_21", "volatility_63", "volatility_252", "volatility_percentile")
CONCENTRATION = ("hhi", "effective_n", "top_3", "top_10", "largest")
EXPOSURES = ("long", "short", "gross", "net", "cash")
SECTOR = "sector:"
WINDOWS = {
    "beta_252": 252, "beta_90": 90, "volatility_21": 21, "volatility_63": 63, "volatility_252": 252,
    "volatility_percentile": 252,
}  # fmt: skip
FIGURES = (*EXPOSURES, *BETAS, *VOLATILITIES, *CONCENTRATION)

_BETA = "OLS of daily returns at present weights on the market's, with intercept"
_VOLATILITY = "sample standard deviation of daily returns at present weights x √252"
METHODS = {
    "long": "market value of long positions / NAV",
    "short": "market value of short positions / NAV, negative",
    "gross": "long and absolute short market value / NAV",
    "net": "long less absolute short market value / NAV",
    "cash": "cash / NAV, negative on margin",
    "beta_252": _BETA,
    "beta_90": _BETA,
    "volatility_21": _VOLATILITY,
    "volatility_63": _VOLATILITY,
    "volatility_252": _VOLATILITY,
    "volatility_percentile": "share of the past year's 63-day volatilities below the present one",
    "hhi": "sum of squared shares of gross exposure x 10,000",
    "effective_n": "10,000 / HHI",
    "top_3": "three largest shares of gross exposure",
    "top_10": "ten largest shares of gross exposure",
    "largest": "largest share of gross exposure",
}
"""What is computed, in a few words; known even where there is no value."""

MIN_COVERAGE = 0.5
"""When less than half of the positions' cost has a price, their sum is not the portfolio's value."""

NOT_CALCULATED = "not calculated yet"
NAV_NOT_POSITIVE = "NAV is not positive, so there are no shares of it"
BOUGHT_LATER = "bought after the last close"


def value_problem(coverage: float | None) -> str | None:
    """Why a valuation is not shown as the portfolio's value; None when it is."""
    if coverage is not None and coverage < MIN_COVERAGE:
        return f"only {coverage:.0%} of the positions' cost has a price"
    return None


def share_problem(nav_is_positive: bool, coverage: float | None) -> str | None:
    """Why there are no figures relative to NAV; None when there are."""
    return value_problem(coverage) or (None if nav_is_positive else NAV_NOT_POSITIVE)


def evenly(count: int, at_most: int) -> Sequence[int]:
    """Indices of at most so many of `count` items, evenly spread, first and last always among them."""
    if count <= at_most:
        return range(count)
    step = (count - 1) / (at_most - 1)
    return [round(number * step) for number in range(at_most)]
