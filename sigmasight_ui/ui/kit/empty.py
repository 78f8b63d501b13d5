"""Empty state: what is missing, why, and one way on. Never calculated, too little data, failed, filtered to nothing and
not allowed are different words."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.html import Text
from sigmasight_ui.ui.kit.icon import icon as draw


def empty(missing: Text, why: Text, *actions: rx.Component, icon: str = "chart") -> rx.Component:
    parts = [draw(icon), rx.el.b(missing), rx.el.p(why)]
    if actions:
        parts.append(rx.el.div(*actions, class_name="actions"))
    return rx.el.div(*parts, class_name="empty")
