"""Page frames. Every page has the skip link, one `main`, one `h1`, and `data-ready` once its data is on screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import reflex as rx
from reflex_components_core.core.banner import has_too_many_connection_errors

from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import anchor
from sigmasight_ui.ui.kit.html import Flag, Text, attributes, flag, joined
from sigmasight_ui.ui.kit.icon import brand_mark, icon
from sigmasight_ui.ui.kit.toast import toast_region
from sigmasight_ui.ui.shell.account_switcher import account_switcher
from sigmasight_ui.ui.shell.navigation import bottom_navigation, side_navigation
from sigmasight_ui.ui.shell.notices import NoticeState
from sigmasight_ui.ui.shell.outage import outage
from sigmasight_ui.ui.shell.person_menu import appearance_toggle, person_menu, privacy_toggle

Width = Literal["mini", "form", "normal", "wide"]
READY = rx.State.is_hydrated


def plain_page(
    title: Text,
    *content: rx.Component,
    intro: Text | rx.Component = "",
    width: Width = "normal",
    steps: Sequence[str] = (),
    step: int = 0,
    header: Sequence[rx.Component] = (),
    ready: Flag = READY,
) -> rx.Component:
    """Sign-in and onboarding: no navigation, one column, steps at the right of the header (`step` counts from 1)."""
    intro_line = [] if isinstance(intro, str) and not intro else [rx.el.p(intro, class_name="intro")]
    column = rx.el.div(
        rx.el.h1(title),
        *intro_line,
        *content,
        class_name=joined("narrow", "" if width == "normal" else f"narrow-{width}"),
    )
    shown_steps = [step_list(steps, step)] if steps else []
    return plain_frame(column, header=[*shown_steps, *header], ready=ready)


def plain_frame(*content: rx.Component, header: Sequence[rx.Component] = (), ready: Flag = READY) -> rx.Component:
    """The header with the brand only, and a free page below."""
    bar = rx.el.div(brand("/"), rx.el.span(class_name="grow"), *header, class_name="top-bar")
    return rx.el.div(
        skip_link(),
        rx.el.header(bar, class_name="top"),
        main(rx.el.div(lost_connection(), outage(), class_name="banners banners-stay"), *content),
        notices(),
        class_name="plain",
        **attributes(data_ready=flag(ready)),
    )


def app_page(
    title: Text,
    *content: rx.Component,
    here: str,
    subtitle: Text | rx.Component = "",
    actions: Sequence[rx.Component] = (),
    banners: Sequence[rx.Component] = (),
    above: rx.Component | None = None,
    ready: Flag = READY,
) -> rx.Component:
    """A page of the product. `here`: its address in shell/navigation.py; `above` its title: the way back. Its `on_load`
    starts with ShellState.load."""
    line = [] if isinstance(subtitle, str) and not subtitle else [rx.el.p(subtitle)]
    back = [] if above is None else [above]
    head = [rx.el.div(*back, rx.el.h1(title), *line)]
    if actions:
        head.append(rx.el.div(*actions, class_name="actions"))
    return rx.el.div(
        skip_link(),
        _top_bar(),
        side_navigation(here),
        main(
            rx.el.div(lost_connection(), outage(), class_name="banners banners-stay"),
            rx.el.div(*banners, class_name="banners"),
            rx.el.div(*head, class_name="page-head"),
            *content,
        ),
        bottom_navigation(here),
        notices(),
        class_name="framed",
        **attributes(data_ready=flag(ready)),
    )


def notices() -> rx.Component:
    return toast_region(NoticeState.notices, NoticeState.dismiss, NoticeState.undo)


def lost_connection() -> rx.Component:
    """After the second failed attempt, or when the browser itself knows that it is offline (assets/kit.js): what is on
    screen stays, and says that it is not moving."""
    lost = banner("Connection lost", "You see what was loaded before. Trying again.", tone="warn", alert=True)
    offline = banner("You are offline", "You see what was loaded before.", tone="warn", alert=True)
    return rx.fragment(rx.cond(has_too_many_connection_errors, lost), rx.el.div(offline, class_name="when-offline"))


def _top_bar() -> rx.Component:
    bar = rx.el.div(
        brand("/dashboard"),
        account_switcher(),
        rx.el.span(class_name="grow desk-only"),
        privacy_toggle(),
        appearance_toggle(),
        person_menu(),
        class_name="top-bar",
    )
    return rx.el.header(bar, class_name="top")


def skip_link() -> rx.Component:
    return anchor("Skip to content", href="#main", leaves_app=True, class_name="skip-link")


def main(*content: rx.Component, class_name: str = "") -> rx.Component:
    return rx.el.main(*content, class_name=class_name, tab_index=-1, **attributes(id="main"))


def brand(href: str) -> rx.Component:
    return anchor(brand_mark(), rx.el.span("SigmaSight"), href=href, class_name="brand")


def step_list(names: Sequence[str], current: int) -> rx.Component:
    return rx.el.ol(
        *(_step(number, name, current) for number, name in enumerate(names, start=1)),
        class_name="steps",
        aria_label="Steps",
    )


def _step(number: int, name: str, current: int) -> rx.Component:
    done = number < current
    face = icon("check", "done") if done else str(number)
    return rx.el.li(
        rx.el.span(face, class_name="step-number"),
        rx.el.span(name, class_name="step-name"),
        class_name="step-done" if done else "",
        **attributes(**({"aria_current": "step"} if number == current else {})),
    )
