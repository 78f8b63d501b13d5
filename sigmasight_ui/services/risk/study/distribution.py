"""What the daily returns of the present positions say: betas, volatility, tail."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from sigmasight_ui.analytics import forecast, tail
from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.figure import Figure, unavailable
from sigmasight_ui.analytics.returns import Floats, Returns
from sigmasight_ui.analytics.tail import TailRisk as Losses
from sigmasight_ui.analytics.volatility import WINDOWS, realised_volatility, volatility_percentile
from sigmasight_ui.services.risk import inputs, nothing, rules
from sigmasight_ui.services.risk.schemas import (
    Bin,
    ConeBand,
    FigureView,
    TailEstimates,
    TailFigure,
    TailRisk,
    VolatilityPoint,
    VolatilityProfile,
)
from sigmasight_ui.services.risk.study.figures import on_nav, view
from sigmasight_ui.services.risk.study.subject import Subject

MAX_POINTS, MAX_BINS = 500, 40
_STEPS = (0.0005, 0.001, 0.002, 0.0025, 0.005, 0.01, 0.02, 0.025, 0.05, 0.1)


def betas(s: Subject) -> dict[str, FigureView]:
    if s.problem:
        return {key: _without(s, key) for key in rules.BETAS}
    market = s.model.market[-len(s.returns.values) :]
    return {key: _beta(s, key, market) for key in rules.BETAS}


def _beta(s: Subject, key: str, market: Floats) -> FigureView:
    found = market_beta(s.returns, market, rules.WINDOWS[key])
    return _on(s, found.figure(0), key, {"r_squared": found.r_squared_figure(0).value})


# Volatility


def volatility_view(s: Subject) -> VolatilityProfile:
    if s.problem:
        realised = {key: _without(s, key) for key in (*rules.VOLATILITIES, *rules.FORECASTS, rules.TREND)}
        return _profile(s, realised, None, (), (), s.problem)
    returns = s.returns
    figures: dict[str, FigureView] = {
        key: _on(s, realised_volatility(returns, rules.WINDOWS[key]).figure(0), key) for key in rules.VOLATILITIES[:3]
    }
    trend = forecast.volatility_trend(returns)[0]
    figures |= {
        "volatility_ewma": _on(s, forecast.ewma_volatility(returns).figure(0), "volatility_ewma"),
        "volatility_forecast": _on(s, forecast.har_forecast(returns).volatility.figure(0), "volatility_forecast"),
        "volatility_percentile": _on(s, volatility_percentile(returns)[0], "volatility_percentile"),
        rules.TREND: _on(s, trend.slope, rules.TREND, {"direction": trend.direction}),
    }
    rolled = {window: forecast.rolling_volatility(returns, window)[:, 0] for window in forecast.CONE_WINDOWS}
    return _profile(s, figures, trend.direction, _cone(s, rolled), _history(s, rolled), None)


def _profile(
    s: Subject,
    figures: dict[str, FigureView],
    direction: str | None,
    cone: tuple[ConeBand, ...],
    history: tuple[VolatilityPoint, ...],
    reason: str | None,
) -> VolatilityProfile:
    return VolatilityProfile(
        volatility_21=figures["volatility_21"],
        volatility_63=figures["volatility_63"],
        volatility_252=figures["volatility_252"],
        ewma=figures["volatility_ewma"],
        forecast=figures["volatility_forecast"],
        percentile=figures["volatility_percentile"],
        trend=figures[rules.TREND],
        direction=direction,
        cone=cone,
        history=history,
        as_of=s.as_of,
        coverage=figures["volatility_63"].coverage_nav,
        reason=reason,
    )


def _cone(s: Subject, rolled: Mapping[int, Floats]) -> tuple[ConeBand, ...]:
    bands = [forecast.cone_band(s.returns, window, rolled[window]) for window in forecast.CONE_WINDOWS]
    return tuple(
        ConeBand(
            band.window, _on(s, band.present), band.lowest, band.quartile_1, band.median, band.quartile_3,
            band.highest, band.n,
        )
        for band in bands
    )  # fmt: skip


def _history(s: Subject, rolled: Mapping[int, Floats]) -> tuple[VolatilityPoint, ...]:
    """As exact as a line can be drawn."""
    sessions = s.model.sessions[-len(s.returns.values) :]
    table = np.full((len(sessions), len(WINDOWS)), np.nan)
    for column, window in enumerate(WINDOWS):
        table[len(sessions) - len(rolled[window]) :, column] = np.round(rolled[window], 6)
    known = np.flatnonzero(np.isfinite(table).any(axis=1)).tolist()
    shown = [known[at] for at in rules.evenly(len(known), MAX_POINTS)]
    rows = zip(shown, table[shown].tolist(), strict=True)
    return tuple(VolatilityPoint(sessions[at], *map(_finite, row)) for at, row in rows)


# Tail


def tail_view(s: Subject) -> TailRisk:
    if s.problem:
        return nothing.tail(s.problem, s.as_of)
    recent = s.returns.last(tail.WINDOW)
    known = recent.values[recent.mask[:, 0], 0]
    historical, normal = (
        _estimates(s, tail.historical_tail, rules.TAILS),
        _estimates(s, tail.normal_tail, rules.NORMAL_TAILS),
    )
    figure = historical.var_95.figure
    return TailRisk(
        historical=historical, normal=normal, bins=_bins(known), n_obs=len(known), window=tail.WINDOW, as_of=s.as_of,
        coverage=figure.coverage_nav, reason=figure.reason,
    )  # fmt: skip


def _estimates(s: Subject, measure: Callable[[Returns, float], Losses], keys: tuple[str, ...]) -> TailEstimates:
    lower, higher = (measure(s.returns, level) for level in (0.95, 0.99))
    var_95, var_99, cvar_95, cvar_99 = keys
    return TailEstimates(
        var_95=_at_risk(s, lower, var_95), var_99=_at_risk(s, higher, var_99),
        cvar_95=_loss(s, lower.cvar.figure(0), cvar_95), cvar_99=_loss(s, higher.cvar.figure(0), cvar_99),
    )  # fmt: skip


def _at_risk(s: Subject, found: Losses, key: str) -> TailFigure:
    low, high, confidence = (_finite(each[0]) for each in (found.low, found.high, found.confidence))
    return replace(_loss(s, found.var.figure(0), key), low=low, high=high, confidence=confidence)


def _loss(s: Subject, figure: Figure, key: str) -> TailFigure:
    nav = float(s.nav.nav)
    amount = None if figure.value is None else inputs.money(figure.value * nav)
    error = None if figure.std_error is None else inputs.money(figure.std_error * nav)
    return TailFigure(_on(s, figure, key), amount, error, None, None, None)


def _bins(returns: Floats) -> tuple[Bin, ...]:
    """Of equal width, a round number, with an edge at zero."""
    if len(returns) == 0:
        return ()
    low, high = float(returns.min()), float(returns.max())
    step = next((each for each in _STEPS if (high - low) / each <= MAX_BINS - 2), (high - low) / (MAX_BINS - 2))
    numbers = np.floor(returns / step).astype(np.intp)
    first = int(numbers.min())
    counts = np.bincount(numbers - first).tolist()
    return tuple(Bin((first + at) * step, (first + at + 1) * step, count) for at, count in enumerate(counts))


def _on(s: Subject, figure: Figure, key: str = "", details: dict[str, object] | None = None) -> FigureView:
    return view(on_nav(figure, s.nav), s.as_of, key, details)


def _without(s: Subject, key: str) -> FigureView:
    coverage = s.best_coverage * (1.0 if s.nav.coverage is None else s.nav.coverage)
    figure = unavailable(s.problem or "", method=rules.METHODS[key], window=rules.WINDOWS.get(key), coverage=coverage)
    return view(figure, s.as_of, key)


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
