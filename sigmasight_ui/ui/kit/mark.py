"""Marks after a figure or a name (limited, estimated, no price, sample data) and the trading environment."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.html import Text


def mark(text: Text, *, quiet: bool = False) -> rx.Component:
    return rx.el.span(text, class_name="mark mark-quiet" if quiet else "mark")


def environment_badge(environment: Text) -> rx.Component:
    """`environment`: imported, sample, sandbox, paper or live. Always the word; LIVE looks like nothing else."""
    return rx.match(
        environment,
        ("live", rx.el.span("LIVE", class_name="env env-live")),
        ("paper", rx.el.span("PAPER", class_name="env env-paper")),
        ("sandbox", rx.el.span("SANDBOX", class_name="env env-sandbox")),
        ("sample", rx.el.span("Sample data", class_name="env env-imported")),
        rx.el.span("Imported", class_name="env env-imported"),
    )
