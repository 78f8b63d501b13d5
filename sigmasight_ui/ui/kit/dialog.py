"""Dialog: one question as title, what follows as text, verbs on both buttons."""

from __future__ import annotations

import reflex as rx
from reflex.event import EventType, no_args_event_spec
from reflex_components_core.el.elements.base import BaseHTML

from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.html import Flag, Text, attributes, flag


class DialogElement(BaseHTML):
    """`rx.el.dialog` has no close event, and Escape has to reach the state."""

    tag = "dialog"
    on_close: rx.EventHandler[no_args_event_spec]


def dialog(
    id: str,
    question: Text,
    consequence: Text | rx.Component,
    *,
    confirm: rx.Component,
    keep: str,
    content: rx.Component | None = None,
    is_open: Flag | None = None,
    on_close: EventType | None = None,
    keeps_typing: bool = False,
) -> rx.Component:
    """`keep` closes it without doing anything. Opened by a control with `data-opens`, or by the state through `is_open`
    with an `on_close` that says it is closed. `keeps_typing`: Escape does not throw away what was typed."""
    data: dict[str, object] = {"id": id, "aria_labelledby": f"{id}-title"}
    if is_open is not None:
        data["data_open"] = flag(is_open)
    if keeps_typing:
        data["data_keeps_typing"] = "true"
    events = {} if on_close is None else {"on_close": on_close}
    return DialogElement.create(
        rx.el.h2(question, **attributes(id=f"{id}-title")),
        rx.el.p(consequence) if isinstance(consequence, str | rx.Var) else consequence,
        *([content] if content is not None else []),
        rx.el.div(button(keep, kind="ghost", **attributes(data_closes="true")), confirm, class_name="actions"),
        class_name="dialog",
        **events,
        **attributes(**data),
    )
