"""Skeletons have the shape of what comes, and show after 150 ms only. Never over data that is already there."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.html import attributes


def skeleton_lines(*widths: int) -> rx.Component:
    """Lines of text, each as wide as given in percent."""
    return rx.el.div(*(_bar("", width) for width in widths), class_name="stack", aria_hidden="true")


def skeleton_figure() -> rx.Component:
    return rx.el.div(_bar("", 40), _bar("skeleton-figure", 70), _bar("", 55), class_name="stack", aria_hidden="true")


def waiting(rows: float) -> rx.Component:
    """Inside a panel: as high as `rows` rows of what comes, so that nothing below moves when it is there."""
    lines = skeleton_lines(90, 80, 85, 70, 60)
    return rx.el.div(lines, class_name="panel-body waiting", **attributes(style={"--rows": rows}))


def _bar(class_name: str, width: int) -> rx.Component:
    return rx.el.span(class_name=f"skeleton {class_name}".strip(), **attributes(style={"width": f"{width}%"}))
