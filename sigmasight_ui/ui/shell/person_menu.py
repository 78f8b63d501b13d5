"""The person's menu: who is signed in, appearance, sign out."""

from __future__ import annotations

import reflex as rx
from reflex.style import set_color_mode

from sigmasight_ui.ui.kit.button import anchor, hidden_button, icon_button
from sigmasight_ui.ui.kit.html import attributes, flag
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.native_form import native_form
from sigmasight_ui.ui.kit.sheet import opener, sheet
from sigmasight_ui.ui.shell.state import ShellState

SHEET = "person"
_MODES = (("system", "System"), ("light", "Light"), ("dark", "Dark"))
_PROFIT_LOSS = (("teal-vermilion", "Teal"), ("blue-orange", "Blue"), ("red-up", "Red up"))


def privacy_toggle() -> rx.Component:
    """Pressed: the server sends no amounts. Other tabs follow (assets/kit.js)."""
    hidden = ShellState.hide_amounts
    follower = hidden_button(ShellState.follow_amounts, data_follows_amounts="true")
    toggle = rx.el.button(
        rx.cond(hidden, icon("eye_off"), icon("eye")),
        type="button",
        title=rx.cond(hidden, "Show amounts", "Hide amounts"),
        aria_label="Hide amounts",
        aria_pressed=flag(hidden),
        class_name="btn btn-ghost btn-icon",
        on_click=ShellState.toggle_amounts,
        **attributes(data_amounts=flag(hidden)),
    )
    return rx.fragment(toggle, follower)


def appearance_toggle() -> rx.Component:
    """Turns light and dark; the menu of the person knows "system" as well."""
    return icon_button("moon", "Turn light or dark", class_name="desk-only", on_click=rx.toggle_color_mode)


def person_menu() -> rx.Component:
    person = ShellState.person
    control = opener(
        person.initials,
        rx.el.span(", your account: ", person.name, class_name="sr-only"),
        opens=SHEET,
        class_name="avatar",
    )
    identity = rx.el.div(
        rx.el.b(person.name), rx.el.div(person.email, class_name="quiet small"), class_name="person-line"
    )
    settings = anchor(
        icon("gear"), "Settings", href="/settings", class_name="sheet-row", **attributes(data_closes="true")
    )
    menu = sheet(
        SHEET,
        "Your account",
        identity,
        rx.el.div(appearance_choice(), profit_loss_choice(), class_name="sheet-section"),
        rx.el.div(settings, sign_out(), class_name="sheet-section"),
        small=True,
    )
    return rx.fragment(control, menu)


def sign_out() -> rx.Component:
    """A form of the browser's own: the answer takes the session cookie away."""
    return native_form(
        rx.el.button(icon("sign_out"), "Sign out", type="submit", class_name="sheet-row"), action="/auth/logout"
    )


def appearance_choice() -> rx.Component:
    buttons = [
        rx.el.button(words, type="button", aria_pressed=flag(rx.color_mode == mode), on_click=set_color_mode(mode))
        for mode, words in _MODES
    ]
    return _choice("Appearance", buttons)


def profit_loss_choice() -> rx.Component:
    """Kept in the browser by assets/kit.js; sign and triangle say the same without colour."""
    buttons = [
        rx.el.button(words, type="button", aria_pressed="false", **attributes(data_profit_loss=choice))
        for choice, words in _PROFIT_LOSS
    ]
    return _choice("Gains", buttons)


def _choice(label: str, buttons: list[rx.Component]) -> rx.Component:
    return rx.el.div(
        rx.el.span(label),
        rx.el.div(*buttons, role="group", aria_label=label, class_name="segmented"),
        class_name="person-choice",
    )
