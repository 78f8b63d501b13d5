"""Betas by symbol, option Greeks, concentration: what single holdings bring."""

import reflex as rx

from sigmasight_ui.ui.kit.chart import bar_chart
from sigmasight_ui.ui.kit.figure import unknown
from sigmasight_ui.ui.kit.mark import mark
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.risk.beta_rows import BetaLine
from sigmasight_ui.ui.risk.card import body, card, more_button
from sigmasight_ui.ui.risk.concentration_rows import Measure
from sigmasight_ui.ui.risk.greek_rows import GreekLine
from sigmasight_ui.ui.risk.receipt import opens_receipt
from sigmasight_ui.ui.risk.sections import BETAS
from sigmasight_ui.ui.risk.state import RiskState
from sigmasight_ui.ui.runs.banner import calculate_button
from sigmasight_ui.ui.runs.rows import PENDING
from sigmasight_ui.ui.runs.state import CalculationState

S = RiskState
GREEKS = (
    ("Delta, $", "Delta", "left"),
    ("Gamma, $ per 1%", "Gamma", "right"),
    ("Vega, $ per point", "Vega", "left"),
    ("Theta, $ a day", "Theta", "right"),
)
"""Title of the column; on phones the words before the figure, and its side of the card."""


def betas() -> rx.Component:
    head = [
        column("Symbol"),
        column("Of NAV", numeric=True),
        column("90 days", numeric=True),
        column("252 days", numeric=True, order="descending"),
        column("Days", numeric=True),
    ]
    lines = table("Beta table", head, rx.foreach(S.betas.lines, _beta), cards=False, dense=True)
    return card(
        "Betas by symbol",
        S.betas,
        ("Table", lines),
        id="betas",
        missing="Betas are not available",
        rows=11.5,
        foot=[
            rx.el.span(S.betas.shown),
            more_button(S.betas.more, S.show_all(BETAS)),
        ],
        is_updating=S.is_loading,
    )


def greeks() -> rx.Component:
    found = S.greeks
    note = rx.cond(found.note != "", rx.el.p(found.note, class_name="quiet small panel-note"))
    head = [column("Underlying"), column("Expiry"), *_amount_columns()]
    lines = table("Greeks by underlying and expiry", head, rx.foreach(found.lines, _expiry), foot=_all())
    contract_head = [column("Contract"), column("Held"), *_amount_columns()]
    contracts = table("Greeks by contract", contract_head, rx.foreach(found.contracts, _contract))
    return card(
        "Option Greeks",
        found,
        ("Expiries", rx.fragment(lines, note)),
        ("Contracts", contracts),
        id="greeks",
        missing="No option Greeks",
        rows=5,
        way_on=rx.cond(CalculationState.run.kind == PENDING, calculate_button(size="sm")),
        icon="table",
        is_updating=S.is_loading,
    )


def concentration() -> rx.Component:
    found = S.concentration
    bars = bar_chart(found.bars, "0%", head=("Of gross exposure", "Share", "Share", ""))
    measures = rx.el.dl(rx.foreach(found.measures, _measure), class_name="facts")
    return card(
        "Concentration",
        found,
        ("Chart", body(bars)),
        ("Table", body(measures)),
        id="concentration",
        missing="Concentration is not available",
        rows=5,
        is_updating=S.is_loading,
    )


def _amount_columns() -> list[rx.Component]:
    return [column(title, numeric=True) for title, _, _ in GREEKS]


def _beta(line: rx.Var[BetaLine]) -> rx.Component:
    year = rx.fragment(
        opens_receipt(line.year, line.key, of=line.title), " ", rx.el.span(line.year_error, class_name="quiet")
    )
    quarter = rx.fragment(line.quarter, " ", rx.el.span(line.quarter_error, class_name="quiet"))
    return row(
        rx.el.th(
            rx.el.b(line.title),
            rx.cond(line.mark != "", rx.fragment(" ", mark(line.mark))),
            role="rowheader",
            scope="row",
        ),
        cell(line.weight, numeric=True),
        cell(rx.cond(line.quarter_reason != "", unknown(line.quarter_reason), quarter), numeric=True),
        cell(rx.cond(line.year_reason != "", unknown(line.year_reason), year), numeric=True),
        cell(line.days, numeric=True),
    )


def _amounts(line: rx.Var[GreekLine]) -> list[rx.Component]:
    return _figures(line.delta, line.gamma, line.vega, line.theta)


def _figures(*values: rx.Component | rx.Var[str]) -> list[rx.Component]:
    return [
        cell(value, numeric=True, card=side, order=2, label=word)
        for value, (_, word, side) in zip(values, GREEKS, strict=True)
    ]


def _expiry(line: rx.Var[GreekLine]) -> rx.Component:
    volatility = rx.el.span("implied ", line.volatility, class_name="second-line")
    return row(
        rx.el.th(rx.el.b(line.title), volatility, role="rowheader", scope="row", class_name="risk-terms card-left"),
        cell(line.detail, card="right", class_name="nowrap"),
        *_amounts(line),
    )


def _all() -> rx.Component:
    total = S.greeks.total
    keys = ("delta", "gamma", "vega", "theta")
    figures = _figures(*(opens_receipt(getattr(total, key), key) for key in keys))
    return row(
        rx.el.th(total.title, role="rowheader", scope="row", class_name="card-full"), cell(card="hide"), *figures
    )


def _contract(line: rx.Var[GreekLine]) -> rx.Component:
    nothing = rx.el.td(line.reason, role="cell", col_span=4, class_name="quiet card-full")
    head = rx.el.th(line.title, role="rowheader", scope="row", class_name="card-left")
    held = cell(line.detail, card="right")
    return rx.cond(line.reason != "", row(head, held, nothing), row(head, held, *_amounts(line)))


def _measure(line: rx.Var[Measure]) -> rx.Component:
    known = opens_receipt(line.value, line.key)
    return rx.fragment(
        rx.el.dt(line.name), rx.el.dd(rx.cond(line.reason != "", unknown(line.reason), known))
    )  # fmt: skip
