"""Tabs: sub-pages of one page. Each is an address, so they are links."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx

from sigmasight_ui.ui.kit.html import attributes


def tabs(label: str, pages: Sequence[tuple[str, str]], current: str) -> rx.Component:
    """`pages` are (words, address); `current` is the address of this page."""
    links = [
        rx.el.a(words, href=href, **attributes(**({"aria_current": "page"} if href == current else {})))
        for words, href in pages
    ]
    return rx.el.nav(*links, class_name="tabs", aria_label=label)
