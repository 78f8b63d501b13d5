"""All portfolios of a person."""

import reflex as rx

from sigmasight_ui.ui.kit.button import anchor, button, link_button
from sigmasight_ui.ui.kit.chip import chip
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.figure import change, figure
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.mark import mark
from sigmasight_ui.ui.kit.panel import panel, plain_panel
from sigmasight_ui.ui.kit.skeleton import skeleton_lines
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.portfolios.archive import archive_dialog
from sigmasight_ui.ui.portfolios.list_state import PortfolioListState, WaitingFile
from sigmasight_ui.ui.portfolios.rows import PortfolioLine
from sigmasight_ui.ui.shell.frame import app_page
from sigmasight_ui.ui.shell.page import page
from sigmasight_ui.ui.shell.state import ShellState

S = PortfolioListState
Line = rx.Var[PortfolioLine]


@page("/portfolios", "Portfolios", on_load=[ShellState.load, S.load])
def portfolios() -> rx.Component:
    return app_page(
        "Portfolios",
        rx.el.div(
            rx.cond(S.waiting.length() > 0, _waiting()),
            rx.cond(S.is_loaded, rx.cond(S.lines.length() > 0, _listed(), _none()), _loading()),
            class_name="columns",
        ),
        archive_dialog(
            S.asked_name, is_open=S.asked_id != "", on_keep=S.keep, on_archive=S.archive, busy=S.is_archiving
        ),
        here="/portfolios",
        subtitle="One portfolio per brokerage account.",
        actions=[link_button("Import CSV", "/onboarding/upload", kind="primary", icon="upload")],
        ready=rx.State.is_hydrated & S.is_loaded,
    )


def _waiting() -> rx.Component:
    return panel(
        "Waiting for review",
        rx.el.ul(rx.foreach(S.waiting, _waiting_file), class_name="looks"),
        id="waiting",
        finding="Files you left before pressing Import. Nothing of them is saved yet.",
        flush=True,
    )


def _waiting_file(file: rx.Var[WaitingFile]) -> rx.Component:
    return rx.el.li(
        icon("file"),
        rx.el.div(rx.el.b(file.file_name), rx.el.p("Kept until ", file.until)),
        link_button("Review import", f"/imports/{file.id}", size="sm"),
    )


def _listed() -> rx.Component:
    head = [
        column("Account"),
        column("Positions", numeric=True),
        column("Imported", class_name="wide-only"),
        column("Net asset value", numeric=True),
        column("Day", numeric=True),
        column("Figures"),
        column("Actions", numeric=True),
    ]
    return panel("Accounts", table("Portfolios table", head, rx.foreach(S.lines, _line)), id="accounts", flush=True)


def _line(line: Line) -> rx.Component:
    return row(
        _name(line),
        cell(line.positions, numeric=True, card="left", order=3, label="Positions"),
        cell(line.imported, card="hide", class_name="wide-only nowrap"),
        cell(
            figure(line.value, line.reason),
            rx.cond(line.prices != "", rx.el.span(line.prices, class_name="second-line card-none")),
            numeric=True,
            card="right",
            order=-1,
            class_name="cell-strong card-top",
        ),
        cell(change(line.day.text, line.day.direction), numeric=True, card="right", order=2),
        cell(_status(line), card="right", order=3),
        cell(_actions(line), numeric=True, card="full", order=4),
    )


def _name(line: Line) -> rx.Component:
    return rx.el.th(
        rx.el.div(
            anchor(line.account, href=f"/portfolios/{line.id}", class_name="text-link"),
            rx.cond(line.is_sample, mark("sample data")),
            class_name="row-name",
        ),
        rx.el.span(line.about, class_name="second-line"),
        role="rowheader",
        scope="row",
        class_name="card-left",
    )


def _status(line: Line) -> rx.Component:
    return rx.match(line.tone, ("ok", chip(line.status, "ok")), ("warn", chip(line.status, "warn")), chip(line.status))


def _actions(line: Line) -> rx.Component:
    return rx.el.div(
        link_button(
            "View dashboard",
            f"/dashboard?account={line.id}",
            size="sm",
            aria_label=f"View dashboard of {line.account}",
        ),
        button(
            "Archive",
            kind="danger",
            size="sm",
            aria_label=f"Archive {line.account}",
            aria_haspopup="dialog",
            on_click=S.ask(line.id),
        ),
        class_name="row-actions",
    )


def _none() -> rx.Component:
    return plain_panel(
        empty(
            "No portfolio yet",
            "Upload one file from your broker, or look around with a sample from the dashboard.",
            link_button("Upload your first portfolio", "/onboarding/upload", kind="primary"),
            icon="folder",
        )
    )


def _loading() -> rx.Component:
    return plain_panel(rx.el.div(skeleton_lines(90, 80, 85), class_name="form-body"))
