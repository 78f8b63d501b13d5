"""Figures of the page as buttons, and the one receipt they open."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.html import Text, attributes
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.receipt import receipt
from sigmasight_ui.ui.risk.receipt_state import ReceiptState

SHEET = "risk-receipt"


def opens_receipt(words: Text | rx.Component, key: Text, *, of: Text | None = None) -> rx.Component:
    """The figure as a button. Its words are its accessible name, after what it is a figure `of` where that is not in
    its row."""
    named = {} if of is None else {"aria_label": rx.Var.create(of) + ": " + words}
    return rx.el.button(
        words,
        type="button",
        class_name="figure-button",
        aria_haspopup="dialog",
        aria_expanded="false",
        on_click=ReceiptState.show(key),
        **named,
        **attributes(data_opens=SHEET),
    )


def receipt_sheet() -> rx.Component:
    found = ReceiptState.receipt
    return receipt(
        SHEET,
        found.title,
        found.value,
        found.error,
        found.formula,
        found.facts,
        rx.cond(found.digest != "", _proof()),
    )


def _proof() -> rx.Component:
    """The hash of the result, and the server's second calculation of it."""
    mark = rx.cond(ReceiptState.is_same, icon("done", class_name="look-ok"), icon("warning", class_name="look-warn"))
    verdict = rx.el.span(
        rx.cond(ReceiptState.verdict != "", rx.fragment(mark, " ", ReceiptState.verdict)), role="status"
    )
    again = button(
        "Recompute",
        size="sm",
        on_click=ReceiptState.recompute,
        busy=ReceiptState.is_recomputing,
        busy_label="Computing",
    )
    digest = rx.el.span(ReceiptState.receipt.digest, class_name="mono")
    return rx.fragment(
        rx.el.dl(rx.el.dt("Result hash"), rx.el.dd(digest), class_name="facts"),
        rx.el.div(verdict, again, class_name="risk-note small"),
    )
