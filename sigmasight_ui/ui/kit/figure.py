"""Figures: gains and losses with triangle, sign and colour; the unknown with its reason."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.html import Text, is_given
from sigmasight_ui.ui.kit.tooltip import with_tip


def change(text: Text, direction: Text) -> rx.Component:
    """`direction` up, down, flat or unknown, as format.direction gives it; the sign stands in the text."""
    return rx.el.span(text, class_name=f"pl pl-{direction}")


def unknown(reason: Text) -> rx.Component:
    """Unknown is a value: the word, and why."""
    return with_tip(rx.el.span("unknown", class_name="unknown", tab_index=0), reason)


def figure(text: Text, reason: Text) -> rx.Component:
    """The text, or "unknown" where there is a reason instead."""
    missing = is_given(reason)
    if isinstance(missing, bool):
        return unknown(reason) if missing else rx.el.span(text)
    return rx.cond(missing, unknown(reason), rx.el.span(text))


def lead_figure(whole: Text, cents: Text) -> rx.Component:
    """One per screen: the cents are there and smaller."""
    return rx.el.p(whole, rx.el.small(cents), class_name="lead")
