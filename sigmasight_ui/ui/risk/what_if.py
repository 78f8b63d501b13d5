"""The what-if panel: changes on the left, the figures before and after on the right."""

import reflex as rx

from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button, icon_button
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.field import text_field
from sigmasight_ui.ui.kit.figure import figure
from sigmasight_ui.ui.kit.html import flag
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.risk.what_if_rows import ChangeLine, CompareLine, TradeLine
from sigmasight_ui.ui.risk.what_if_state import WhatIfState

S = WhatIfState


def what_if_button() -> rx.Component:
    return button("What if", on_click=S.toggle, aria_expanded=flag(S.is_open))


def what_if() -> rx.Component:
    nothing = "Try a purchase or a sale. Nothing is saved and nothing is ordered."
    content = rx.el.div(
        rx.el.div(_form(), _changes(), class_name="what-if-side"),
        rx.el.div(
            rx.cond(S.problem != "", banner("Not possible", S.problem, tone="warn", alert=True)),
            rx.cond(S.compared.lines.length() > 0, _result(), rx.cond(S.problem == "", _before())),
            class_name="what-if-result",
        ),
        class_name="what-if-grid",
    )
    shown = panel(
        "What if",
        content,
        id="what-if",
        finding=rx.cond(S.compared.finding != "", S.compared.finding, nothing),
        tools=icon_button("close", "Close what if", size="sm", on_click=S.toggle),
        flush=True,
    )
    return rx.cond(S.is_open, shown)


def _before() -> rx.Component:
    return empty("Nothing tried yet", "Beta, volatility, losses and concentration stand here, before and after.")


def _form() -> rx.Component:
    return rx.el.form(
        text_field(
            "what-if-symbol",
            "Symbol",
            error=S.errors.get("what-if-symbol", ""),
            auto_complete="off",
            max_length=32,
        ),
        text_field(
            "what-if-quantity",
            "Change of quantity",
            help="10 buys, -10 sells",
            error=S.errors.get("what-if-quantity", ""),
            auto_complete="off",
            max_length=20,
        ),
        button("Try change", type="submit", kind="primary", busy=S.is_comparing, busy_label="Computing"),
        on_submit=S.add,
        key=S.forms,
        class_name="stack",
    )


def _changes() -> rx.Component:
    return rx.cond(
        S.changes.length() > 0,
        rx.el.ul(rx.foreach(S.changes, _change), class_name="looks plain-looks what-if-changes"),
    )


def _change(line: rx.Var[ChangeLine]) -> rx.Component:
    remove = icon_button("close", f"Remove change of {line.symbol}", size="sm", on_click=S.remove(line.symbol))
    return rx.el.li(rx.el.span(line.words), remove)


def _result() -> rx.Component:
    head = [column("Figure"), *(column(title, numeric=True) for title in ("Before", "After", "Difference"))]
    figures = table("Figures before and after", head, rx.foreach(S.compared.lines, _line), cards=False, dense=True)
    trade_head = [column("Symbol"), *(column(title, numeric=True) for title in ("Quantity", "Price", "Cash"))]
    trades = table("Trades", trade_head, rx.foreach(S.compared.trades, _trade), cards=False, dense=True)
    more = button(
        rx.cond(S.everything, "Show fewer figures", "Show all figures"), kind="ghost", size="sm", on_click=S.show_all
    )
    return rx.fragment(
        trades, figures, rx.el.div(rx.el.span(S.compared.note), more, class_name="risk-note quiet small")
    )


def _trade(line: rx.Var[TradeLine]) -> rx.Component:
    return row(
        rx.el.th(line.title, role="rowheader", scope="row"),
        cell(line.quantity, numeric=True),
        cell(line.price, rx.el.span(line.price_day, class_name="second-line"), numeric=True),
        cell(line.amount, numeric=True),
    )


def _line(line: rx.Var[CompareLine]) -> rx.Component:
    return row(
        rx.el.th(line.title, role="rowheader", scope="row"),
        cell(figure(line.before, line.before_reason), numeric=True),
        cell(figure(line.after, line.after_reason), numeric=True),
        cell(line.difference, numeric=True),
    )
