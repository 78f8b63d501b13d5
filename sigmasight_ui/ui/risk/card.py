"""The frame of one card: its finding, one or more views, the reason where there is nothing, and its sources."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx

from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.html import Flag, Text, when
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.segmented import view_panes, view_switch
from sigmasight_ui.ui.kit.skeleton import waiting
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.runs.banner import calculate_button


def card(
    title: Text,
    found: rx.Var[Card],
    *views: tuple[str, rx.Component],
    id: str,
    missing: str,
    rows: float,
    icon: str = "chart",
    tools: Sequence[rx.Component] = (),
    foot: Sequence[rx.Component] = (),
    way_on: rx.Component | None = None,
    is_updating: Flag = False,
    class_name: str = "",
) -> rx.Component:
    """`views` are (name, content), switched in the browser. `missing` names what is not there, the card says why;
    `way_on` stands in place of "Calculate now". `rows`: about how high it will be."""
    names = [name for name, _ in views]
    switch = [view_switch(f"{id}-view", f"{title}: show as", names)] if len(views) > 1 else []
    content = view_panes(f"{id}-view", views) if len(views) > 1 else views[0][1]
    nothing = empty(missing, found.reason, way_on or calculate_button(size="sm"), icon=icon)
    return panel(
        title,
        rx.match(found.phase, (SHOWN, content), (MISSING, nothing), waiting(rows)),
        id=id,
        finding=found.finding,
        tools=rx.cond(found.phase == SHOWN, rx.fragment(*tools, *switch)) if tools or switch else None,
        foot=rx.cond(
            found.phase == SHOWN,
            rx.fragment(
                *foot,
                rx.cond(found.foot != "", rx.el.span(found.foot)),
                when(is_updating, rx.el.span("updating", class_name="quiet")),
            ),
        ),
        flush=True,
        class_name=class_name,
    )


def body(*children: rx.Component) -> rx.Component:
    """Content with the panel's margins; tables go without."""
    return rx.el.div(*children, class_name="panel-body")


def more_button(words: rx.Var[str], on_click: object) -> rx.Component:
    """The way to all rows, at the end of the foot; nothing where all are shown."""
    return rx.cond(words != "", button(words, kind="ghost", size="sm", class_name="foot-end", on_click=on_click))
