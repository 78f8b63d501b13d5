"""Performance against a benchmark of one's choice; a money-weighted return that is missing says what it needs."""

import reflex as rx

from sigmasight_ui.ui.kit.button import button, link_button
from sigmasight_ui.ui.kit.chart import bar_chart
from sigmasight_ui.ui.kit.figure import change, figure, unknown
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.risk.card import body, card
from sigmasight_ui.ui.risk.performance_rows import MONEY, RangeLine
from sigmasight_ui.ui.risk.receipt import opens_receipt
from sigmasight_ui.ui.risk.state import RiskState

S = RiskState
FIELD = "benchmark"


def performance() -> rx.Component:
    found = S.returns
    bars = bar_chart(found.bars, found.zero, head=("Range", "Return", "Yours", "Difference"))
    titles = ("Range", "Yours", "Benchmark", "Money-weighted", "Gain")
    head = [column(title, numeric=title != "Range") for title in titles]
    lines = table("Returns by range", head, rx.foreach(found.lines, _line), cards=False)
    legend = rx.el.span(
        rx.el.span(rx.el.i(), "Yours"),
        rx.el.span(rx.el.i(class_name="legend-tick"), found.benchmark),
        class_name="legend",
    )
    return card(
        "Performance",
        found,
        ("Chart", body(bars, _money())),
        ("Table", rx.fragment(lines, body(_money()))),
        id="performance",
        missing="Performance is not available",
        rows=9,
        tools=[_benchmark()],
        foot=[legend],
        is_updating=S.is_loading,
    )


def _benchmark() -> rx.Component:
    """Any symbol whose prices are stored; the card says when there are none."""
    field = rx.el.input(
        name=FIELD,
        default_value=S.returns.benchmark,
        key=S.returns.benchmark,
        class_name="input input-search input-symbol",
        max_length=12,
        auto_complete="off",
        **attributes(id=FIELD),
    )
    return rx.el.form(
        rx.el.label("Against", html_for=FIELD, class_name="quiet small"),
        field,
        button("Compare", type="submit", size="sm"),
        on_submit=S.choose_benchmark,
        class_name="row",
    )


def _money() -> rx.Component:
    """What the owner's own money earned, or what it would need."""
    known = rx.el.dl(
        rx.el.dt("Money-weighted return"),
        rx.el.dd(opens_receipt(S.returns.money, MONEY)),
        class_name="facts",
    )
    missing = rx.el.div(
        rx.el.div(rx.el.b("Money-weighted return not available"), rx.el.p(S.returns.money_reason, class_name="quiet")),
        rx.cond(S.returns.lacks_flows, link_button("Add deposit", S.deposits_href, size="sm")),
        class_name="risk-note",
    )
    return rx.cond(S.returns.money_reason == "", known, missing)


def _line(line: rx.Var[RangeLine]) -> rx.Component:
    known = opens_receipt(change(line.earned.text, line.earned.direction), line.key)
    return row(
        rx.el.th(line.name, role="rowheader", scope="row", class_name="nowrap"),
        cell(rx.cond(line.reason != "", unknown(line.reason), known), numeric=True),
        cell(figure(line.benchmark, line.benchmark_reason), numeric=True),
        cell(figure(line.money, line.money_reason), numeric=True),
        cell(line.gain, numeric=True),
    )
