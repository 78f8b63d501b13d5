"""The first administrator of a new installation."""

import reflex as rx

from sigmasight_ui.ui.auth.components import email_field, entrance_form, error_of, name_field, new_password_field
from sigmasight_ui.ui.auth.state import ClaimState
from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button, link_button
from sigmasight_ui.ui.kit.field import text_field
from sigmasight_ui.ui.shell.frame import plain_page
from sigmasight_ui.ui.shell.page import page


@page("/claim", "Claim this installation", on_load=[ClaimState.load], public=True)
def claim() -> rx.Component:
    return plain_page(
        "Claim this installation",
        rx.cond(ClaimState.is_open, _form(), _closed()),
        intro="The first administrator proves to have started SigmaSight: the code is printed where it was started.",
        width="mini",
    )


def _form() -> rx.Component:
    return entrance_form(
        ClaimState,
        text_field(
            "claim_code",
            "Claim code",
            mono=True,
            error=error_of(ClaimState, "claim_code"),
            auto_complete="off",
            max_length=60,
        ),
        name_field(ClaimState),
        email_field(ClaimState),
        new_password_field(ClaimState),
        button(
            "Claim installation",
            kind="primary",
            size="lg",
            type="submit",
            block=True,
            busy=ClaimState.busy,
            busy_label="Claiming installation",
        ),
    )


def _closed() -> rx.Component:
    return banner(
        "This installation has an administrator.",
        "Sign in, or ask the administrator for an invite code.",
        link_button("Sign in", "/login", kind="primary"),
    )
