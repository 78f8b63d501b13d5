"""Account switcher: in the header on every page, a bottom sheet on phones. The choice lives in the address."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.format import UNKNOWN
from sigmasight_ui.ui.kit.button import anchor
from sigmasight_ui.ui.kit.figure import change
from sigmasight_ui.ui.kit.html import attributes, flag
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.mark import environment_badge
from sigmasight_ui.ui.kit.sheet import opener, sheet
from sigmasight_ui.ui.shell.state import PRACTICE, REAL_MONEY, AccountRow, ShellState

SHEET = "accounts"


def account_switcher() -> rx.Component:
    """Arrows move, typing jumps to a name, Enter chooses: assets/kit.js, on the roles set here."""
    return rx.cond(
        ShellState.accounts.length() > 0,
        rx.fragment(_control(), _sheet()),
        rx.cond(ShellState.is_loaded, rx.el.span("No accounts yet", class_name="quiet no-accounts")),
    )


def _control() -> rx.Component:
    current = ShellState.current
    return opener(
        rx.el.b(current.alias),
        rx.cond(current.value != UNKNOWN, rx.el.span(current.value, class_name="desk-only")),
        rx.cond(current.has_sample_prices, rx.el.span("sample data", class_name="mark desk-only")),
        rx.el.span(", change account", class_name="sr-only"),
        icon("down"),
        opens=SHEET,
        class_name="switcher",
    )


def _sheet() -> rx.Component:
    group = rx.el.div(
        _row(ShellState.total),
        rx.cond(ShellState.has_real_money, rx.el.h3("Real money", class_name="sheet-heading")),
        rx.foreach(ShellState.accounts, lambda row: rx.cond(row.group == REAL_MONEY, _row(row))),
        rx.cond(
            ShellState.has_practice,
            rx.fragment(
                rx.el.h3("Practice: never added to the total", class_name="sheet-heading"),
                rx.foreach(ShellState.accounts, lambda row: rx.cond(row.group == PRACTICE, _row(row))),
            ),
        ),
        role="radiogroup",
        aria_label="Account",
    )
    add = anchor(icon("plus"), rx.el.span("Add account"), href="/onboarding/upload", class_name="sheet-row")
    return sheet(SHEET, "Choose account", group, rx.el.div(add, class_name="sheet-section"))


def _row(row: rx.Var[AccountRow]) -> rx.Component:
    is_total = row.id == ShellState.total.id
    return anchor(
        icon("check"),
        rx.el.span(
            rx.el.b(row.alias),
            rx.cond(is_total, rx.fragment(), environment_badge(row.environment)),
            class_name="account-name",
        ),
        rx.el.span(row.type, rx.cond(row.has_sample_prices, ", sample prices", ""), class_name="account-type"),
        rx.el.span(row.value, class_name="account-value"),
        rx.cond(row.change != "", rx.el.span(change(row.change, row.direction), class_name="account-change")),
        href=f"?account={row.id}",
        role="radio",
        class_name="sheet-row account",
        **attributes(data_closes="true", aria_checked=flag(row.id == ShellState.selected)),
    )
