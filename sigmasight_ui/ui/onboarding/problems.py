"""The validation screen: every problem of every row, the value found, what to do. Nothing was saved."""

import reflex as rx

from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button, file_button
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.table import cell, column, found, row, table
from sigmasight_ui.ui.onboarding.upload_rows import ProblemRow
from sigmasight_ui.ui.onboarding.upload_state import UploadState

RULES = (
    "Four columns are required: Symbol, Quantity, Entry Price Per Share, Entry Date. Dates are YYYY-MM-DD. Quantity is"
    " not 0; negative means short. Price is above 0 with two decimals at most."
)
COUNTING = "Row 1 is the header; comments and blank lines are not counted. Line is the line in the file."


def problem_screen() -> rx.Component:
    return rx.cond(UploadState.shows_problems, rx.fragment(_summary(), _panel(), _actions()))


def _summary() -> rx.Component:
    return banner(
        rx.el.h1(UploadState.headline, tab_index=-1, **attributes(data_takes_focus="true")),
        UploadState.reassurance,
        tone="danger",
        alert=True,
    )


def _panel() -> rx.Component:
    head = [column(title) for title in ("Where", "Symbol", "Column", "Found", "What to do", "Code")]
    return panel(
        UploadState.file_name,
        table("Issues by row", head, rx.foreach(UploadState.problems, _row)),
        id="issues",
        finding=COUNTING,
        tools=rx.fragment(
            rx.cond(
                UploadState.has_failed_rows,
                file_button(
                    "Download failed rows",
                    f"/api/v1/onboarding/uploads/{UploadState.upload_id}/failed-rows.csv",
                    size="sm",
                ),
            ),
            file_button("Download template", "/api/v1/onboarding/csv-template", size="sm"),
        ),
        foot=rx.fragment(
            rx.cond(UploadState.not_shown != "", rx.el.p(UploadState.not_shown)),
            rx.el.details(rx.el.summary("Rules for the file"), rx.el.p(RULES)),
        ),
        flush=True,
    )


def _row(problem: rx.Var[ProblemRow]) -> rx.Component:
    where = rx.el.th(
        rx.el.b(problem.where),
        rx.cond(problem.line != "", rx.el.span(problem.line, class_name="sub")),
        role="rowheader",
        scope="row",
        class_name="card-left",
    )
    return row(
        where,
        cell(
            rx.cond(
                problem.symbol != "",
                rx.el.b(problem.symbol, class_name="long-word"),
                rx.cond(problem.line != "", rx.el.span("none", class_name="quiet")),
            ),
            card="right",
        ),
        cell(rx.el.b(problem.column), card="full", order=2),
        cell(
            rx.cond(problem.found != "", found(problem.found)),
            card="full",
            order=3,
            label=rx.cond(problem.found != "", "Found", ""),
        ),
        cell(problem.advice, card="full", order=4),
        cell(problem.code, card="full", order=5, class_name="mono small quiet"),
    )


def _actions() -> rx.Component:
    return rx.el.div(
        button("Choose a different file", on_click=UploadState.show_form, **attributes(data_chooses="csv_file")),
        button("Try again", kind="primary", on_click=UploadState.show_form),
        class_name="actions actions-end",
    )
