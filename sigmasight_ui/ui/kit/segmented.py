"""Segmented control: two to five views of one thing."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx

from sigmasight_ui.ui.kit.html import Text, attributes, flag


def segmented(
    label: str, options: Sequence[tuple[str, str]], value: Text, on_choose: rx.EventHandler, class_name: str = ""
) -> rx.Component:
    """`options` are (value, words). The state knows the choice: a range, a density."""
    buttons = [
        rx.el.button(words, type="button", aria_pressed=flag(value == option), on_click=on_choose(option))
        for option, words in options
    ]
    return rx.el.div(*buttons, role="group", aria_label=label, class_name=f"segmented {class_name}".strip())


def view_switch(id: str, label: str, views: Sequence[str]) -> rx.Component:
    """Chart or Table: the browser alone switches the panes of `view_panes` with the same id."""
    buttons = [
        rx.el.button(view, type="button", aria_pressed=flag(number == 0), **attributes(data_view=view))
        for number, view in enumerate(views)
    ]
    return rx.el.div(*buttons, role="group", aria_label=label, class_name="segmented", **attributes(data_views=id))


def view_panes(id: str, panes: Sequence[tuple[str, rx.Component]]) -> rx.Component:
    return rx.fragment(
        *(
            rx.el.div(content, hidden=number > 0, **attributes(data_pane_of=id, data_pane=view))
            for number, (view, content) in enumerate(panes)
        )
    )
