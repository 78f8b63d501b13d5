"""Cells that are typed into where they stand: Enter and the arrows go from row to row, Escape takes back what was typed
in a cell, and what is pasted from a spreadsheet fills the cells around (assets/grid.js)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import reflex as rx
from reflex.event import EventSpec

from sigmasight_ui.ui.kit.html import Flag, Text, attributes, flag, joined
from sigmasight_ui.ui.kit.script import page_script

Kind = Literal["number", "date", "word"]
_CLASSES = {"number": "", "date": "cell-input-date", "word": "cell-input-word"}


def cell_input(
    label: Text,
    value: Text,
    on_leave: Callable[[rx.Var[str]], EventSpec],
    *,
    kind: Kind = "number",
    wrong: Flag = False,
    at: Text = "",
    placeholder: str = "",
    max_length: int = 40,
    version: rx.Var[int] | int = 0,
) -> rx.Component:
    """`on_leave` gets the text when the cell is left. A new `value` from the state makes it a new cell, as does a new
    `version`: what was typed and refused is taken back. `at` is its place, "row,column", for pasting."""
    data: dict[str, object] = {"data_cell": at} if not (isinstance(at, str) and not at) else {}
    return rx.el.input(
        type="text",
        default_value=value,
        key=rx.Var.create(f"{version} ") + value,
        placeholder=placeholder,
        input_mode="decimal" if kind == "number" else "text",
        auto_complete="off",
        max_length=max_length,
        class_name=joined("cell-input", _CLASSES[kind]),
        aria_label=label,
        aria_invalid=flag(wrong),
        on_blur=on_leave,
        **attributes(**data),
    )


def grid(*children: rx.Component, on_paste: rx.EventHandler | None = None, class_name: str = "") -> rx.Component:
    """Round a table of cells. `on_paste` gets the text of {"at": "row,column", "text": …}."""
    carrier = rx.el.input(
        type="text", hidden=True, on_change=on_paste, aria_hidden="true", **attributes(data_pasted="true")
    )
    return rx.el.div(
        page_script("grid.js"),
        *children,
        *([carrier] if on_paste is not None else []),
        class_name=class_name,
        **attributes(data_grid="true"),
    )
