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
    public: bool

    def add_to(self, app: rx.App) -> None:
        meta = [{"name": "description", "content": self.description}] if self.description else []
        app.add_page(
            self.view, route=self.route, title=self.title, on_load=list(self.on_load) or None, meta=meta, image=""
        )


def page(
    route: str, title: str, *, description: str = "", on_load: Sequence[EventType] = (), public: bool = False
) -> Callable[[View], Page]:
    """The browser's tab says what it is: "Sign in · SigmaSight". Who is not signed in is shown `public` pages only."""

    def decorate(view: View) -> Page:
        return Page(route, f"{title} · SigmaSight", description, view, tuple(on_load), public)

    return decorate
