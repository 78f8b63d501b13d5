"""Charts: SVG drawn from ready paths, words in HTML, a cursor for pointer and keyboard."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from sigmasight_ui.ui.kit.chart_geometry import Label, LinePlot
from sigmasight_ui.ui.kit.html import Text, attributes


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


def line_chart(plot: rx.Var[LinePlot], name: str) -> rx.Component:
    """`name` such as "Net asset value": the cursor is a slider of that name, the picture speaks its summary."""
    return rx.el.div(
        rx.el.svg(
            rx.el.svg.path(d=plot.gridlines, class_name="plot-grid"),
            rx.el.svg.path(d=plot.area, class_name="plot-area"),
            rx.el.svg.path(d=plot.benchmark.path, class_name="plot-benchmark"),
            rx.el.svg.path(d=plot.own.path, class_name="plot-line"),
            view_box="0 0 1000 100",
            preserve_aspect_ratio="none",
            role="img",
            aria_label=plot.summary,
        ),
        rx.foreach(plot.y_labels, lambda label: _label(label, "plot-y")),
        rx.foreach(plot.x_labels, _date_label),
        rx.cond(plot.own.path != "", _end(plot)),
        _cursor(plot, name),
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
    titles = [rx.el.span(title, class_name="bars-head num" if n > 1 else "bars-head") for n, title in enumerate(head)]
    return rx.el.div(
        *(titles if any(head) else []),
        rx.foreach(rows, _bar),
        class_name="bars",
        **attributes(style={"--zero": zero}),
    )


def _end(plot: rx.Var[LinePlot]) -> rx.Component:
    return rx.fragment(
        rx.el.span(plot.own.name, class_name="plot-label plot-key plot-key-own", **_at(plot.own.end)),
        rx.cond(
            plot.benchmark.path != "",
            rx.el.span(plot.benchmark.name, class_name="plot-label plot-key", **_at(plot.benchmark.end)),
        ),
        rx.el.span(class_name="plot-dot", **_at(plot.own.end)),
    )


def _cursor(plot: rx.Var[LinePlot], name: str) -> rx.Component:
    """assets/kit.js moves it; the readings travel with the picture, so no round trip is needed."""
    return rx.el.div(
        rx.el.span(class_name="plot-rule"),
        rx.el.output(class_name="plot-reading", aria_hidden="true"),
        role="slider",
        tab_index=0,
        aria_label=f"{name}, value by date",
        class_name="plot-cursor",
        **attributes(
            data_readings=plot.readings,
            aria_orientation="horizontal",
            aria_valuemin=0,
            aria_valuemax=0,
            aria_valuenow=0,
            aria_valuetext=plot.summary,
        ),
    )


def _label(label: rx.Var[Label], class_name: str) -> rx.Component:
    return rx.el.span(label.text, class_name=f"plot-label {class_name}", aria_hidden="true", **_at(label.at))


def _date_label(label: rx.Var[Label], number: rx.Var[int]) -> rx.Component:
    """A phone has room for every second one."""
    return rx.cond(number % 2 == 1, _label(label, "plot-x desk-only"), _label(label, "plot-x"))


def _bar(row: rx.Var[BarRow]) -> rx.Component:
    fill = rx.el.i(
        class_name=rx.cond(row.weak, "bars-fill bars-weak", "bars-fill"), **attributes(style={"--v": row.end})
    )
    interval = rx.el.i(class_name="bars-error", **attributes(style={"--lo": row.low, "--hi": row.high}))
    tick = rx.el.i(class_name="bars-tick", **attributes(style={"--t": row.tick}))
    return rx.el.div(
        rx.el.span(row.label, rx.cond(row.note != "", rx.el.small(row.note, class_name="second-line"))),
        rx.el.span(
            fill,
            rx.cond(row.low != "", interval),
            rx.cond(row.tick != "", tick),
            class_name="bars-track",
            aria_hidden="true",
        ),
        rx.el.span(row.value, class_name="bars-value"),
        rx.el.span(row.error, class_name="bars-value quiet small"),
        class_name="bars-row",
    )


def _at(position: Text) -> dict[str, dict]:
    return attributes(style={"--at": position})
