"""Sectors as bars, and as a table of the same numbers."""

import reflex as rx

from sigmasight_ui.ui.dashboard.price_note import price_note
from sigmasight_ui.ui.dashboard.sector_rows import SectorLine
from sigmasight_ui.ui.dashboard.state import DashboardState
from sigmasight_ui.ui.kit.chart import bar_chart
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.figure import figure
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.segmented import view_panes, view_switch
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.runs.banner import calculate_button

S = DashboardState
VIEWS = "sectors-view"


def sectors(class_name: str) -> rx.Component:
    return rx.cond(S.sectors.reason == "", _known(class_name), without_sectors(class_name))


def without_sectors(class_name: str) -> rx.Component:
    missing = empty(
        "Sectors are not calculated",
        "They need a market value for each position.",
        calculate_button(size="sm"),
        icon="table",
    )
    return panel("Sectors", missing, id="sectors", flush=True, class_name=class_name)


def _known(class_name: str) -> rx.Component:
    bars = rx.el.div(
        bar_chart(S.sectors.bars, S.sectors.zero, head=("Sector", "Share of NAV", "Share", "Value")),
        class_name="panel-body",
    )
    head = [column(title, numeric=title != "Sector") for title in ("Sector", "Net share", "Gross share", "Value")]
    lines = table("Sectors as shares of net asset value", head, rx.foreach(S.sectors.lines, _row), cards=False)
    return panel(
        "Sectors",
        view_panes(VIEWS, [("Chart", bars), ("Table", lines)]),
        id="sectors",
        finding=S.sectors.finding,
        tools=view_switch(VIEWS, "Sectors: show as", ["Chart", "Table"]),
        foot=price_note(S.lead),
        flush=True,
        class_name=class_name,
    )


def _row(line: rx.Var[SectorLine]) -> rx.Component:
    return row(
        rx.el.th(line.sector, role="rowheader", scope="row"),
        cell(figure(line.net, line.reason), numeric=True),
        cell(line.gross, numeric=True),
        cell(line.amount, numeric=True),
    )
