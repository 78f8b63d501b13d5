"""Panel: title of one to three words, one sentence with the finding, tools on the right, sources at the foot."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.html import Text, attributes, joined


def panel(
    title: Text,
    *body: rx.Component,
    id: str,
    finding: Text | rx.Component = "",
    tools: rx.Component | None = None,
    foot: rx.Component | None = None,
    flush: bool = False,
    class_name: str = "",
) -> rx.Component:
    """`id` names the section for screen readers; `flush` lets a table reach the border."""
    heading = [rx.el.h2(title, **attributes(id=f"{id}-title"))]
    if not (isinstance(finding, str) and not finding):
        heading.append(rx.el.p(finding))
    head = [rx.el.div(*heading, class_name="panel-title")]
    if tools is not None:
        head.append(rx.el.div(tools, class_name="panel-tools"))
    return rx.el.section(
        rx.el.header(*head, class_name="panel-head"),
        *([rx.el.div(*body, class_name="" if flush else "panel-body")] if body else []),
        *([rx.el.footer(foot, class_name="panel-foot")] if foot is not None else []),
        class_name=joined("panel", class_name),
        aria_labelledby=f"{id}-title",
        **attributes(id=id),
    )


def plain_panel(*children: rx.Component, class_name: str = "") -> rx.Component:
    """A panel without a heading of its own, for a form under the page's h1."""
    return rx.el.div(*children, class_name=joined("panel", class_name))
