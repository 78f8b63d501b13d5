"""In place of a page that cannot be read just now: why, and the way on."""

from __future__ import annotations

import reflex as rx
from reflex.event import EventType

from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.panel import plain_panel

AWAY_TITLE = "Not to be reached right now"


def away(problem: rx.Var[str], again: EventType) -> rx.Component:
    return plain_panel(
        empty("This page could not be read", problem, button("Try again", kind="primary", on_click=again), icon="stop")
    )
