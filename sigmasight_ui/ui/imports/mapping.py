"""A file nobody knows: which of its columns is what, beside its own first rows; kept under a name for the next one."""

import reflex as rx

from sigmasight_ui.ui.imports.preset_panel import preset_panel
from sigmasight_ui.ui.imports.review_state import ReviewState
from sigmasight_ui.ui.imports.review_view import MappedField
from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.field import text_field
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.table import row, table

S = ReviewState
NOT_IN_FILE = ""


def mapping_screen() -> rx.Component:
    return rx.el.div(
        rx.cond(S.problem != "", banner(S.problem, tone="danger", alert=True)),
        rx.cond(S.mapping.presets.length() > 0, preset_panel()),
        _first_rows(),
        _fields(),
        class_name="columns",
        **attributes(data_outcome="mapping"),
    )


def _fields() -> rx.Component:
    form = rx.el.form(
        rx.el.div(
            rx.foreach(S.mapping.fields, _field),
            text_field(
                "preset",
                "Name for next time",
                optional=True,
                placeholder="My broker",
                help="A file with the same columns is then read without asking.",
                max_length=100,
                auto_complete="off",
            ),
            class_name="form-body form-inside form-columns",
        ),
        rx.el.div(
            button("Read the file", kind="primary", type="submit", busy=S.is_mapping, busy_label="Reading"),
            class_name="form-actions form-inside-actions",
        ),
        on_submit=S.map_columns,
        reset_on_submit=False,
        no_validate=True,
        key=S.import_id,
    )
    return panel(
        "What is what",
        form,
        id="fields",
        finding="We do not know this file. Choose the column for each field; marked ones are needed.",
        flush=True,
    )


def _field(field: rx.Var[MappedField]) -> rx.Component:
    select = rx.el.select(
        rx.el.option("not in the file", value=NOT_IN_FILE),
        rx.foreach(S.mapping.titles, lambda title: rx.el.option(title, value=title)),
        name=field.name,
        default_value=field.title,
        class_name="input",
        **attributes(id=f"column-{field.name}", aria_required=rx.cond(field.is_required, "true", "false")),
    )
    return rx.el.div(
        rx.el.div(
            rx.el.label(field.label, html_for=f"column-{field.name}"),
            rx.cond(
                field.is_required,
                rx.el.span("needed", class_name="mark"),
                rx.el.span("optional", class_name="field-optional"),
            ),
            class_name="field-label",
        ),
        rx.el.span(select, icon("down"), class_name="input-select"),
        class_name="field",
    )


def _first_rows() -> rx.Component:
    head = rx.foreach(S.mapping.titles, lambda title: rx.el.th(title, role="columnheader", scope="col"))
    body = rx.foreach(
        S.mapping.first_rows,
        lambda cells: row(rx.foreach(cells, lambda text: rx.el.td(text, role="cell", class_name="nowrap"))),
    )
    return panel(
        "First rows of the file",
        table("Titles and first rows", [head], body, cards=False, dense=True),
        id="first-rows",
        finding=S.file_line,
        flush=True,
    )
