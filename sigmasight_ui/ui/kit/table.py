"""Tables: sortable titles, figures on the right, cards on phones. `role`s are written out because a changed `display`
drops them."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from sigmasight_ui.ui.kit.button import button, hidden_button
from sigmasight_ui.ui.kit.html import Flag, Text, attributes, flag, joined
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.paging import Paging

Card = Literal["", "left", "right", "full", "menu", "hide"]


def table(
    caption: Text,
    head: list[rx.Component],
    *body: rx.Component,
    foot: rx.Component | None = None,
    dense: Flag = False,
    cards: bool = True,
    class_name: str = "",
) -> rx.Component:
    """`caption` is for screen readers; the table scrolls inside its own focusable region, never the page."""
    classes = joined("grid-table", "cards" if cards else "", class_name)
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="sr-only"),
            rx.el.thead(rx.el.tr(*head, role="row"), role="rowgroup"),
            rx.el.tbody(*body, role="rowgroup"),
            *([rx.el.tfoot(foot, role="rowgroup")] if foot is not None else []),
            role="table",
            class_name=rx.cond(dense, f"{classes} grid-table-dense", classes),
        ),
        role="region",
        aria_label=caption,
        tab_index=0,
        class_name="scroll",
    )


def column(
    title: str, *, numeric: bool = False, order: Literal["", "ascending", "descending"] = "", class_name: str = ""
) -> rx.Component:
    """`order`: the rows always stand by this column."""
    words = rx.el.span(title, class_name="sort") if order else title
    state = {"aria_sort": order} if order else {}
    classes = joined("num" if numeric else "", class_name)
    return rx.el.th(words, role="columnheader", scope="col", class_name=classes, **state)


def sort_column(
    title: str,
    key: str,
    *,
    sorted_by: rx.Var[str],
    descending: rx.Var[bool],
    on_sort: rx.EventHandler,
    numeric: bool = False,
    class_name: str = "",
) -> rx.Component:
    """The title is the button; `on_sort(key)` turns the order when it is the same column."""
    return rx.el.th(
        rx.el.button(title, type="button", class_name="sort", on_click=on_sort(key)),
        role="columnheader",
        scope="col",
        aria_sort=rx.cond(sorted_by == key, rx.cond(descending, "descending", "ascending"), "none"),
        class_name=joined("num" if numeric else "", class_name),
    )


def row(*cells: rx.Component, selected: Flag | None = None, **props: object) -> rx.Component:
    state = {} if selected is None else {"aria_selected": flag(selected)}
    return rx.el.tr(*cells, role="row", **state, **props)


def name_cell(name: Text, detail: Text = "", *extra: rx.Component, before: rx.Component | None = None) -> rx.Component:
    """The head of a row: symbol and name; `before` an expander, `extra` marks."""
    parts = [*([before] if before is not None else []), rx.el.b(name), rx.el.span(detail), *extra]
    return rx.el.th(rx.el.div(*parts, class_name="row-name"), role="rowheader", scope="row", class_name="card-left")


def cell(
    *content: rx.Component | Text,
    numeric: bool = False,
    card: Card = "",
    order: int = 1,
    label: Text = "",
    class_name: str = "",
) -> rx.Component:
    """On phones: `card` is its place in the card, `order` its line, `label` the words before it."""
    data: dict[str, object] = {}
    if order != 1:
        data["style"] = {"--card-order": order}
    if not (isinstance(label, str) and not label):
        data["data_label"] = label
    classes = joined("num" if numeric else "", f"card-{card}" if card else "", class_name)
    return rx.el.td(*content, role="cell", class_name=classes, **attributes(**data))


def expander(label: Text, is_open: rx.Var[bool], on_click: object) -> rx.Component:
    return rx.el.button(
        icon("right"),
        type="button",
        class_name="expander desk-only",
        aria_expanded=flag(is_open),
        aria_label=label,
        on_click=on_click,
    )


def weight_bar(share_of_largest: Text) -> rx.Component:
    """`share_of_largest` such as "62%"; the figure beside it says the weight."""
    bar = rx.el.i(**attributes(style={"--v": share_of_largest}))
    return rx.el.span(bar, class_name="weight-bar desk-only", aria_hidden="true")


def pager(paging: rx.Var[Paging], on_previous: object, on_next: object) -> rx.Component:
    """ "1–12 of 25", Previous, Next."""
    return rx.fragment(
        rx.el.span(paging.shown),
        rx.el.div(
            button("Previous", size="sm", disabled=~paging.has_previous, on_click=on_previous),
            button("Next", size="sm", disabled=~paging.has_next, on_click=on_next),
            class_name="pager",
        ),
    )


def print_button(on_print: object, is_printed: rx.Var[bool], paging: rx.Var[Paging]) -> rx.Component:
    """Paper has no pages to turn: assets/kit.js asks for the whole table before it prints, and for its page after."""
    is_part = ~is_printed & (paging.has_previous | paging.has_next)
    return hidden_button(on_print, data_prints=rx.cond(is_part, "part", "whole"))


def found(value: Text) -> rx.Component:
    """A value as it was found in someone's file."""
    return rx.el.code(value, class_name="found long-word")
