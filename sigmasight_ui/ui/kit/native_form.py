"""A form the browser submits itself: the answer of a full navigation is where a session cookie may be set."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML


class NativeForm(BaseHTML):
    """`rx.el.form` always prevents the browser's own submit."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]
    enc_type: rx.Var[str]
    no_validate: rx.Var[bool]


def native_form(*children: rx.Component, action: str, method: str = "post", **props: object) -> rx.Component:
    """Validation stays with the server, whose sentences say what to do; the browser's bubbles do not."""
    return NativeForm.create(*children, action=action, method=method, no_validate=True, **props)
