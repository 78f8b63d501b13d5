"""How old the prices are, wherever one is shown; a sample's are framed, so that nobody takes them for today's."""

import reflex as rx

from sigmasight_ui.ui.kit.mark import mark


def price_note(priced: rx.Var) -> rx.Component:
    """`priced` has `prices` and `is_sample`."""
    return rx.cond(priced.is_sample, mark(priced.prices), rx.el.span(priced.prices))
