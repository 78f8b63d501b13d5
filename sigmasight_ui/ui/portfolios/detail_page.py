"""One portfolio: positions as imported, imports, settings."""

import reflex as rx

from sigmasight_ui.services.portfolios.account_types import ACCOUNT_TYPES
from sigmasight_ui.ui.kit.button import button, file_button, link_button
from sigmasight_ui.ui.kit.chip import chip
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.field import select_field, text_field, textarea_field
from sigmasight_ui.ui.kit.mark import mark
from sigmasight_ui.ui.kit.panel import panel, plain_panel
from sigmasight_ui.ui.kit.skeleton import skeleton_lines
from sigmasight_ui.ui.kit.table import cell, column, pager, print_button, row, table
from sigmasight_ui.ui.portfolios.archive import CONSEQUENCE, archive_dialog
from sigmasight_ui.ui.portfolios.deposits import deposits
from sigmasight_ui.ui.portfolios.deposits_state import DepositsState
from sigmasight_ui.ui.portfolios.detail_rows import PositionLine
from sigmasight_ui.ui.portfolios.detail_state import FOUND, PortfolioState
from sigmasight_ui.ui.portfolios.history import history, import_panel
from sigmasight_ui.ui.portfolios.history_state import HistoryState
from sigmasight_ui.ui.portfolios.position_dialogs import position_opener, position_sheet
from sigmasight_ui.ui.shell.away import AWAY_TITLE, away
from sigmasight_ui.ui.shell.frame import app_page
from sigmasight_ui.ui.shell.page import page
from sigmasight_ui.ui.shell.state import ShellState
from sigmasight_ui.ui.unread import AWAY, MISSING

S = PortfolioState
TITLES = {MISSING: "There is no such portfolio", AWAY: AWAY_TITLE}


@page("/portfolios/[id]", "Portfolio", on_load=[ShellState.load, S.load, DepositsState.load, HistoryState.load])
def portfolio() -> rx.Component:
    return app_page(
        rx.match(S.status, (FOUND, S.account), *TITLES.items(), "Portfolio"),
        rx.match(S.status, (FOUND, _found()), (MISSING, _missing()), (AWAY, away(S.problem, S.load)), _loading()),
        here="/portfolios",
        subtitle=rx.cond(S.status == FOUND, S.subtitle, ""),
        actions=[rx.cond(S.status == FOUND, _head())],
        ready=rx.State.is_hydrated & (S.status != ""),
    )


def _head() -> rx.Component:
    return rx.fragment(
        rx.cond(S.is_sample, mark("sample data")),
        rx.match(S.figures_tone, ("ok", chip(S.figures, "ok")), ("warn", chip(S.figures, "warn")), chip(S.figures)),
        link_button("View dashboard", f"/dashboard?account={S.shown_id}"),
        button("Calculate now", on_click=S.recalculate, busy=S.is_asking, busy_label="Asking"),
    )


def _found() -> rx.Component:
    return rx.el.div(
        _positions(),
        deposits(),
        _settings(),
        rx.el.div(import_panel(), history(), _archive(), class_name="columns span-5"),
        class_name="columns",
    )


def _missing() -> rx.Component:
    return plain_panel(
        empty(
            "Nothing to show here",
            "The address is incomplete, or the portfolio was archived or belongs to somebody else.",
            link_button("All portfolios", "/portfolios", kind="primary"),
            icon="folder",
        )
    )


def _loading() -> rx.Component:
    return plain_panel(rx.el.div(skeleton_lines(90, 80, 85, 70), class_name="form-body"))


# Positions


def _positions() -> rx.Component:
    head = [
        column("Position"),
        column("Kind"),
        column("Quantity", numeric=True),
        column("Bought at", numeric=True),
        column("Bought on"),
        column("Sold at", numeric=True),
        column("Sold on"),
        rx.el.th(rx.el.span("Actions", class_name="sr-only"), role="columnheader", scope="col"),
    ]
    return panel(
        "Positions",
        table("Positions table", head, rx.foreach(S.positions.lines, _position)),
        position_sheet(),
        print_button(S.print_whole, S.is_printed, S.positions.paging),
        id="positions",
        finding=S.positions.finding,
        tools=_tools(),
        foot=pager(S.positions.paging, S.turn(-1), S.turn(1)),
        flush=True,
    )


def _tools() -> rx.Component:
    export = f"/api/v1/portfolios/{S.shown_id}/export.csv"
    return rx.fragment(
        file_button("Export CSV", export, size="sm"),
        link_button("Add positions", f"/portfolios/{S.shown_id}/add", size="sm", icon="plus"),
    )


def _position(line: rx.Var[PositionLine]) -> rx.Component:
    return row(
        rx.el.th(rx.el.b(line.symbol), role="rowheader", scope="row", class_name="card-left"),
        cell(line.kind, card="right", order=-1, class_name="card-top"),
        cell(line.quantity, numeric=True, card="hide"),
        cell(line.entry_price, numeric=True, card="left", order=2, label=line.at),
        cell(line.entry_date, card="right", order=2),
        cell(line.exit_price, numeric=True, card="left", order=3, label="Sold at", class_name="valued-only"),
        cell(line.exit_date, card="right", order=3, class_name="valued-only"),
        cell(position_opener(line.id, line.symbol), numeric=True, card="menu"),
        class_name=rx.cond(line.is_open, "without-value", ""),
    )


# Settings


def _settings() -> rx.Component:
    fields = rx.el.div(
        text_field(
            "portfolio_name", "Portfolio name", default_value=S.begin.portfolio_name, error=_error("portfolio_name"),
            max_length=255, auto_complete="off",
        ),
        text_field(
            "account_name", "Account name", default_value=S.begin.account_name, error=_error("account_name"),
            max_length=100, auto_complete="off",
        ),
        select_field(
            "account_type", "Account type", tuple(ACCOUNT_TYPES.items()), default_value=S.begin.account_type,
            error=_error("account_type"),
        ),
        textarea_field(
            "description", "Description", default_value=S.begin.description, error=_error("description"), optional=True,
            rows=2, max_length=2000,
        ),
        class_name="form-body form-inside",
    )  # fmt: skip
    save = button("Save changes", kind="primary", type="submit", busy=S.is_saving, busy_label="Saving")
    form = rx.el.form(
        fields,
        rx.el.div(save, class_name="form-actions form-inside-actions"),
        on_submit=S.save,
        reset_on_submit=False,
        no_validate=True,
        key=S.shown_id,
    )
    return panel("Settings", form, id="settings", flush=True, class_name="span-7")


def _error(field: str) -> rx.Var[str]:
    return S.errors.get(field, "").to(str)


def _archive() -> rx.Component:
    dialog = archive_dialog(
        S.account, is_open=S.asks_archive, on_keep=S.keep, on_archive=S.archive, busy=S.is_archiving
    )
    return panel(
        "Archive",
        button("Archive portfolio", kind="danger", on_click=S.ask_archive, aria_haspopup="dialog"),
        dialog,
        id="archiving",
        finding=CONSEQUENCE,
    )
