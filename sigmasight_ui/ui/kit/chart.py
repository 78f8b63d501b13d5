"""Charts: SVG drawn from ready paths, words in HTML, a cursor for pointer and keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx

from sigmasight_ui.ui.kit.chart_geometry import Label, LinePlot, Span
from sigmasight_ui.ui.kit.html import Text, attributes, flag


@dataclass(frozen=True)
class BarRow:
    """Positions are percentages of the track from BarScale.at; `low` and `high` the 95 % interval, `tick` a comparison.

    `weak`: the interval crosses zero, so the bar is hatched.
    """

    label: str
    value: str
    end: str
    note: str = ""
    error: str = ""
    low: str = ""
    high: str = ""
    tick: str = ""
    weak: bool = False


def line_chart(plot: rx.Var[LinePlot], name: str, *, area: bool = True, forecast: bool = False) -> rx.Component:
    """`name` such as "Net asset value": the cursor is a slider of that name, the picture speaks its summary."""
    ground = [rx.el.svg.path(d=plot.area, class_name="plot-area")] if area else []
    expected = [rx.el.svg.path(d=plot.band, class_name="plot-band")] if forecast else []
    dashed = [rx.el.svg.path(d=plot.forecast.path, class_name="plot-forecast")] if forecast else []
    return rx.el.div(
        rx.el.svg(
            *expected,
            rx.el.svg.path(d=plot.gridlines, class_name="plot-grid"),
            *ground,
            *dashed,
            rx.el.svg.path(d=plot.benchmark.path, class_name="plot-benchmark"),
            rx.el.svg.path(d=plot.own.path, class_name="plot-line"),
            view_box="0 0 1000 100",
            preserve_aspect_ratio="none",
            role="img",
            aria_label=plot.summary,
        ),
        rx.foreach(plot.y_labels, lambda label: plot_label(label, "plot-y")),
        rx.foreach(plot.x_labels, date_label),
        rx.cond(plot.own.path != "", _forecast_end(plot) if forecast else _end(plot)),
        cursor(plot.readings, plot.summary, f"{name}, value by date"),
        class_name="plot",
    )


def sparkline(path: Text) -> rx.Component:
    """Never the only source: hidden from screen readers."""
    return rx.el.svg(
        rx.el.svg.path(d=path),
        view_box="0 0 1000 100",
        preserve_aspect_ratio="none",
        class_name="spark",
        aria_hidden="true",
    )


def bar_chart(
    rows: rx.Var[list[BarRow]], zero: Text, *, head: tuple[str, str, str, str] = ("", "", "", "")
) -> rx.Component:
    """`head`: titles over label, track, value and error."""
    return bars(rx.foreach(rows, _bar), zero=zero, head=head)


def bars(rows: rx.Component, *, zero: Text, head: Sequence[str] = ()) -> rx.Component:
    """`rows` of `bar_row`, all on one scale."""
    titles = [rx.el.span(title, class_name="bars-head num" if n > 1 else "bars-head") for n, title in enumerate(head)]
    return rx.el.div(
        *(titles if any(head) else []),
        rows,
        class_name="bars",
        **attributes(style={"--zero": zero}),
    )


def _end(plot: rx.Var[LinePlot]) -> rx.Component:
    return rx.fragment(
        rx.el.span(plot.own.name, class_name="plot-label plot-key plot-key-own", **_at(plot.own.name_at)),
        rx.cond(
            plot.benchmark.path != "",
            rx.el.span(plot.benchmark.name, class_name="plot-label plot-key", **_at(plot.benchmark.name_at)),
        ),
        rx.el.span(class_name="plot-dot", **_at(plot.own.end)),
    )


def _forecast_end(plot: rx.Var[LinePlot]) -> rx.Component:
    """The line ends inside the picture; what is expected ends at its edge."""
    return rx.el.span(plot.forecast.name, class_name="plot-label plot-key plot-key-own", **_at(plot.forecast.end))


def cursor(readings: Text, summary: Text, name: str, *, is_centred: bool = False) -> rx.Component:
    """assets/kit.js moves it; the readings travel with the picture, so no round trip is needed. `is_centred`: a reading
    belongs to a column and not to a point."""
    return rx.el.div(
        rx.el.span(class_name="plot-rule"),
        rx.el.output(class_name="plot-reading", aria_hidden="true"),
        role="slider",
        tab_index=0,
        aria_label=name,
        class_name="plot-cursor",
        **attributes(
            data_readings=readings,
            data_centred=flag(is_centred),
            aria_orientation="horizontal",
            aria_valuemin=0,
            aria_valuemax=0,
            aria_valuenow=0,
            aria_valuetext=summary,
        ),
    )


def plot_label(label: rx.Var[Label], class_name: str) -> rx.Component:
    return rx.el.span(label.text, class_name=f"plot-label {class_name}", aria_hidden="true", **_at(label.at))


def date_label(label: rx.Var[Label], number: rx.Var[int]) -> rx.Component:
    """A phone has room for every second one."""
    return rx.cond(number % 2 == 1, plot_label(label, "plot-x desk-only"), plot_label(label, "plot-x"))


def bar_row(row: rx.Var[BarRow], *figures: rx.Component) -> rx.Component:
    """`figures` stand at the right, one for each title over them."""
    return rx.el.div(
        rx.el.span(row.label, rx.cond(row.note != "", rx.el.small(row.note, class_name="second-line"))),
        _track(row),
        *figures,
        class_name="bars-row",
    )


def parts_track(first: rx.Var[Span], then: rx.Var[Span], zero: Text) -> rx.Component:
    """A bar of two parts from zero; the second is hatched, so that colour does not carry it alone."""
    return rx.el.span(
        rx.el.i(class_name="bars-part", **attributes(style={"--lo": first.low, "--hi": first.high})),
        rx.el.i(class_name="bars-part bars-then", **attributes(style={"--lo": then.low, "--hi": then.high})),
        class_name="bars-track bars-parts",
        aria_hidden="true",
        **attributes(style={"--zero": zero}),
    )


def _bar(row: rx.Var[BarRow]) -> rx.Component:
    return bar_row(
        row,
        rx.el.span(row.value, class_name="bars-value"),
        rx.el.span(row.error, class_name="bars-value quiet small"),
    )


def _track(row: rx.Var[BarRow]) -> rx.Component:
    fill = rx.el.i(
        class_name=rx.cond(row.weak, "bars-fill bars-weak", "bars-fill"), **attributes(style={"--v": row.end})
    )
    interval = rx.el.i(class_name="bars-error", **attributes(style={"--lo": row.low, "--hi": row.high}))
    tick = rx.el.i(class_name="bars-tick", **attributes(style={"--t": row.tick}))
    return rx.el.span(
        fill,
        rx.cond(row.low != "", interval),
        rx.cond(row.tick != "", tick),
        class_name="bars-track",
        aria_hidden="true",
    )


def _at(position: Text) -> dict[str, dict]:
    return attributes(style={"--at": position})
