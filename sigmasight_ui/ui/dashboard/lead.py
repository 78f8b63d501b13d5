"""The lead panel: what it is worth, how it changed, and the line beside the benchmark."""

import reflex as rx

from sigmasight_ui.ui.dashboard.history_rows import RANGES, HistoryRow
from sigmasight_ui.ui.dashboard.price_note import price_note
from sigmasight_ui.ui.dashboard.state import DashboardState
from sigmasight_ui.ui.kit.chart import line_chart
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.figure import change, lead_figure, unknown
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.segmented import segmented, view_panes, view_switch
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.kit.tile import facts
from sigmasight_ui.ui.runs.banner import calculate_button

S = DashboardState
VIEWS = "nav-history"


def lead() -> rx.Component:
    return rx.el.section(
        _figures(),
        _history(),
        class_name="panel lead-grid",
        aria_labelledby="lead-title",
        **attributes(id="lead"),
    )


def _figures() -> rx.Component:
    lead = S.lead
    value = rx.cond(
        lead.reason == "",
        lead_figure(lead.whole, lead.cents),
        rx.fragment(
            rx.el.p(unknown(lead.reason), class_name="lead lead-unknown"), rx.el.p(lead.reason, class_name="quiet")
        ),
    )
    return rx.el.div(
        rx.el.h2("Net asset value", **attributes(id="lead-title")),
        value,
        rx.el.p(
            change(lead.day.text, lead.day.direction),
            " ",
            rx.el.span(lead.day_when, class_name="quiet lead-when"),
            class_name="lead-day",
        ),
        rx.cond(
            lead.deposits != "",
            facts(*_gains(), ("Deposits, 30 days", lead.deposits)),
            facts(*_gains()),
        ),
        rx.cond(lead.left_out != "", rx.el.p(lead.left_out, class_name="quiet small")),
        rx.el.p(price_note(lead), class_name="quiet small"),
        class_name="lead-side",
    )


def _gains() -> list[tuple[str | rx.Component, rx.Component]]:
    lead = S.lead
    return [
        ("Unrealised P&L", change(lead.unrealised.text, lead.unrealised.direction)),
        ("Realised this year", change(lead.realised.text, lead.realised.direction)),
        (_return_label(), _return()),
    ]


def _return_label() -> rx.Component:
    return rx.fragment(S.history.return_label, " ", rx.el.span("TWR", class_name="quiet", title="Time-weighted return"))


def _return() -> rx.Component:
    history = S.history
    return rx.cond(
        history.return_reason == "",
        change(history.return_.text, history.return_.direction),
        unknown(history.return_reason),
    )


def _history() -> rx.Component:
    history = S.history
    drawing = rx.cond(history.reason == "", line_chart(history.plot, "Net asset value"), _nothing())
    figures = rx.cond(history.reason == "", _table(), _nothing())
    return rx.el.div(
        rx.el.div(
            rx.el.p(history.finding, class_name="lead-finding"),
            segmented("Range", [(each, each) for each in RANGES], history.chosen, S.choose_range),
            view_switch(VIEWS, "Net asset value: show as", ["Chart", "Table"]),
            class_name="lead-tools",
        ),
        view_panes(VIEWS, [("Chart", drawing), ("Table", figures)]),
        class_name="lead-chart",
    )


def _nothing() -> rx.Component:
    return empty("Nothing to draw yet", S.history.reason, calculate_button(size="sm"))


def _table() -> rx.Component:
    head = [column("Date"), column("Net asset value", numeric=True), column("Since the row below", numeric=True)]
    head.append(column(rx.Var.create("Same money in ") + S.history.benchmark, numeric=True))
    return rx.el.div(
        table("Net asset value by date", head, rx.foreach(S.history.rows, _row), cards=False, dense=True),
        class_name="lead-table",
    )


def _row(line: rx.Var[HistoryRow]) -> rx.Component:
    return row(
        rx.el.th(line.day, role="rowheader", scope="row"),
        cell(line.nav, numeric=True),
        cell(rx.cond(line.moved.text != "", change(line.moved.text, line.moved.direction)), numeric=True),
        cell(line.benchmark, numeric=True),
    )
