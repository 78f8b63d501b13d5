"""Sign in."""

import reflex as rx

from sigmasight_ui.ui.auth.components import email_field, entrance_form
from sigmasight_ui.ui.auth.state import LoginState
from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button, link
from sigmasight_ui.ui.kit.field import password_field
from sigmasight_ui.ui.shell.frame import plain_page
from sigmasight_ui.ui.shell.page import page


@page(
    "/login", "Sign in", description="Sign in to SigmaSight.", on_load=[LoginState.arrive, LoginState.look], public=True
)
def login() -> rx.Component:
    return plain_page(
        "Sign in",
        rx.cond(LoginState.said != "", banner(LoginState.said, tone="ok")),
        entrance_form(
            LoginState,
            email_field(LoginState),
            password_field("password", "Password", max_length=256),
            button(
                "Sign in",
                kind="primary",
                size="lg",
                type="submit",
                block=True,
                busy=LoginState.busy,
                busy_label="Signing in",
            ),
        ),
        rx.el.p("No account yet? ", link("Create account", "/register"), class_name="form-after"),
        width="mini",
    )
