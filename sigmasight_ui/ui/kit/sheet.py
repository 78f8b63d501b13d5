"""Sheet: a bottom sheet on phones, a popover at its control elsewhere. A native modal dialog either way: the page
behind is inert, the focus stays inside and returns, Escape closes. assets/kit.js opens and places it."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.button import icon_button
from sigmasight_ui.ui.kit.html import Text, attributes, joined


def sheet(
    id: str, title: Text, *content: rx.Component, small: bool = False, class_name: str = "", text: bool = False
) -> rx.Component:
    """`text`: prose and figures; otherwise rows that are chosen from."""
    return rx.el.dialog(
        _head(id, title),
        rx.el.div(*content, class_name="sheet-text" if text else "sheet-body"),
        class_name=joined("sheet", "sheet-small" if small else "", class_name),
        **attributes(id=id, aria_labelledby=f"{id}-title"),
    )


def opener(
    *face: rx.Component | Text, opens: str, label: Text = "", class_name: str = "btn btn-second", **props: object
) -> rx.Component:
    """The control a sheet belongs to."""
    naming = {} if isinstance(label, str) and not label else {"aria_label": label}
    return rx.el.button(
        *face,
        type="button",
        class_name=class_name,
        aria_haspopup="dialog",
        aria_expanded="false",
        **naming,
        **props,
        **attributes(data_opens=opens),
    )


def _head(id: str, title: Text) -> rx.Component:
    return rx.fragment(
        rx.el.span(class_name="sheet-grip", aria_hidden="true"),
        rx.el.div(
            rx.el.h2(title, **attributes(id=f"{id}-title")),
            icon_button("close", "Close", **attributes(data_closes="true")),
            class_name="sheet-head",
        ),
    )
