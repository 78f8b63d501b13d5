"""Buttons. One primary per view; a label is a verb with its object."""

from __future__ import annotations

from typing import Literal

import reflex as rx
from reflex_components_core.el.elements.inline import A  # rx.el.a is the router's link

from sigmasight_ui.ui.kit.html import Flag, Text, attributes, flag, joined
from sigmasight_ui.ui.kit.icon import icon as draw

Kind = Literal["primary", "second", "ghost", "danger", "destroy", "live"]
Size = Literal["sm", "md", "lg"]


def button(
    label: Text,
    *,
    kind: Kind = "second",
    size: Size = "md",
    icon: str = "",
    type: Literal["button", "submit", "reset"] = "button",
    busy: Flag = False,
    busy_label: str = "",
    disabled: Flag = False,
    block: bool = False,
    class_name: str = "",
    **props: object,
) -> rx.Component:
    """`busy` shows `busy_label` (a verb in -ing) at the same width; busy and disabled keep the focus and do nothing."""
    idle = (draw(icon), label) if icon else (label,)
    face: tuple = idle
    state: dict[str, object] = {}
    if busy_label:
        face = (_faces(idle, busy_label),)
        state["aria_busy"] = flag(busy)
    if busy is not False or disabled is not False:
        state["aria_disabled"] = flag(_either(busy, disabled))
    return rx.el.button(*face, type=type, class_name=_classes(kind, size, block, class_name), **state, **props)


def icon_button(name: str, label: Text, *, kind: Kind = "ghost", size: Size = "md", **props: object) -> rx.Component:
    """An icon alone still has a name, for the screen reader and as a tooltip."""
    classes = _classes(kind, size, False, joined("btn-icon", str(props.pop("class_name", ""))))
    return rx.el.button(draw(name), type="button", class_name=classes, aria_label=label, title=label, **props)


def hidden_button(on_click: object, **data: object) -> rx.Component:
    """Pressed by assets/kit.js alone, which finds it by its data attribute."""
    return rx.el.button(
        type="button", hidden=True, tab_index=-1, on_click=on_click, aria_hidden="true", **attributes(**data)
    )


def link_button(
    label: Text,
    href: Text,
    *,
    kind: Kind = "second",
    size: Size = "md",
    icon: str = "",
    block: bool = False,
    leaves_app: bool = False,
    class_name: str = "",
    **props: object,
) -> rx.Component:
    """A link that looks like a button. `leaves_app`: files and anything the router does not know."""
    face = (draw(icon), label) if icon else (label,)
    return anchor(*face, leaves_app=leaves_app, href=href, class_name=_classes(kind, size, block, class_name), **props)


def file_button(label: Text, href: Text, *, icon: str = "download", **look: object) -> rx.Component:
    """A link that saves a file. Without `download` the browser announces that the page is left, and Reflex closes its
    socket: what is pressed next would be lost."""
    return link_button(label, href, icon=icon, leaves_app=True, download=True, **look)


def link(label: Text | rx.Component, href: Text, *, leaves_app: bool = False, **props: object) -> rx.Component:
    """A link inside text."""
    classes = joined("text-link", str(props.pop("class_name", "")))
    return anchor(label, leaves_app=leaves_app, href=href, class_name=classes, **props)


def anchor(*children: object, href: Text, leaves_app: bool = False, **props: object) -> rx.Component:
    """A link without looks. The router changes the page without loading the app again, unless it `leaves_app`."""
    return (A.create if leaves_app else rx.el.a)(*children, href=href, **props)


def _faces(idle: tuple, busy_label: str) -> rx.Component:
    spinner = rx.el.span(class_name="spinner", aria_hidden="true")
    return rx.el.span(
        rx.el.span(*idle, class_name="btn-idle"),
        rx.el.span(spinner, busy_label, class_name="btn-busy"),
        class_name="btn-faces",
    )


def _either(busy: Flag, disabled: Flag) -> Flag:
    if isinstance(busy, bool) and isinstance(disabled, bool):
        return busy or disabled
    if isinstance(busy, bool):
        return True if busy else disabled
    if isinstance(disabled, bool):
        return True if disabled else busy
    return busy | disabled


def _classes(kind: Kind, size: Size, block: bool, extra: str) -> str:
    return joined("btn", f"btn-{kind}", "" if size == "md" else f"btn-{size}", "btn-block" if block else "", extra)
