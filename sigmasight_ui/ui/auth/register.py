"""Create an account with an invite code."""

import reflex as rx

from sigmasight_ui.ui.auth.components import email_field, entrance_form, error_of, name_field, new_password_field
from sigmasight_ui.ui.auth.state import RegisterState
from sigmasight_ui.ui.kit.button import button, link
from sigmasight_ui.ui.kit.field import text_field
from sigmasight_ui.ui.onboarding.steps import STEPS
from sigmasight_ui.ui.shell.frame import plain_page
from sigmasight_ui.ui.shell.page import page


@page(
    "/register",
    "Create account",
    description="Create a SigmaSight account with your invite code.",
    on_load=[RegisterState.arrive],
    public=True,
)
def register() -> rx.Component:
    return plain_page(
        "Create account",
        entrance_form(
            RegisterState,
            name_field(RegisterState),
            email_field(RegisterState),
            new_password_field(RegisterState),
            text_field(
                "invite_code",
                "Invite code",
                mono=True,
                help="From the person who invited you.",
                error=error_of(RegisterState, "invite_code"),
                auto_complete="off",
                max_length=200,
            ),
            button(
                "Create account",
                kind="primary",
                size="lg",
                type="submit",
                block=True,
                busy=RegisterState.busy,
                busy_label="Creating account",
            ),
        ),
        rx.el.p("Already have an account? ", link("Sign in", "/login"), class_name="form-after"),
        intro="Your data stays on this server.",
        width="mini",
        steps=STEPS,
        step=1,
    )
