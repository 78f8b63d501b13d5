"""What figures are called, in a few words."""

from __future__ import annotations

from collections.abc import Sequence

from sigmasight_ui.services.risk import rules
from sigmasight_ui.services.risk.episodes import episodes
from sigmasight_ui.services.risk.schemas import HistoryRange, ScenarioView

_TITLES = {
    "long": "Long exposure", "short": "Short exposure", "gross": "Gross exposure", "net": "Net exposure",
    "cash": "Cash", "beta_252": "Beta, 252 days", "beta_90": "Beta, 90 days",
    "volatility_21": "Volatility, 21 days", "volatility_63": "Volatility, 63 days",
    "volatility_252": "Volatility, 252 days", "volatility_percentile": "Volatility, place in its year",
    "volatility_ewma": "Volatility, exponentially weighted", "volatility_forecast": "Volatility, forecast",
    rules.TREND: "Volatility, trend", "var_95": "Value at risk 95%", "var_99": "Value at risk 99%",
    "cvar_95": "Expected shortfall 95%", "cvar_99": "Expected shortfall 99%",
    "normal_var_95": "Value at risk 95%, normal", "normal_var_99": "Value at risk 99%, normal",
    "normal_cvar_95": "Expected shortfall 95%, normal", "normal_cvar_99": "Expected shortfall 99%, normal",
    "r_squared": "R² of the factor model", "model_volatility": "Volatility by the factor model",
    "factor_volatility": "Volatility from factors", "specific_volatility": "Volatility from single positions",
    "specific_contribution": "Single positions, part of the volatility",
    "correlation_average": "Average correlation", "correlation_effective_n": "Independent positions",
    "delta": "Delta", "gamma": "Gamma", "vega": "Vega", "theta": "Theta", "rho": "Rho",
    "delta_exposure": "Delta-adjusted exposure of options", "drawdown": "Drawdown now",
    "max_drawdown": "Deepest drawdown", "sharpe": "Sharpe ratio", "sortino": "Sortino ratio", "calmar": "Calmar ratio",
    "hhi": "Concentration (HHI)", "effective_n": "Effective positions", "top_3": "Three largest positions",
    "top_10": "Ten largest positions", "largest": "Largest position",
}  # fmt: skip
_FACTORS = {
    "market": "market", "value": "value against growth", "growth": "growth", "momentum": "momentum",
    "quality": "quality", "size": "size", "low_volatility": "low volatility", "interest_rate": "long bonds",
}  # fmt: skip
RETURNS = {
    "time_weighted": "Return, {}", "annualised": "Return a year, {}", "modified_dietz": "Modified Dietz, {}",
    "money_weighted": "Money-weighted return, {}", "money_weighted_annual": "Money-weighted return a year, {}",
    "benchmark_return": "Return of SPY, {}",
}  # fmt: skip
"""By what they are called in `RangePerformance`; a key is the name, a colon and the range."""
SYMBOL_BETA = "beta:"
_SPREADS = ("growth_value_spread", "momentum_spread", "size_spread", "quality_spread")
_BEGINNINGS = {
    rules.FACTOR: "Exposure to {}", rules.SPREAD: "Beta to {} alone", rules.CONTRIBUTION: "Volatility from {}",
    rules.SECTOR: "Sector {}", SYMBOL_BETA: "Beta of {}, 252 days",
}  # fmt: skip


def title(key: str, scenarios: Sequence[ScenarioView] = ()) -> str:
    """scenarios: those whose names may be asked for. An unknown key is its own title."""
    kind, _, range_ = key.partition(":")
    if kind in RETURNS:
        return RETURNS[kind].format(range_)
    if key.startswith(rules.STRESS):
        return _scenario(key.removeprefix(rules.STRESS), scenarios)
    for beginning, words in _BEGINNINGS.items():
        if key.startswith(beginning):
            what = key.removeprefix(beginning)
            return words.format(_FACTORS.get(what, what.replace("_", " ")))
    return _TITLES.get(key, key)


def is_return(key: str) -> bool:
    return key.partition(":")[0] in RETURNS


def is_title(key: str, scenarios: Sequence[ScenarioView]) -> bool:
    """Whether there can be a figure of this key; which sectors and symbols there are depends on the
    portfolio."""
    if key.startswith((rules.SECTOR, SYMBOL_BETA)):
        return True
    if key.startswith(rules.STRESS):
        known = {each.key for each in episodes()} | {each.key for each in scenarios}
        return key.removeprefix(rules.STRESS) in known
    of_factors = {f"{beginning}{name}" for beginning in (rules.FACTOR, rules.CONTRIBUTION) for name in _FACTORS}
    of_ranges = {f"{kind}:{each.value}" for kind in RETURNS for each in HistoryRange}
    return (
        key in _TITLES or key in of_factors or key in of_ranges or key in {f"{rules.SPREAD}{name}" for name in _SPREADS}
    )


def _scenario(key: str, scenarios: Sequence[ScenarioView]) -> str:
    names = {each.key: each.name for each in episodes()} | {each.key: each.name for each in scenarios}
    return names.get(key, key)
