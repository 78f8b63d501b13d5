"""Stat strip: six tiles share one panel. Label, figure with its error, one quiet line (n, window, share)."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from sigmasight_ui.ui.kit.figure import unknown
from sigmasight_ui.ui.kit.html import Text, is_given, joined, when
from sigmasight_ui.ui.kit.mark import mark
from sigmasight_ui.ui.kit.skeleton import skeleton_figure


@dataclass(frozen=True)
class Tile:
    """`key` names its receipt; `reason` when the value is unknown."""

    key: str
    label: str
    value: str
    error: str = ""
    note: str = ""
    reason: str = ""
    mark: str = ""


def tiles(*items: rx.Component, class_name: str = "") -> rx.Component:
    """`class_name` tiles-four for a strip of four."""
    return rx.el.dl(*items, class_name=joined("tiles", class_name))


def tiles_waiting() -> rx.Component:
    """The strip of six before its figures are there."""
    return tiles(*(rx.el.div(skeleton_figure(), class_name="tile") for _ in range(6)), class_name="tiles-waiting")


def figure_tile(each: rx.Var[Tile], known: rx.Component) -> rx.Component:
    """`known` is the value where it is known, to open its receipt."""
    value = rx.cond(each.reason != "", unknown(each.reason), known)
    note = rx.fragment(each.note, rx.cond(each.mark != "", rx.fragment(" ", mark(each.mark))))
    return tile(each.label, value, note, error=each.error)


def tile(label: str, value: Text | rx.Component, note: Text | rx.Component = "", *, error: Text = "") -> rx.Component:
    """`value` is text or, to open its receipt, a `receipt_opener`."""
    return rx.el.div(
        rx.el.dt(label),
        rx.el.dd(
            rx.el.div(value, when(is_given(error), rx.el.small(error)), class_name="tile-value"),
            rx.el.div(note, class_name="tile-note"),
        ),
        class_name="tile",
    )


def facts(*pairs: tuple[str | rx.Component, Text | rx.Component]) -> rx.Component:
    """Terms on the left, values on the right, hairlines between."""
    cells = [cell for term, value in pairs for cell in (rx.el.dt(term), rx.el.dd(value))]
    return rx.el.dl(*cells, class_name="facts")
