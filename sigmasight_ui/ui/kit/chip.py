"""Chips: facts of two or three words. The data-quality chip is a button that opens what is missing."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from sigmasight_ui.ui.kit.html import Flag, Text, attributes
from sigmasight_ui.ui.kit.icon import icon

Tone = Literal["plain", "ok", "warn", "danger", "accent"]

_ICONS = {"ok": "check", "warn": "warning", "danger": "stop"}


def chip(text: Text, tone: Tone = "plain") -> rx.Component:
    """Status has its icon and its word; the colour only repeats them."""
    mark = [icon(_ICONS[tone])] if tone in _ICONS else []
    return rx.el.span(*mark, text, class_name=f"chip chip-{tone}")


def quality_chip(text: Text, complete: Flag, *, opens: str) -> rx.Component:
    """ "Prices as of 19 Nov 2026, 96% covered"; `opens` is the id of a sheet."""
    face = rx.cond(complete, icon("done"), icon("warning"))
    return rx.el.button(
        face,
        text,
        type="button",
        class_name=rx.cond(complete, "chip chip-ok", "chip"),
        aria_haspopup="dialog",
        aria_expanded="false",
        **attributes(data_opens=opens),
    )
