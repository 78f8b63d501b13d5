"""Value over time: the chart beside the same money in the benchmark, its finding in a sentence, its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sigmasight_ui.services.risk.schemas import HistoryPoint, HistoryRange, NavHistory
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts, Change
from sigmasight_ui.ui.kit.chart_geometry import LinePlot, line_plot
from sigmasight_ui.ui.risk import wording

RANGES = tuple(each.value for each in HistoryRange)
_DAILY_ROWS = 70
_LENGTH = {HistoryRange.MONTH: 31, HistoryRange.QUARTER: 92, HistoryRange.YEAR: 366}
_SPANS = {HistoryRange.MONTH: "in a month", HistoryRange.QUARTER: "in three months", HistoryRange.YEAR: "in a year"}
_LABELS = {
    HistoryRange.MONTH: "Return, 1 month",
    HistoryRange.QUARTER: "Return, 3 months",
    HistoryRange.YEAR_TO_DATE: "Return, this year",
    HistoryRange.YEAR: "Return, 1 year",
    HistoryRange.ALL: "Return, all",
}
_GRACE_DAYS = 10


@dataclass(frozen=True)
class HistoryRow:
    day: str
    nav: str
    moved: Change
    benchmark: str


@dataclass(frozen=True)
class History:
    """`reason` when there is nothing to draw."""

    chosen: str = HistoryRange.YEAR.value  # not `range`: that name belongs to every Var
    finding: str = ""
    reason: str = ""
    plot: LinePlot = LinePlot()
    rows: list[HistoryRow] = field(default_factory=list)
    benchmark: str = ""
    return_label: str = ""
    return_: Change = Change()
    return_reason: str = ""


def history(found: NavHistory, amounts: Amounts) -> History:
    label = _LABELS[found.range]
    if found.reason is not None:
        return History(chosen=found.range.value, reason=_sentence(found.reason), return_label=label)
    return History(
        chosen=found.range.value,
        finding=finding(found),
        plot=_plot(found, amounts),
        rows=_rows(found.points, amounts),
        benchmark=found.benchmark_symbol,
        return_label=label,
        return_=format.moved(found.return_.value),
        return_reason=found.return_.reason or "",
    )


def finding(found: NavHistory) -> str:
    """Up 15.3% in a year, 9.1 points more than the same money in SPY."""
    own, other = found.return_.value, found.benchmark_return.value
    if own is None:
        return f"The return is unknown: {found.return_.reason}."
    said = _moved(own, _span(found))
    if other is None:
        why = wording.dated(found.benchmark_return.reason or "its return is unknown")
        return f"{said}. {found.benchmark_symbol} cannot be compared: {why}."
    gap = round(100 * (own - other), 1)
    if gap == 0:
        return f"{said}, as much as the same money in {found.benchmark_symbol}."
    more = f"{abs(gap):.1f} points {'more' if gap > 0 else 'less'}"
    return f"{said}, {more} than the same money in {found.benchmark_symbol}."


def _moved(value: float, span: str) -> str:
    if round(100 * value, 1) == 0:
        return f"Unchanged {span}"
    return f"{'Up' if value > 0 else 'Down'} {format.percent(abs(value))} {span}"


def _span(found: NavHistory) -> str:
    """A portfolio younger than the range says so."""
    first, last = found.points[0].session, found.points[-1].session
    if found.range is HistoryRange.ALL:
        return f"since {format.day(first)}"
    if found.range is HistoryRange.YEAR_TO_DATE:
        is_young = first.year == last.year and first > date(last.year, 1, _GRACE_DAYS)
        return f"since {format.day(first)}" if is_young else f"since the start of {last.year}"
    is_young = (last - first).days < _LENGTH[found.range] - _GRACE_DAYS
    return f"since {format.day(first)}" if is_young else _SPANS[found.range]


def _plot(found: NavHistory, amounts: Amounts) -> LinePlot:
    points = found.points
    compared = [None if point.benchmark is None else float(point.benchmark) for point in points]
    return line_plot(
        [point.session for point in points],
        [float(point.nav) for point in points],
        name="NAV",
        benchmark=compared if any(value is not None for value in compared) else (),
        benchmark_name=found.benchmark_symbol,
        axis=amounts.axis,
        date_label=_date_label(points),
        reading=lambda at: _reading(points[at], found.benchmark_symbol, amounts),
        summary=_summary(found, amounts),
    )


def _date_label(points: Sequence[HistoryPoint]) -> Callable[[date], str]:
    long = (points[-1].session - points[0].session).days > _LENGTH[HistoryRange.QUARTER] + _GRACE_DAYS
    return format.month if long else format.day_of_year


def _reading(point: HistoryPoint, benchmark: str, amounts: Amounts) -> str:
    own = f"{format.day(point.session)}: {amounts.money(point.nav, 0)}"
    return own if point.benchmark is None else f"{own}, {benchmark} {amounts.money(point.benchmark, 0)}"


def _summary(found: NavHistory, amounts: Amounts) -> str:
    first, last = found.points[0], found.points[-1]
    text = (
        f"Net asset value from {format.day(first.session)} to {format.day(last.session)},"
        f" from {amounts.money(first.nav, 0)} to {amounts.money(last.nav, 0)}."
    )
    if last.benchmark is None:
        return text
    return f"{text} The same money in {found.benchmark_symbol} would be {amounts.money(last.benchmark, 0)}."


def _rows(points: Sequence[HistoryPoint], amounts: Amounts) -> list[HistoryRow]:
    """Newest first: every session of a short range, else the last of each month, and always both ends."""
    kept = list(points) if len(points) <= _DAILY_ROWS else _month_ends(points)
    before = [None, *(point.nav for point in kept[:-1])]
    rows = [
        HistoryRow(
            format.day(point.session),
            amounts.money(point.nav),
            Change("", "unknown") if earlier is None else amounts.moved(point.nav - earlier),
            "" if point.benchmark is None else amounts.money(point.benchmark),
        )
        for point, earlier in zip(kept, before, strict=True)
    ]
    return rows[::-1]


def _month_ends(points: Sequence[HistoryPoint]) -> list[HistoryPoint]:
    last_of = {(point.session.year, point.session.month): point for point in points}
    return [points[0], *(point for point in last_of.values() if point is not points[0])]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
