"""The landing page: what it does, for someone who has not signed in."""

import reflex as rx

from sigmasight_ui.ui.kit.button import link_button
from sigmasight_ui.ui.shell.frame import plain_frame
from sigmasight_ui.ui.shell.page import page


@page(
    "/",
    "Know what your portfolio can do to you",
    description="Self-hosted portfolio risk from the file your broker gives you.",
    public=True,
)
def landing() -> rx.Component:
    return plain_frame(
        rx.el.h1("Know what you own, and what it can do to you."),
        link_button("Create account", "/register", kind="primary"),
        header=[
            link_button("Sign in", "/login", kind="ghost"),
            link_button("Create account", "/register", kind="primary"),
        ],
    )
