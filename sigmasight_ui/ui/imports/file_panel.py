"""The file as it was recognised, where its accounts go, and its total against what will be imported."""

import reflex as rx

from sigmasight_ui.services.portfolios.account_types import ACCOUNT_TYPES
from sigmasight_ui.ui.imports.review_rows import NEW_PORTFOLIO, NOT_IMPORTED
from sigmasight_ui.ui.imports.review_state import ReviewState
from sigmasight_ui.ui.imports.review_view import AccountLine
from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.chip import chip
from sigmasight_ui.ui.kit.field import checkbox
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.sheet import opener, sheet
from sigmasight_ui.ui.kit.table import cell, column, row, table

S = ReviewState
FORMAT_SHEET = "formats"


def file_panel() -> rx.Component:
    head = [
        column("Account in file"),
        column("Goes to"),
        column("Positions", numeric=True),
        column("Value in file", numeric=True),
    ]
    return panel(
        S.file_title,
        table("Accounts in the file", head, rx.foreach(S.accounts, _account), dense=True),
        _format_sheet(),
        id="recognised",
        finding=S.file_line,
        tools=rx.cond(
            S.mapping.titles.length() > 0,
            button("Change columns", kind="ghost", size="sm", on_click=S.map_again),
            opener("Change format", opens=FORMAT_SHEET, class_name="btn btn-ghost btn-sm"),
        ),
        flush=True,
        class_name="span-8 fill",
    )


def _account(account: rx.Var[AccountLine]) -> rx.Component:
    box = checkbox(account.label, checked=account.is_included, on_change=lambda yes: S.include(account.label, yes))
    return row(
        rx.el.th(box, role="rowheader", scope="row", class_name="card-left"),
        cell(_goes_to(account), card="full", order=2),
        cell(account.positions, numeric=True, card="right", label="positions"),
        cell(account.value, numeric=True, card="full", order=3, label="Value in file"),
    )


def _goes_to(account: rx.Var[AccountLine]) -> rx.Component:
    """A new portfolio is named where it is chosen; what it was worth is asked for when the file does not say."""
    select = rx.el.span(
        rx.el.select(
            rx.el.option("New portfolio", value=NEW_PORTFOLIO),
            rx.foreach(S.portfolios, lambda choice: rx.el.option(choice.words, value=choice.value)),
            rx.el.option("not imported", value=NOT_IMPORTED),
            value=account.goes_to,
            on_change=lambda value: S.send_to(account.label, value),
            aria_label=f"Where {account.label} goes to",
            class_name="input cell-select",
        ),
        icon("down"),
        class_name="input-select",
    )
    return rx.el.div(select, rx.cond(account.is_new, _names(account)), class_name="row-wrap")


def _names(account: rx.Var[AccountLine]) -> rx.Component:
    name = rx.el.input(
        type="text",
        default_value=account.account_name,
        key=account.account_name,
        aria_label=f"Name of the new portfolio for {account.label}",
        aria_invalid=rx.cond(account.name_problem != "", "true", "false"),
        max_length=100,
        class_name="cell-input cell-input-name",
        on_blur=lambda value: S.name_account(account.label, value),
    )
    balance = rx.el.input(
        type="text",
        default_value=account.equity_balance,
        key=account.equity_balance,
        input_mode="decimal",
        placeholder="equity balance",
        aria_label=f"Equity balance of {account.label}",
        max_length=40,
        class_name="cell-input cell-input-balance",
        on_blur=lambda value: S.set_balance(account.label, value),
    )
    return rx.fragment(
        name,
        rx.el.label("Equity balance", balance, class_name="balance"),
        _type(account),
        rx.cond(account.balance_note != "", rx.el.span(account.balance_note, class_name="small quiet")),
        rx.cond(account.name_problem != "", rx.el.span(account.name_problem, class_name="field-error")),
    )


def _type(account: rx.Var[AccountLine]) -> rx.Component:
    types = [rx.el.option(words, value=value) for value, words in ACCOUNT_TYPES.items()]
    return rx.el.span(
        rx.el.select(
            *types,
            value=account.account_type,
            on_change=lambda value: S.choose_type(account.label, value),
            aria_label=f"Account type of {account.label}",
            class_name="input cell-select",
        ),
        icon("down"),
        class_name="input-select",
    )


def totals_panel() -> rx.Component:
    totals = S.totals
    return panel(
        rx.cond(totals.title != "", totals.title, "Totals"),
        rx.el.dl(
            rx.foreach(totals.facts, lambda fact: rx.fragment(rx.el.dt(fact.term), rx.el.dd(fact.value))),
            class_name="facts",
        ),
        id="totals",
        finding=totals.finding,
        tools=rx.cond(
            totals.chip != "", rx.cond(totals.tone == "ok", chip(totals.chip, "ok"), chip(totals.chip, "warn"))
        ),
        class_name="span-4 fill",
    )


# Another format


def format_select() -> rx.Component:
    return opener("Change format", opens=FORMAT_SHEET)


def _format_sheet() -> rx.Component:
    rows = rx.foreach(
        S.formats,
        lambda choice: rx.el.button(
            rx.el.span(choice.words, class_name="grow"),
            rx.cond(choice.value == S.format, icon("check")),
            type="button",
            class_name="sheet-row",
            on_click=S.choose_format(choice.value),
            **attributes(data_closes="true"),
        ),
    )
    anew = button("Recognise again", kind="ghost", on_click=S.choose_format(""), **attributes(data_closes="true"))
    return sheet(FORMAT_SHEET, "What the file is", rows, rx.el.div(anew, class_name="sheet-section"))
