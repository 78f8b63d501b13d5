"""Tooltip: words only, on hover and focus; Escape hides it. Nothing that a task needs lives only there."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.html import Text


def with_tip(control: rx.Component, words: Text) -> rx.Component:
    """The words follow the control for screen readers too, in reading order."""
    return rx.el.span(control, rx.el.span(words, role="tooltip", class_name="tip"), class_name="has-tip")
