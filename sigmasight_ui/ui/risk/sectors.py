"""Sectors as bars with the benchmark's weights as ticks, and as a table of the same numbers."""

import reflex as rx

from sigmasight_ui.ui.kit.chart import bar_chart
from sigmasight_ui.ui.kit.figure import figure
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.risk.card import card
from sigmasight_ui.ui.risk.sector_rows import SectorLine, Sectors

_TITLES = ("Sector", "Net share", "Gross share", "Benchmark", "Difference", "Value")


def sectors(found: rx.Var[Sectors], class_name: str, *foot: rx.Component) -> rx.Component:
    lead = ("Sector", "Share of NAV", "Yours")
    bars = rx.cond(
        found.benchmark != "",
        bar_chart(found.bars, found.zero, head=(*lead, "Difference")),
        bar_chart(found.bars, found.zero, head=(*lead, "Value")),
    )
    legend = rx.el.span(
        rx.el.span(rx.el.i(), "Yours"),
        rx.el.span(rx.el.i(class_name="legend-tick"), found.benchmark),
        class_name="legend",
    )
    head = [column(title, numeric=title != "Sector") for title in _TITLES]
    lines = table("Sectors as shares of net asset value", head, rx.foreach(found.lines, _row), cards=False)
    return card(
        found.title,
        found,
        ("Chart", rx.el.div(bars, class_name="panel-body")),
        ("Table", lines),
        id="sectors",
        missing="Sectors are not calculated",
        rows=12.5,
        foot=[rx.cond(found.benchmark != "", legend), *foot],
        class_name=class_name,
    )


def _row(line: rx.Var[SectorLine]) -> rx.Component:
    return row(
        rx.el.th(line.sector, role="rowheader", scope="row"),
        cell(figure(line.net, line.reason), numeric=True),
        cell(line.gross, numeric=True),
        cell(line.benchmark, numeric=True),
        cell(line.difference, numeric=True),
        cell(line.amount, numeric=True),
    )
