"""Banner: icon, what happened in bold, a sentence, at most two buttons."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from sigmasight_ui.ui.kit.html import Text, attributes
from sigmasight_ui.ui.kit.icon import icon

Tone = Literal["info", "warn", "danger", "ok", "viewing"]

_ICONS = {"info": "info", "warn": "warning", "danger": "stop", "ok": "done", "viewing": "eye"}


def banner(
    what: Text,
    sentence: Text | rx.Component = "",
    *actions: rx.Component,
    tone: Tone = "info",
    alert: bool = False,
) -> rx.Component:
    """`alert`: the answer to something the person just did, spoken at once; the rest is read in passing."""
    text = [rx.el.b(what)]
    if not (isinstance(sentence, str) and not sentence):
        text.append(rx.el.div(sentence, class_name="banner-text"))
    parts = [icon(_ICONS[tone]), rx.el.div(*text, class_name="grow")]
    if actions:
        parts.append(rx.el.div(*actions, class_name="actions"))
    role = {"role": "alert"} if alert else {}
    return rx.el.div(*parts, class_name=f"banner banner-{tone}", **role, **attributes(data_banner=tone))
