"""Where one can go. The side and the bottom navigation are drawn from this table; a page that exists gets its line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import reflex as rx

from sigmasight_ui.ui.kit.button import anchor
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.shell.state import ALL_ACCOUNTS, ShellState


@dataclass(frozen=True)
class Destination:
    name: str
    href: str
    icon: str
    group: str = ""
    on_phone: bool = True


DESTINATIONS = (
    Destination("Dashboard", "/dashboard", "home"),
    Destination("Risk", "/risk", "risk"),
    Destination("Portfolios", "/portfolios", "folder"),
    Destination("Settings", "/settings", "gear", group="Set up"),
)


def side_navigation(here: str) -> rx.Component:
    """`here` is the address of the page that is shown."""
    groups = groupby(DESTINATIONS, key=lambda destination: destination.group)
    parts = [part for group, members in groups for part in _group(group, list(members), here)]
    return rx.el.div(rx.el.nav(*parts, aria_label="Main"), class_name="side")


def bottom_navigation(here: str) -> rx.Component:
    links = [_link(destination, here) for destination in DESTINATIONS if destination.on_phone]
    return rx.el.nav(*links, class_name="bottom", aria_label="Main, at the bottom")


def _group(name: str, members: list[Destination], here: str) -> list[rx.Component]:
    heading = [rx.el.h2(name)] if name else []
    return [*heading, *(_link(destination, here) for destination in members)]


def _link(destination: Destination, here: str) -> rx.Component:
    current = {"aria_current": "page"} if destination.href == here else {}
    return anchor(
        icon(destination.icon),
        rx.el.span(destination.name),
        href=with_account(destination.href),
        title=destination.name,
        **attributes(**current),
    )


def with_account(href: str) -> rx.Var[str]:
    """The chosen account goes along from page to page."""
    chosen = rx.Var.create(f"{href}?account=") + ShellState.selected
    return rx.cond(ShellState.selected != ALL_ACCOUNTS, chosen, href)
