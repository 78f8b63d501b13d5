"""Receipt: where a figure comes from. Opens from the figure itself."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from sigmasight_ui.ui.kit.html import Text
from sigmasight_ui.ui.kit.sheet import opener, sheet


@dataclass(frozen=True)
class Fact:
    term: str
    value: str


def receipt_opener(figure: Text | rx.Component, *, opens: str) -> rx.Component:
    """The figure as a button: its words stay its accessible name."""
    return opener(figure, opens=opens, class_name="figure-button")


def receipt(
    id: str, title: str, value: Text, error: Text, formula: Text, facts: rx.Var[list[Fact]], *more: rx.Component
) -> rx.Component:
    """Figure with error, formula in words, then window, n, as of, coverage, left out and source as `facts`."""
    return sheet(
        id,
        title,
        rx.el.h2(title, class_name="desk-only"),
        rx.el.p(value, " ", rx.el.small(error), class_name="receipt-value"),
        rx.el.p(formula, class_name="receipt-formula"),
        rx.el.dl(rx.foreach(facts, _fact), class_name="facts"),
        *more,
        text=True,
        class_name="receipt",
    )


def _fact(fact: rx.Var[Fact]) -> rx.Component:
    return rx.fragment(rx.el.dt(fact.term), rx.el.dd(fact.value))
