"""Form fields: label above, help below, the error in place of the help, all wired for screen readers."""

from __future__ import annotations

from collections.abc import Sequence

import reflex as rx

from sigmasight_ui.ui.kit.html import Text, attributes, flag, is_given, joined, when
from sigmasight_ui.ui.kit.icon import icon


def text_field(
    name: str,
    label: str,
    *,
    help: Text = "",
    error: Text = "",
    optional: bool = False,
    mono: bool = False,
    label_link: rx.Component | None = None,
    type: str = "text",
    **props: object,
) -> rx.Component:
    """`props` go to the input: default_value, on_change, auto_complete, input_mode, placeholder, max_length, …"""
    control = rx.el.input(
        type=type, class_name=joined("input", "input-mono" if mono else ""), **_control(name, help, error, props)
    )
    return _field(name, label, control, help=help, error=error, optional=optional, label_link=label_link)


def money_field(name: str, label: str, *, help: Text = "", error: Text = "", **props: object) -> rx.Component:
    """The text is kept as typed; the service reads it as a Decimal."""
    control = rx.el.input(
        type="text", input_mode="decimal", class_name="input", auto_complete="off", **_control(name, help, error, props)
    )
    framed = rx.el.div(rx.el.span("$", aria_hidden="true"), control, class_name="input-money")
    return _field(name, label, framed, help=help, error=error)


def textarea_field(
    name: str, label: str, *, help: Text = "", error: Text = "", optional: bool = False, **props: object
) -> rx.Component:
    control = rx.el.textarea(class_name="input", **_control(name, help, error, props))
    return _field(name, label, control, help=help, error=error, optional=optional)


def select_field(
    name: str,
    label: str,
    options: Sequence[tuple[str, str]],
    *,
    help: Text = "",
    error: Text = "",
    placeholder: str = "",
    **props: object,
) -> rx.Component:
    """`options` are (value, words); a placeholder is a first choice that cannot be sent."""
    first = [rx.el.option(placeholder, value="", disabled=True)] if placeholder else []
    choices = [*first, *(rx.el.option(words, value=value) for value, words in options)]
    control = rx.el.select(*choices, class_name="input", **_control(name, help, error, props))
    framed = rx.el.span(control, icon("down"), class_name="input-select")
    return _field(name, label, framed, help=help, error=error)


def password_field(
    name: str,
    label: str,
    *,
    rules: Sequence[tuple[str, str]] = (),
    help: Text = "",
    error: Text = "",
    label_link: rx.Component | None = None,
    auto_complete: str = "current-password",
    **props: object,
) -> rx.Component:
    """`rules` are (words, pattern): assets/kit.js marks each as met while the person types."""
    listed = {"also": f"{name}-rules", "data-rules": f"{name}-rules"} if rules else {}
    control = rx.el.input(
        type="password",
        class_name="input",
        auto_complete=auto_complete,
        **_control(name, help, error, props, **listed),
    )
    framed = rx.el.div(control, _show_button(name), class_name="input-password")
    return _field(name, label, framed, _rule_list(name, rules), help=help, error=error, label_link=label_link)


def search_field(name: str, label: str, **props: object) -> rx.Component:
    """A filter inside a panel head: the label is for screen readers, the placeholder says the same."""
    control = rx.el.input(
        type="search", placeholder=label, class_name="input input-search", **_control(name, "", "", props)
    )
    return rx.el.div(rx.el.label(label, html_for=name, class_name="sr-only"), control)


def checkbox(label: Text, **props: object) -> rx.Component:
    box = rx.el.input(type="checkbox", **props)
    return rx.el.label(box, rx.el.span(label), class_name="check")


def radio(name: Text, value: Text, label: Text, **props: object) -> rx.Component:
    choice = rx.el.input(type="radio", name=name, value=value, **props)
    return rx.el.label(choice, rx.el.span(label), class_name="check")


def field_error(name: str, error: Text) -> rx.Component:
    return rx.el.p(icon("stop"), rx.el.span(error), class_name="field-error", **attributes(id=f"{name}-error"))


def _field(
    name: str,
    label: str,
    control: rx.Component,
    *below: rx.Component,
    help: Text,
    error: Text,
    optional: bool = False,
    label_link: rx.Component | None = None,
) -> rx.Component:
    heading = [rx.el.label(label, html_for=name)]
    if optional:
        heading.append(rx.el.span("optional", class_name="field-optional"))
    if label_link is not None:
        heading.append(label_link)
    return rx.el.div(
        rx.el.div(*heading, class_name="field-label"),
        control,
        *below,
        _help_or_error(name, help, error),
        class_name="field",
    )


def _help_or_error(name: str, help: Text, error: Text) -> rx.Component:
    helping = when(is_given(help), rx.el.p(help, class_name="field-help", **attributes(id=f"{name}-help")))
    wrong = is_given(error)
    if isinstance(wrong, bool):
        return field_error(name, error) if wrong else helping
    return rx.cond(wrong, field_error(name, error), helping)


def _control(
    name: str, help: Text, error: Text, props: dict[str, object], also: str = "", **extra: str
) -> dict[str, object]:
    """Name, id and ARIA of an input; `id` goes past Reflex so that no React ref is kept for it."""
    wrong = is_given(error)
    description = _description(wrong, name, joined(f"{name}-help" if is_given(help) is not False else "", also))
    attrs = attributes(id=name, aria_describedby=description)["custom_attrs"]
    if isinstance(description, str) and not description:
        del attrs["aria-describedby"]
    own = dict(props.pop("custom_attrs", {}))
    return {"name": name, "aria_invalid": flag(wrong), "custom_attrs": attrs | extra | own, **props}


def _description(wrong: bool | rx.Var[bool], name: str, otherwise: str) -> Text:
    if isinstance(wrong, bool):
        return f"{name}-error" if wrong else otherwise
    return rx.cond(wrong, f"{name}-error", otherwise)


def _show_button(name: str) -> rx.Component:
    return rx.el.button(
        rx.el.span("Show", class_name="when-not-pressed"),
        rx.el.span("Hide", class_name="when-pressed"),
        rx.el.span(" password", class_name="sr-only"),
        type="button",
        class_name="btn btn-ghost",
        aria_pressed="false",
        **attributes(data_shows=name),
    )


def _rule_list(name: str, rules: Sequence[tuple[str, str]]) -> rx.Component:
    if not rules:
        return rx.fragment()
    items = [
        rx.el.li(
            icon("waiting", "not yet", "rule-open"),
            icon("check", "met", "rule-met"),
            rx.el.span(words),
            **attributes(data_met="false", data_pattern=pattern),
        )
        for words, pattern in rules
    ]
    return rx.el.ul(*items, class_name="rules", aria_live="polite", **attributes(id=f"{name}-rules"))
