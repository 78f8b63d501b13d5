"""One question with a few answers, framed so that it is not overlooked."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.html import Text


def question(title: Text, text: Text, *answers: rx.Component) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(title, class_name="sr-only"),
        rx.el.h2(title),
        rx.el.p(text),
        rx.el.div(*answers, class_name="choices"),
        class_name="question",
    )
