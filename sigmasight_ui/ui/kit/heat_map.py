"""Heat map: a real table, blue for plus, plum and hatched for minus, clusters framed, a number in every cell."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.heat_geometry import HeatCell, HeatMap, HeatRow
from sigmasight_ui.ui.kit.html import Text, attributes


def heat_table(found: rx.Var[HeatMap], caption: Text, *, plain: bool = False) -> rx.Component:
    """`plain`: the numbers alone, as the table twin. In the heat map of many names assets/kit.js reads the cell under
    the pointer, or the one that the arrows have chosen."""
    head = rx.el.tr(rx.el.td(role="cell"), rx.foreach(found.names, _column), role="row")
    table = rx.el.table(
        rx.el.caption(caption, class_name="sr-only"),
        rx.el.thead(head, role="rowgroup"),
        rx.el.tbody(rx.foreach(found.rows, _row), role="rowgroup"),
        role="table",
        class_name="heat heat-plain" if plain else found.look,
        **attributes(style={"--names": found.names.length()}),
    )
    reading = [] if plain else [rx.el.output(class_name="heat-reading", aria_live="polite")]
    return rx.el.div(
        rx.el.div(
            table,
            role="region",
            tab_index=0,
            aria_label=caption,
            class_name="scroll",
            **({} if plain else attributes(data_heat="true")),
        ),
        *reading,
        class_name="heat-frame",
    )


def _column(name: rx.Var[str]) -> rx.Component:
    return rx.el.th(rx.el.span(name), role="columnheader", scope="col")


def _row(row: rx.Var[HeatRow]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(row.name, role="rowheader", scope="row"),
        rx.foreach(row.cells, _cell),
        role="row",
    )


def _cell(cell: rx.Var[HeatCell]) -> rx.Component:
    return rx.el.td(cell.text, role="cell", class_name=cell.look)
