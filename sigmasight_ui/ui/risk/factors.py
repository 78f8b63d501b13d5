"""Factors as bars with their 95 % interval, and what each adds to the risk."""

import reflex as rx

from sigmasight_ui.ui.kit.chart import bar_chart, bar_row, bars
from sigmasight_ui.ui.kit.figure import change, figure, unknown
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.risk.card import body, card
from sigmasight_ui.ui.risk.contribution_rows import PositionLine
from sigmasight_ui.ui.risk.factor_rows import FactorLine
from sigmasight_ui.ui.risk.receipt import opens_receipt
from sigmasight_ui.ui.risk.state import RiskState

S = RiskState


def factors() -> rx.Component:
    drawn = rx.el.div(
        bars(
            rx.foreach(S.factors.lines, _bar),
            zero=S.factors.zero,
            head=("Factor", "Exposure, with 95% interval", "Beta", "For +1%"),
        ),
        class_name="bars-tall",
    )
    titles = ("Factor", "Beta", "95% interval", "For +1%", "Share of risk")
    head = [column(title, numeric=title != "Factor") for title in titles]
    lines = table("Exposures to factors", head, rx.foreach(S.factors.lines, _line), cards=False)
    legend = rx.el.span(
        rx.el.span(rx.el.i(), "Clear of zero"),
        rx.el.span(rx.el.i(class_name="legend-weak"), "Within error of zero"),
        rx.el.span(rx.el.i(class_name="legend-error"), "95% interval"),
        class_name="legend",
    )
    return card(
        "Factors",
        S.factors,
        ("Chart", body(drawn)),
        ("Table", lines),
        id="factors",
        missing="Factor exposures are not available",
        rows=10.5,
        foot=[legend, rx.el.span(class_name="grow")],
        is_updating=S.is_loading,
        class_name="span-7 fill",
    )


def contributions() -> rx.Component:
    titles = ("Position", "Of NAV", "Adds to volatility", "Of it specific", "Share of risk")
    head = [column(title, numeric=title != "Position") for title in titles]
    found = S.contributions
    by_position = bar_chart(
        found.positions, found.position_zero, head=("Position", "Share of the risk", "Share", "Adds")
    )
    by_factor = bar_chart(found.factors, found.factor_zero, head=("Factor", "Share of the risk", "Share", "Adds"))
    return card(
        "Sources of risk",
        found,
        ("Positions", body(by_position)),
        ("Factors", body(by_factor)),
        ("Table", table("Contributions to risk by position", head, rx.foreach(found.lines, _position), cards=False)),
        id="contributions",
        missing="Contributions to risk are not available",
        rows=11.5,
        is_updating=S.is_loading,
        class_name="span-5 fill",
    )


def _bar(line: rx.Var[FactorLine]) -> rx.Component:
    beta = rx.cond(
        line.reason != "",
        unknown(line.reason),
        rx.fragment(
            opens_receipt(line.beta, line.key, of=line.bar.label), rx.el.span(line.error, class_name="quiet small")
        ),
    )
    return bar_row(
        line.bar,
        rx.el.span(beta, class_name="bars-value"),
        rx.el.span(_amount(line), class_name="bars-value"),
    )


def _amount(line: rx.Var[FactorLine]) -> rx.Component:
    return rx.cond(
        line.reason != "",
        rx.el.span("–", class_name="quiet"),
        rx.cond(line.is_clear, change(line.amount.text, line.amount.direction), _within()),
    )


def _within() -> rx.Component:
    return rx.el.span("within error", class_name="quiet")


def _line(line: rx.Var[FactorLine]) -> rx.Component:
    return row(
        rx.el.th(line.bar.label, rx.el.span(line.bar.note, class_name="second-line"), role="rowheader", scope="row"),
        cell(figure(line.beta, line.reason), " ", rx.el.span(line.error, class_name="quiet"), numeric=True),
        cell(line.interval, numeric=True),
        cell(line.amount.text, numeric=True),
        cell(line.contribution, numeric=True),
    )


def _position(line: rx.Var[PositionLine]) -> rx.Component:
    return row(
        rx.el.th(line.title, rx.el.span(line.name, class_name="second-line"), role="rowheader", scope="row"),
        cell(line.weight, numeric=True),
        cell(figure(line.contribution, line.reason), numeric=True),
        cell(line.specific, numeric=True),
        cell(line.share, numeric=True),
    )
