"""Tabs: the sections of one long page. Each is an address within it, so they are links."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx

from sigmasight_ui.ui.kit.button import anchor
from sigmasight_ui.ui.kit.html import attributes


def section_tabs(label: str, sections: Sequence[tuple[str, str]]) -> rx.Component:
    """`sections` are (words, id); assets/kit.js marks the one that is on screen."""
    links = [
        anchor(
            words,
            href=f"#{id}",
            leaves_app=True,
            **attributes(data_section=id, **({"aria_current": "true"} if number == 0 else {})),
        )
        for number, (words, id) in enumerate(sections)
    ]
    return rx.el.nav(*links, class_name="tabs tabs-sticky", aria_label=label)
