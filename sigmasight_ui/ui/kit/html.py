"""Small helpers shared by the kit's parts."""

from __future__ import annotations

import reflex as rx

Text = str | rx.Var[str]
Flag = bool | rx.Var[bool]


def attributes(**values: object) -> dict[str, dict]:
    """Plain DOM attributes: an `id` prop would make Reflex keep a React ref for every element."""
    return {"custom_attrs": {name.replace("_", "-"): _tracked(value) for name, value in values.items()}}


def _tracked(value: object) -> object:
    """State inside a style is only found by Reflex when the whole style is a Var."""
    return rx.Var.create(value) if isinstance(value, dict) else value


def joined(*class_names: str) -> str:
    return " ".join(name for name in class_names if name)


def flag(value: Flag) -> str | rx.Var[str]:
    """ARIA states are the words true and false; a missing attribute means something else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return rx.cond(value, "true", "false")


def is_given(value: Text) -> bool | rx.Var[bool]:
    """Whether there is text: decided now for constants, in the browser for state."""
    return value != "" if isinstance(value, rx.Var) else bool(value)


def when(condition: bool | rx.Var[bool], shown: rx.Component) -> rx.Component:
    if isinstance(condition, bool):
        return shown if condition else rx.fragment()
    return rx.cond(condition, shown, rx.fragment())
