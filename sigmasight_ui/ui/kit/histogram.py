"""Histogram: columns, those beyond a limit in another colour and hatched, and marks with their words."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.chart import cursor, date_label
from sigmasight_ui.ui.kit.histogram_geometry import Histogram, Mark
from sigmasight_ui.ui.kit.html import attributes


def histogram_chart(plot: rx.Var[Histogram], name: str) -> rx.Component:
    return rx.el.div(
        rx.el.svg(
            rx.el.svg.path(d=plot.body, class_name="plot-columns"),
            rx.el.svg.path(d=plot.tail, class_name="plot-columns plot-tail"),
            view_box="0 0 1000 100",
            preserve_aspect_ratio="none",
            role="img",
            aria_label=plot.summary,
        ),
        rx.foreach(plot.marks, _mark),
        rx.foreach(plot.x_labels, date_label),
        cursor(plot.readings, plot.summary, name, is_centred=True),
        class_name="plot plot-histogram",
    )


def _mark(mark: rx.Var[Mark]) -> rx.Component:
    look = f"plot-mark plot-mark-{mark.row} plot-mark-{mark.side}"
    words = rx.el.span(mark.words, " ", rx.el.b(mark.value), class_name="plot-label")
    return rx.el.span(
        words,
        class_name=rx.cond(mark.is_first, look, f"{look} plot-mark-dashed"),
        aria_hidden="true",
        **attributes(style={"--at": mark.at}),
    )
