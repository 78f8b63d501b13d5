"""What the entrances share on screen."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.auth.state import EntranceState
from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.field import password_field, text_field
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.native_form import native_form
from sigmasight_ui.ui.kit.panel import plain_panel

PASSWORD_RULES = (
    ("At least 8 characters", ".{8,}"),
    ("An upper-case letter", r"\p{Lu}"),
    ("A lower-case letter", r"\p{Ll}"),
    ("A digit", r"\p{Nd}"),
)


def error_of(state: type[EntranceState], field: str) -> rx.Var[str]:
    return state.field_errors.get(field, "").to(str)


def name_field(state: type[EntranceState]) -> rx.Component:
    return text_field(
        "full_name", "Full name", error=error_of(state, "full_name"), auto_complete="name", max_length=200
    )


def email_field(state: type[EntranceState]) -> rx.Component:
    return text_field(
        "email", "Email", type="email", error=error_of(state, "email"), auto_complete="username", max_length=254
    )


def new_password_field(state: type[EntranceState]) -> rx.Component:
    return password_field(
        "password",
        "Password",
        rules=PASSWORD_RULES,
        error=error_of(state, "password"),
        auto_complete="new-password",
        max_length=256,
    )


def entrance_form(state: type[EntranceState], *children: rx.Component) -> rx.Component:
    """The form keeps what was typed whatever the answer is; when the ticket form appears, it leaves the page."""
    return rx.fragment(
        rx.cond(state.form_error != "", banner(state.form_error, tone="danger", alert=True)),
        plain_panel(
            rx.el.form(
                *children, on_submit=state.submit, reset_on_submit=False, class_name="form-body", no_validate=True
            ),
        ),
        rx.cond(state.ticket != "", _ticket_form(state)),
    )


def _ticket_form(state: type[EntranceState]) -> rx.Component:
    return native_form(
        rx.el.input(type="hidden", name="ticket", value=state.ticket, read_only=True),
        rx.el.input(type="hidden", name="next", value=state.next_path, read_only=True),
        action="/auth/enter",
        **attributes(data_autosubmit="true"),
    )
