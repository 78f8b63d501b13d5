"""Volatility: the line of one window, where it is expected to go, and the cone of the windows of the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sigmasight_ui.services.risk.schemas import ConeBand, FigureView, VolatilityProfile
from sigmasight_ui.ui import format
from sigmasight_ui.ui.kit.chart_geometry import LinePlot, line_plot
from sigmasight_ui.ui.kit.curve import monotone
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.receipts import Receipt, receipt

WINDOWS = ("21", "63", "252")
AHEAD = 126
"""Trading days the cone reaches into the future."""
_A_YEAR = 252 / 365.25


@dataclass(frozen=True)
class ConeLine:
    window: str
    present: str
    lowest: str
    middle: str
    median: str
    highest: str


@dataclass(frozen=True)
class FigureLine:
    key: str
    name: str
    value: str
    error: str
    days: str
    reason: str = ""


@dataclass(frozen=True)
class Volatility(Card):
    window: str = "63"
    plot: LinePlot = field(default_factory=LinePlot)
    cone: list[ConeLine] = field(default_factory=list)
    figures: list[FigureLine] = field(default_factory=list)


def volatility(found: VolatilityProfile, window: str) -> Volatility:
    if found.reason is not None:
        return Volatility(MISSING, window=window, reason=wording.sentence(found.reason))
    named = _named(found)
    return Volatility(
        SHOWN,
        finding=_finding(found, window),
        foot=_foot(getattr(found, f"volatility_{window}")),
        window=window,
        plot=_plot(found, window),
        cone=[_cone(band) for band in found.cone],
        figures=[_figure(key, name, figure) for key, (name, figure, _) in named.items()],
        receipts={key: _receipt(name, figure, formula) for key, (name, figure, formula) in named.items()},
    )


def _named(found: VolatilityProfile) -> dict[str, tuple[str, FigureView, str]]:
    realised = "Standard deviation of the daily returns of the window, scaled to a year."
    weighted = "Square root of the weighted mean of squared returns, scaled to a year."
    har = "Tomorrow's squared return, expected from those of the last day, week and month."
    return {
        "volatility_21": ("21 days", found.volatility_21, realised),
        "volatility_63": ("63 days", found.volatility_63, realised),
        "volatility_252": ("252 days", found.volatility_252, realised),
        "volatility_ewma": ("Weighted to recent days", found.ewma, weighted),
        "volatility_forecast": ("Forecast", found.forecast, har),
    }


def _finding(found: VolatilityProfile, window: str) -> str:
    figure: FigureView = getattr(found, f"volatility_{window}")
    if figure.value is None:
        return wording.sentence(f"volatility of {window} days is unknown: {figure.reason}")
    place = ""
    if window == "63" and found.percentile.value is not None:
        place = f", above {format.percent(found.percentile.value, 0)} of the past year"
    forecast = "" if found.forecast.value is None else f"; forecast {format.percent(found.forecast.value)}"
    turn = f" and {found.direction}" if found.direction else ""
    return f"{format.percent(figure.value)} a year over the last {window} days{turn}{place}{forecast}."


def _foot(figure: FigureView) -> str:
    error = wording.percent_error(figure.std_error)
    return wording.joined(f"{error} points" if error else "", wording.days(figure))


def _plot(found: VolatilityProfile, window: str) -> LinePlot:
    history = [(point.session, getattr(point, f"volatility_{window}")) for point in found.history]
    first = next((at for at, (_, value) in enumerate(history) if value is not None), len(history))
    dates, values = [day for day, _ in history[first:]], [value for _, value in history[first:]]
    if len(dates) < 2:
        return LinePlot(summary=f"No line: fewer than {window} days before the first of two points.")
    ahead, lower, upper = _future(found, dates)
    past: list[float | None] = [None] * (len(dates) - 1)
    start = found.forecast.value
    expected = [] if start is None else [*past, start, *[start] * len(ahead)]
    band = ([], []) if start is None or not lower else ([*past, start, *lower], [*past, start, *upper])
    days = [*dates, *ahead]
    end = "" if start is None else format.percent(start)
    return line_plot(
        days,
        [*values, *[None] * len(ahead)],
        name=f"{window} days",
        forecast=expected,
        forecast_name=end,
        band=band,
        axis=wording.percent_axis([*values, *lower, *upper]),
        date_label=format.month,
        reading=lambda at: f"{format.day(days[at])}: {_said(values, lower, upper, at)}",
        summary=f"Line of the {window}-day volatility since {format.day(dates[0])}. {_finding(found, window)}",
    )


def _said(values: Sequence[float | None], lower: Sequence[float | None], upper: Sequence[float | None], at: int) -> str:
    if at < len(values):
        return format.percent(values[at])
    ahead = at - len(values)
    return f"half of the past lies from {format.percent(lower[ahead])} to {format.percent(upper[ahead])}"


def _future(
    found: VolatilityProfile, dates: Sequence[date]
) -> tuple[list[date], list[float | None], list[float | None]]:
    """Days ahead at the pace of the history, and between which volatilities half of the past windows of that length
    lay: the cone, smooth from one window to the next."""
    bands = [band for band in found.cone if band.quartile_1 is not None and band.window <= AHEAD]
    start = found.forecast.value
    if not bands or start is None:
        return [], [], []
    pace = max(1.0, (dates[-1] - dates[0]).days * _A_YEAR / (len(dates) - 1))
    steps = [round(step * pace) for step in range(1, int(AHEAD / pace) + 1)]
    days = [dates[-1] + timedelta(days=round(step / _A_YEAR)) for step in steps]
    knots = [0, *(band.window for band in bands)]
    lower = monotone(knots, [start, *(band.quartile_1 or 0.0 for band in bands)], steps)
    upper = monotone(knots, [start, *(band.quartile_3 or 0.0 for band in bands)], steps)
    return days, lower, upper


def _cone(band: ConeBand) -> ConeLine:
    middle = f"{format.percent(band.quartile_1)} to {format.percent(band.quartile_3)}"
    return ConeLine(
        f"{band.window} days",
        format.percent(band.present.value),
        format.percent(band.lowest),
        format.NONE if band.quartile_1 is None else middle,
        format.percent(band.median),
        format.percent(band.highest),
    )


def _figure(key: str, name: str, figure: FigureView) -> FigureLine:
    value, error = format.percent(figure.value), wording.percent_error(figure.std_error)
    return FigureLine(
        key, name, value, error, f"{figure.n_obs:,}" if figure.n_obs else format.NONE, figure.reason or ""
    )


def _receipt(name: str, figure: FigureView, formula: str) -> Receipt:
    error = wording.percent_error(figure.std_error)
    return receipt(f"Volatility: {wording.inside(name)}", figure, format.percent(figure.value), formula, error=error)
