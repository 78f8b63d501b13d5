"""Scenarios: sortable, with direct and propagated bars; one opens into its positions."""

import reflex as rx

from sigmasight_ui.ui.kit.chart import parts_track
from sigmasight_ui.ui.kit.figure import change, unknown
from sigmasight_ui.ui.kit.html import flag
from sigmasight_ui.ui.kit.mark import mark
from sigmasight_ui.ui.kit.table import cell, column, expander, row, sort_column, table
from sigmasight_ui.ui.risk import stress_rows
from sigmasight_ui.ui.risk.card import card, more_button
from sigmasight_ui.ui.risk.receipt import opens_receipt
from sigmasight_ui.ui.risk.scenario_dialog import add_scenario, scenario_actions
from sigmasight_ui.ui.risk.sections import STRESS
from sigmasight_ui.ui.risk.state import RiskState
from sigmasight_ui.ui.risk.stress_rows import PositionLoss, StressLine

S = RiskState
COLUMNS = 4
Line = rx.Var[StressLine]


def stress() -> rx.Component:
    head = [
        _title("Scenario", stress_rows.NAME, numeric=False),
        column("Direct and propagated", class_name="stress-bar"),
        _title("Of NAV", stress_rows.LOSS),
        column("Amount", numeric=True),
    ]
    lines = table("Stress scenarios", head, rx.foreach(S.stress.lines, _line), class_name="stress")
    legend = rx.el.span(
        rx.el.span(rx.el.i(), "Direct"),
        rx.el.span(rx.el.i(class_name="legend-then"), "Propagated through other factors"),
        class_name="legend",
    )
    return card(
        "Stress",
        S.stress,
        ("Table", lines),
        id="stress",
        missing="Stress tests are not available",
        rows=16,
        tools=[add_scenario()],
        foot=[
            legend,
            rx.el.span(S.stress.shown),
            more_button(S.stress.more, S.show_all(STRESS)),
        ],
        is_updating=S.is_loading,
        class_name="span-7 fill",
    )  # fmt: skip


def _title(words: str, key: str, *, numeric: bool = True) -> rx.Component:
    return sort_column(
        words,
        key,
        sorted_by=S.stress_sort,
        descending=S.stress_descending,
        on_sort=S.sort_stress,
        numeric=numeric,
    )


def _line(line: Line) -> rx.Component:
    is_open = S.drill.key == line.key
    bar = rx.cond(
        line.reason != "",
        rx.el.span(line.reason, class_name="quiet small"),
        parts_track(line.first, line.then, S.stress.zero),
    )
    return rx.fragment(
        row(
            _name(line, is_open),
            cell(bar, card="full", order=3),
            cell(_share(line), numeric=True, card="right"),
            cell(_amount(line), numeric=True, card="hide"),
        ),
        rx.cond(is_open, _positions(line)),
    )


def _name(line: Line, is_open: rx.Var[bool]) -> rx.Component:
    words = rx.el.span(
        rx.el.b(line.name),
        rx.cond(line.mark != "", rx.fragment(" ", mark(line.mark, quiet=True))),
        rx.el.span(line.severity, ": ", line.words, class_name="second-line"),
        class_name="stress-name",
    )
    before = rx.cond(
        line.reason == "",
        expander(f"Positions in {line.name}", is_open, S.open_scenario(line.key)),
        rx.el.span(class_name="expander desk-only"),
    )
    after = rx.cond(line.reason == "", _phone_positions(line, is_open))
    return rx.el.th(
        rx.el.div(before, words, after, class_name="row-stress"), role="rowheader", scope="row", class_name="card-left"
    )


def _phone_positions(line: Line, is_open: rx.Var[bool]) -> rx.Component:
    return rx.el.button(
        "Positions",
        type="button",
        class_name="phone-only lots-button",
        aria_expanded=flag(is_open),
        aria_label=f"Positions in {line.name}",
        on_click=S.open_scenario(line.key),
    )


def _share(line: Line) -> rx.Component:
    known = opens_receipt(change(line.of_nav.text, line.of_nav.direction), f"stress:{line.key}")
    return rx.cond(line.reason != "", unknown(line.reason), known)


def _amount(line: Line) -> rx.Component:
    return rx.cond(
        line.reason != "", rx.el.span("–", class_name="quiet"), change(line.amount.text, line.amount.direction)
    )


def _positions(line: Line) -> rx.Component:
    head = [
        column("Position"),
        column("Value", numeric=True, class_name="desk-only"),
        column("Direct", numeric=True, class_name="desk-only"),
        column("Propagated", numeric=True, class_name="desk-only"),
        column("Total", numeric=True),
        column("Of NAV", numeric=True),
    ]
    inside = table(f"Positions in {line.name}", head, rx.foreach(S.drill.lines, _position), cards=False)
    note = rx.cond(S.drill.note != "", rx.el.p(S.drill.note, class_name="quiet small"))
    own = rx.cond(line.is_custom, scenario_actions(line))
    return rx.el.tr(rx.el.td(inside, note, own, role="cell", col_span=COLUMNS), role="row", class_name="detail")


def _position(item: rx.Var[PositionLoss]) -> rx.Component:
    total = rx.cond(item.reason != "", unknown(item.reason), change(item.total.text, item.total.direction))
    return row(
        rx.el.th(item.title, role="rowheader", scope="row"),
        cell(item.value, numeric=True, class_name="desk-only"),
        cell(item.direct, numeric=True, class_name="desk-only"),
        cell(item.propagated, numeric=True, class_name="desk-only"),
        cell(total, numeric=True),
        cell(item.share, numeric=True),
    )
