"""Pure rules of the room: the names of the figures, and when there is nothing truthful to show."""

from __future__ import annotations

from collections.abc import Sequence

from sigmasight_ui.core.rate_limit import Limit

ON_DEMAND = Limit("computation", 60, 60)
"""What is computed because somebody asks, not with the runs: a whole portfolio each time."""
BETAS = ("beta_252", "beta_90")
VOLATILITIES = ("volatility_21", "volatility_63", "volatility_252", "volatility_percentile")
CONCENTRATION = ("hhi", "effective_n", "top_3", "top_10", "largest")
EXPOSURES = ("long", "short", "gross", "net", "cash")
SECTOR = "sector:"
FORECASTS = ("volatility_ewma", "volatility_forecast")
TREND = "volatility_trend"
TAILS = ("var_95", "var_99", "cvar_95", "cvar_99")
NORMAL_TAILS = tuple(f"normal_{key}" for key in TAILS)
FACTOR, SPREAD, STRESS = "factor:", "spread:", "stress:"
"""Beginnings of keys: what follows is a factor, a spread, a scenario."""
CONTRIBUTION = "contribution:"
FACTOR_MODEL = ("r_squared", "model_volatility", "factor_volatility", "specific_volatility", "specific_contribution")
CORRELATION = ("correlation_average", "correlation_effective_n")
GREEKS = ("delta", "gamma", "vega", "theta", "rho", "delta_exposure")
DRAWDOWNS = ("drawdown", "max_drawdown", "sharpe", "sortino", "calmar")
WINDOWS = {
    "beta_252": 252, "beta_90": 90, "volatility_21": 21, "volatility_63": 63, "volatility_252": 252,
    "volatility_percentile": 252, "volatility_ewma": 252, "volatility_forecast": 756, TREND: 21,
    **dict.fromkeys((*TAILS, *NORMAL_TAILS), 504), **dict.fromkeys((*FACTOR_MODEL, *CORRELATION), 252),
}  # fmt: skip
FIGURES = (*EXPOSURES, *BETAS, *VOLATILITIES, *FORECASTS, *TAILS, *CONCENTRATION)
"""What every portfolio with prices should have; what only some have (options, correlations of one position) is read
with its exhibit."""

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
    "volatility_ewma": "√(exponentially weighted mean of squared daily returns, decay 0.94) x √252",
    "volatility_forecast": "HAR: next day's squared return on the last day's, week's and month's, x 252, square root",
    TREND: "straight line through the last 21 values of the 21-day volatility",
    "var_95": "the k-th worst of n daily returns, k = floor(0.05 n) + 1",
    "var_99": "the k-th worst of n daily returns, k = floor(0.01 n) + 1",
    "cvar_95": "mean of the worst 5% of the daily returns",
    "cvar_99": "mean of the worst 1% of the daily returns",
    "r_squared": "R² of the joint ridge regression of daily returns on all factors",
    "model_volatility": "factor model: √(b′Fb + Σ w² specific variance) x √252",
    "factor_volatility": "factor model: √(b′Fb) x √252",
    "specific_volatility": "factor model: √(Σ w² specific variance) x √252",
    "specific_contribution": "specific variance / volatility, by the factor model",
    "correlation_average": "mean correlation of daily returns over all pairs",
    "correlation_effective_n": "1 / mean of the whole correlation matrix",
    "delta": "delta x contract size x contracts x price of the underlying",
    "gamma": "delta gained when the underlying rises by 1%, in dollars at its present price",
    "vega": "gain per percentage point of volatility",
    "theta": "gain per calendar day",
    "rho": "gain per percentage point of the interest rate",
    "delta_exposure": "delta-adjusted exposure / NAV",
    "stress": "exposures x expected factor moves given the shocks, options revalued",
    "drawdown": "value below its highest earlier value, contributions and withdrawals aside",
    "max_drawdown": "deepest fall below the highest earlier value, contributions and withdrawals aside",
    "sharpe": "mean daily return / standard deviation, x √252",
    "sortino": "mean daily return / downside deviation, x √252",
    "calmar": "compound return per year / deepest drawdown",
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
