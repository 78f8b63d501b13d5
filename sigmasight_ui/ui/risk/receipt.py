"""Figures of the page as buttons, and the one receipt they open."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.html import Text, attributes
from sigmasight_ui.ui.kit.receipt import receipt
from sigmasight_ui.ui.risk.receipt_state import ReceiptState

SHEET = "risk-receipt"


def opens_receipt(words: Text | rx.Component, key: Text) -> rx.Component:
    """The figure as a button: its words stay its accessible name."""
    return rx.el.button(
        words,
        type="button",
        class_name="figure-button",
        aria_haspopup="dialog",
        aria_expanded="false",
        on_click=ReceiptState.show(key),
        **attributes(data_opens=SHEET),
    )


def receipt_sheet() -> rx.Component:
    found = ReceiptState.receipt
    return receipt(SHEET, found.title, found.value, found.error, found.formula, found.facts)
