"""Drawdown: how far the account stood under its high, its deepest falls, and what the risk brought."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import Drawdown, DrawdownEpisode, FigureView
from sigmasight_ui.ui import format
from sigmasight_ui.ui.kit.chart_geometry import LinePlot, line_plot
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.receipts import Receipt, receipt

_RATIOS = {
    "sharpe": ("Sharpe ratio", "Return above cash per unit of volatility, both of a year."),
    "sortino": ("Sortino ratio", "Return above cash per unit of volatility of the losing days, both of a year."),
    "calmar": ("Calmar ratio", "Return of a year per deepest fall."),
}


@dataclass(frozen=True)
class EpisodeLine:
    depth: str
    peak: str
    trough: str
    recovery: str


@dataclass(frozen=True)
class RatioLine:
    key: str
    name: str
    value: str
    reason: str = ""


@dataclass(frozen=True)
class Falls(Card):
    plot: LinePlot = field(default_factory=LinePlot)
    episodes: list[EpisodeLine] = field(default_factory=list)
    ratios: list[RatioLine] = field(default_factory=list)


def falls(found: Drawdown) -> Falls:
    if found.reason is not None or len(found.points) < 2:
        return Falls(MISSING, reason=wording.sentence(found.reason or "a drawdown needs two days of values"))
    figures = {key: getattr(found, key) for key in _RATIOS}
    return Falls(
        SHOWN,
        finding=_finding(found),
        foot=_foot(found),
        plot=_plot(found),
        episodes=[_episode(each) for each in found.episodes],
        ratios=[_ratio(key, figure) for key, figure in figures.items()],
        receipts={key: _receipt(key, figure) for key, figure in figures.items()},
    )


def _finding(found: Drawdown) -> str:
    now, worst = found.current.value, found.worst.value
    if now is None or worst is None:
        return wording.sentence(found.current.reason or found.worst.reason or "")
    high = "" if found.high is None else f" of {format.day(found.high)}"
    present = "At its highest now" if now >= 0 else f"Now {format.percent(-now)} under the high{high}"
    if worst >= 0:
        return f"{present}; it has never fallen."
    when = "" if found.trough is None else f", on {format.day(found.trough)}"
    return f"{present}; the worst was {format.percent(-worst)}{when}."


def _foot(found: Drawdown) -> str:
    since = "" if found.first_session is None else f"Since {format.day(found.first_session)}"
    return wording.joined(since, "end-of-day values, deposits and withdrawals aside")


def _plot(found: Drawdown) -> LinePlot:
    points = found.points
    return line_plot(
        [point.session for point in points],
        [point.depth for point in points],
        name=format.percent(points[-1].depth),
        ground=0.0,
        axis=wording.percent_axis([0.0, *(point.depth for point in points)]),
        date_label=format.month,
        reading=lambda at: f"{format.day(points[at].session)}: {format.percent(points[at].depth, 2)}",
        summary=f"Area of the drawdown. {_finding(found)}",
    )


def _episode(each: DrawdownEpisode) -> EpisodeLine:
    recovery = "not yet" if each.recovery is None else format.day(each.recovery)
    return EpisodeLine(format.percent(each.depth), format.day(each.peak), format.day(each.trough), recovery)


def _ratio(key: str, figure: FigureView) -> RatioLine:
    return RatioLine(key, _RATIOS[key][0], format.ratio(figure.value), figure.reason or "")


def _receipt(key: str, figure: FigureView) -> Receipt:
    name, formula = _RATIOS[key]
    return receipt(name, figure, format.ratio(figure.value), formula, error=format.error(figure.std_error))
