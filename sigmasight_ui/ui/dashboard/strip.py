"""The strip of six; each figure opens its receipt."""

import reflex as rx

from sigmasight_ui.ui.dashboard.state import DashboardState
from sigmasight_ui.ui.dashboard.strip_rows import Tile
from sigmasight_ui.ui.kit.figure import unknown
from sigmasight_ui.ui.kit.html import Text
from sigmasight_ui.ui.kit.mark import mark
from sigmasight_ui.ui.kit.receipt import receipt, receipt_opener
from sigmasight_ui.ui.kit.tile import tile, tiles


def strip() -> rx.Component:
    return rx.fragment(
        tiles(rx.foreach(DashboardState.strip, _tile)),
        rx.foreach(DashboardState.strip, _receipt),
    )


def _tile(each: rx.Var[Tile]) -> rx.Component:
    known = rx.cond(each.facts.length() > 0, receipt_opener(each.value, opens=_sheet(each)), rx.el.span(each.value))
    value = rx.cond(each.reason != "", unknown(each.reason), known)
    note = rx.fragment(each.note, rx.cond(each.mark != "", rx.fragment(" ", mark(each.mark))))
    return tile(each.label, value, note, error=each.error)


def _receipt(each: rx.Var[Tile]) -> rx.Component:
    return rx.cond(
        each.facts.length() > 0,
        receipt(_sheet(each), each.label, each.value, each.error, each.formula, each.facts),
    )


def _sheet(each: rx.Var[Tile]) -> Text:
    return f"receipt-{each.key}"
