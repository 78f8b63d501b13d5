"""`@page`: one page per module. The assembling module adds each `Page` to the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import reflex as rx
from reflex.event import EventType

View = Callable[[], rx.Component]


@dataclass(frozen=True)
class Page:
    """A route with its view: what `@page` returns in place of the function."""

    route: str
    title: str
    description: str
    view: View
    on_load: tuple[EventType, ...]

    def add_to(self, app: rx.App) -> None:
        meta = [{"name": "description", "content": self.description}] if self.description else []
        app.add_page(
            self.view, route=self.route, title=self.title, on_load=list(self.on_load) or None, meta=meta, image=""
        )


def page(route: str, title: str, *, description: str = "", on_load: Sequence[EventType] = ()) -> Callable[[View], Page]:
    """Every page says what it is in the browser's tab: "Sign in · SigmaSight"."""

    def decorate(view: View) -> Page:
        return Page(route, f"{title} · SigmaSight", description, view, tuple(on_load))

    return decorate
