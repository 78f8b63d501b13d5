"""The page for addresses that lead nowhere; somebody else's things look the same."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.button import link_button
from sigmasight_ui.ui.shell.frame import plain_page
from sigmasight_ui.ui.shell.page import page


@page("404", "Not found", description="There is no page at this address.", public=True)
def not_found() -> rx.Component:
    return plain_page(
        "There is no page at this address",
        rx.el.div(link_button("Go to the dashboard", "/dashboard", kind="primary"), class_name="actions"),
        intro="The link may be old, or it leads to something that is not yours to see.",
    )
