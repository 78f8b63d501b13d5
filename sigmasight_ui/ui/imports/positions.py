"""The positions of one account as they will be created, editable where they stand, beside what is held now."""

import reflex as rx

from sigmasight_ui.services.imports.schemas.choices import Mode
from sigmasight_ui.ui.imports.review_state import ReviewState
from sigmasight_ui.ui.imports.review_view import ReviewLine
from sigmasight_ui.ui.kit.button import icon_button
from sigmasight_ui.ui.kit.grid import cell_input, grid
from sigmasight_ui.ui.kit.html import flag
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.mark import mark
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.segmented import segmented
from sigmasight_ui.ui.kit.table import cell, column, name_cell, pager, row, table

S = ReviewState
MODES = ((Mode.ADD.value, "Add"), (Mode.REPLACE.value, "Replace holdings"), (Mode.RECONCILE.value, "Compare only"))


def positions() -> rx.Component:
    head = [
        column("Position"),
        column("Line", numeric=True),
        column("Quantity", numeric=True),
        column("Cost per share", numeric=True),
        column("Entry date"),
        column("Cost", numeric=True),
        column("Against holdings"),
        rx.el.th(rx.el.span("Skip", class_name="sr-only"), role="columnheader", scope="col"),
    ]
    return panel(
        S.section,
        rx.cond(S.tabs.length() > 1, _tabs()),
        grid(table("Positions to be imported", head, rx.foreach(S.lines.rows, _line))),
        id="positions",
        finding=S.against,
        tools=rx.cond(S.has_present, segmented("Mode", MODES, S.mode, S.choose_mode)),
        foot=pager(S.lines.paging, S.turn(-1), S.turn(1)),
        flush=True,
    )


def _tabs() -> rx.Component:
    buttons = rx.foreach(
        S.tabs,
        lambda tab: rx.el.button(
            tab.words,
            type="button",
            aria_pressed=flag(tab.value == S.shown_account),
            on_click=S.show_account(tab.value),
        ),
    )
    return rx.el.div(
        rx.el.div(buttons, role="group", aria_label="Account", class_name="segmented"),
        class_name="panel-body scroll-x",
    )


def _line(line: rx.Var[ReviewLine]) -> rx.Component:
    return row(
        name_cell(line.symbol, line.name),
        cell(line.line, numeric=True, card="right", order=4, label="line", class_name="quiet"),
        cell(line.quantity, numeric=True, card="hide"),
        cell(_price(line), numeric=True, card="left", order=2, label=line.at),
        cell(_date(line), card="left", order=3),
        cell(line.cost, numeric=True, card="right", order=-1, class_name="cell-strong card-top"),
        cell(_against(line), card="right", order=2),
        cell(_skip(line), card="menu"),
        class_name=rx.cond(line.is_skipped, "row-off", ""),
    )


def _price(line: rx.Var[ReviewLine]) -> rx.Component:
    typed = cell_input(
        f"Cost per share of {line.symbol}, line {line.line}",
        line.price,
        lambda text: S.edit(line.line, "price", text),
        wrong=line.lacks_price,
        placeholder="missing",
        version=S.refusals,
    )
    return rx.cond(line.is_hidden, rx.el.span(line.price), typed)


def _date(line: rx.Var[ReviewLine]) -> rx.Component:
    typed = cell_input(
        f"Entry date of {line.symbol}, line {line.line}",
        line.date,
        lambda text: S.edit(line.line, "date", text),
        kind="date",
        wrong=line.lacks_date,
        placeholder="YYYY-MM-DD",
        version=S.refusals,
    )
    return rx.el.span(typed, rx.cond(line.is_estimated, mark("estimated")), class_name="row")


def _against(line: rx.Var[ReviewLine]) -> rx.Component:
    return rx.match(
        line.tone,
        ("added", rx.el.span(icon("plus"), line.against, class_name="chip chip-ok")),
        ("changed", rx.el.span(icon("edit"), line.against, class_name="chip chip-accent")),
        ("skipped", rx.el.span(icon("skipped"), line.against, class_name="chip")),
        rx.el.span(line.against, class_name="chip"),
    )


def _skip(line: rx.Var[ReviewLine]) -> rx.Component:
    return rx.cond(
        line.is_skipped,
        icon_button("redo", f"Import line {line.line} after all", size="sm", on_click=S.skip(line.line, False)),
        icon_button("close", f"Skip line {line.line}", size="sm", on_click=S.skip(line.line, True)),
    )
