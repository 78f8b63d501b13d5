"""The strip of six; each figure opens its receipt."""

import reflex as rx

from sigmasight_ui.ui.dashboard.state import DashboardState
from sigmasight_ui.ui.dashboard.strip_rows import AccountedTile
from sigmasight_ui.ui.kit.html import Text
from sigmasight_ui.ui.kit.receipt import receipt, receipt_opener
from sigmasight_ui.ui.kit.tile import figure_tile, tiles


def strip() -> rx.Component:
    return rx.fragment(
        tiles(rx.foreach(DashboardState.strip, _tile)),
        rx.foreach(DashboardState.strip, _receipt),
    )


def _tile(each: rx.Var[AccountedTile]) -> rx.Component:
    known = rx.cond(each.facts.length() > 0, receipt_opener(each.value, opens=_sheet(each)), rx.el.span(each.value))
    return figure_tile(each, known)


def _receipt(each: rx.Var[AccountedTile]) -> rx.Component:
    return rx.cond(
        each.facts.length() > 0,
        receipt(_sheet(each), each.label, each.value, each.error, each.formula, each.facts),
    )


def _sheet(each: rx.Var[AccountedTile]) -> Text:
    return f"receipt-{each.key}"
