"""Add positions by hand: a grid for the keyboard and for what a spreadsheet has copied."""

import reflex as rx

from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import anchor, button, link_button
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.grid import Kind, cell_input, grid
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.panel import panel, plain_panel
from sigmasight_ui.ui.kit.segmented import segmented
from sigmasight_ui.ui.kit.skeleton import skeleton_lines
from sigmasight_ui.ui.kit.table import column, row, table
from sigmasight_ui.ui.portfolios.detail_state import FOUND
from sigmasight_ui.ui.portfolios.entry_rows import FEW, TITLES, EntryRow
from sigmasight_ui.ui.portfolios.entry_state import EntryState
from sigmasight_ui.ui.shell.away import AWAY_TITLE, away
from sigmasight_ui.ui.shell.frame import app_page
from sigmasight_ui.ui.shell.page import page
from sigmasight_ui.ui.shell.state import ShellState
from sigmasight_ui.ui.unread import AWAY, MISSING

S = EntryState
HELP = (
    "Enter and the arrows go from row to row. Paste cells from a spreadsheet into the first one;"
    " a row of our template fits as it is. Quantity below 0 is short, dates are YYYY-MM-DD."
)
_KINDS: dict[str, Kind] = {"Quantity": "number", "Entry Price Per Share": "number", "Strike Price": "number",
                           "Exit Price Per Share": "number", "Entry Date": "date", "Expiration Date": "date",
                           "Exit Date": "date"}  # fmt: skip


@page("/portfolios/[id]/add", "Add positions", on_load=[ShellState.load, S.load])
def add_positions() -> rx.Component:
    return app_page(
        rx.match(S.status, (MISSING, "There is no such portfolio"), (AWAY, AWAY_TITLE), "Add positions"),
        rx.match(S.status, (FOUND, _found()), (MISSING, _missing()), (AWAY, away(S.problem, S.load)), _loading()),
        here="/portfolios",
        above=_crumbs(),
        subtitle=rx.cond(S.status == FOUND, S.account, ""),
        ready=rx.State.is_hydrated & (S.status != ""),
    )


def _crumbs() -> rx.Component:
    back = rx.Var.create("/portfolios/") + S.shown_id
    return rx.el.nav(
        anchor("Portfolios", href="/portfolios", class_name="text-link"),
        " / ",
        rx.cond(S.shown_id != "", anchor(S.account, href=back, class_name="text-link")),
        " / Add",
        class_name="crumbs",
        aria_label="Breadcrumb",
    )


def _found() -> rx.Component:
    head = [column("Row", numeric=True), *(_title(number, title) for number, title in enumerate(TITLES))]
    cells = grid(
        table("Positions to add", head, rx.foreach(S.rows, _row), cards=False),
        on_paste=S.paste,
        class_name="entry-grid",
    )
    columns = segmented(
        "Columns", [("few", "Four columns"), ("all", "All twelve")], rx.cond(S.is_wide, "all", "few"), S.choose_columns
    )
    return rx.fragment(
        rx.el.div(
            rx.cond(S.problem != "", banner(S.problem, tone="danger", alert=True)),
            panel(
                "Positions",
                cells,
                id="grid",
                finding=HELP,
                tools=columns,
                foot=button("More rows", size="sm", icon="plus", on_click=S.more_rows),
                flush=True,
            ),
            class_name="columns",
        ),
        rx.el.div(
            rx.el.span(S.summary, class_name="grow", role="status"),
            link_button("Cancel", rx.Var.create("/portfolios/") + S.shown_id, kind="ghost"),
            button("Add positions", kind="primary", on_click=S.add, busy=S.is_adding, busy_label="Adding"),
            class_name="sticky-actions",
        ),
    )


def _title(number: int, title: str) -> rx.Component:
    head = column(title)
    return head if number < FEW else rx.cond(S.is_wide, head)


def _row(line: rx.Var[EntryRow]) -> rx.Component:
    cells = [_cell(line, number, title) for number, title in enumerate(TITLES)]
    problem = rx.el.tr(
        rx.el.td(rx.el.p(icon("stop"), rx.el.span(line.problem), class_name="field-error"), role="cell", col_span=13),
        role="row",
    )
    return rx.fragment(
        row(rx.el.th(line.number, role="rowheader", scope="row", class_name="num quiet"), *cells),
        rx.cond(line.problem != "", problem),
    )


def _cell(line: rx.Var[EntryRow], number: int, title: str) -> rx.Component:
    typed = cell_input(
        f"{title}, row {line.number}",
        line.cells[number],
        lambda text: S.edit(line.number, number, text),
        kind=_KINDS.get(title, "word"),
        wrong=line.wrong[number],
        at=f"{line.number},{number}",
        max_length=100,
    )
    cell = rx.el.td(typed, role="cell")
    return cell if number < FEW else rx.cond(S.is_wide, cell)


def _missing() -> rx.Component:
    return plain_panel(
        empty(
            "Nothing to add to",
            "The address is incomplete, or the portfolio was archived or belongs to somebody else.",
            link_button("All portfolios", "/portfolios", kind="primary"),
            icon="folder",
        )
    )


def _loading() -> rx.Component:
    return plain_panel(rx.el.div(skeleton_lines(90, 80, 85, 70), class_name="form-body"))
