"""Toasts: rendered from the state in one polite live region. assets/kit.js lets them leave."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.button import button, icon_button
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.icon import icon


def toast_region(notices: rx.Var, on_dismiss: rx.EventHandler, on_undo: rx.EventHandler) -> rx.Component:
    """`notices` have text, tone, seconds (0: stays), undo (empty where nothing can be undone) and id."""
    toasts = rx.foreach(notices, lambda notice: _toast(notice, on_dismiss, on_undo))
    return rx.el.div(toasts, class_name="toasts", role="status")


def _toast(notice: rx.Var, on_dismiss: rx.EventHandler, on_undo: rx.EventHandler) -> rx.Component:
    face = rx.match(
        notice.tone, ("danger", icon("stop")), ("warn", icon("warning")), ("info", icon("info")), icon("done")
    )
    close = icon_button(
        "close", "Dismiss", size="sm", on_click=on_dismiss(notice.id), **attributes(data_dismiss="true")
    )
    return rx.el.div(
        face,
        rx.el.span(notice.text, class_name="grow"),
        rx.cond(notice.undo != "", button("Undo", size="sm", on_click=on_undo(notice.id))),
        close,
        key=notice.id,
        class_name=f"toast toast-{notice.tone}",
        **attributes(data_toast="true", data_seconds=notice.seconds),
    )
