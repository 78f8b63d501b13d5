"""Deposits and withdrawals: list and dialog; a deletion is taken back from its notice."""

import reflex as rx

from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.dialog import dialog
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.field import money_field, select_field, text_field
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.table import cell, column, pager, row, table
from sigmasight_ui.ui.portfolios.deposits_rows import KINDS, DepositLine
from sigmasight_ui.ui.portfolios.deposits_state import DepositsState

D = DepositsState
FORM = "deposit-form"
WHAT_BELONGS_HERE = (
    "The equity balance is what the account began with. Money that came or went later belongs here, "
    "so that returns do not take it for gains."
)


def deposits() -> rx.Component:
    return panel(
        "Deposits and withdrawals",
        rx.cond(D.deposits.lines.length() > 0, _table(), _nothing()),
        _dialog(),
        id="deposits",
        finding=D.deposits.finding,
        tools=button("Add deposit", size="sm", icon="plus", on_click=D.add, aria_haspopup="dialog"),
        foot=rx.cond(
            D.deposits.paging.has_previous | D.deposits.paging.has_next,
            pager(D.deposits.paging, D.turn(-1), D.turn(1)),
        ),
        flush=True,
    )


def _nothing() -> rx.Component:
    return empty("None so far", WHAT_BELONGS_HERE, icon="file")


def _table() -> rx.Component:
    head = [
        column("Date"),
        column("Kind"),
        column("Amount", numeric=True),
        column("Note"),
        rx.el.th(rx.el.span("Change or delete", class_name="sr-only"), role="columnheader", scope="col"),
    ]
    return table("Deposits and withdrawals table", head, rx.foreach(D.deposits.lines, _line))


def _line(line: rx.Var[DepositLine]) -> rx.Component:
    edit = button("Edit", kind="ghost", size="sm", on_click=D.edit(line.id), aria_label=f"Edit {line.named}")
    delete = button("Delete", kind="ghost", size="sm", on_click=D.delete(line.id), aria_label=f"Delete {line.named}")
    return row(
        rx.el.th(line.day, role="rowheader", scope="row", class_name="card-left"),
        cell(line.kind, card="left", order=2),
        cell(line.amount, numeric=True, card="right"),
        cell(line.notes, card="full", order=3),
        cell(rx.cond(line.can_change, edit), rx.cond(line.can_delete, delete), numeric=True, card="right", order=2),
        key=line.id,
    )


def _dialog() -> rx.Component:
    return dialog(
        "deposit",
        rx.cond(D.form.id == "", "Add a deposit or withdrawal", "Change it"),
        "It counts from the close of its day, or of the next trading day.",
        content=_form(),
        confirm=button(
            "Save", kind="primary", type="submit", form=FORM, busy=D.is_saving, busy_label="Saving"
        ),
        keep="Cancel",
        is_open=D.asks,
        on_close=D.keep,
        keeps_typing=True,
    )  # fmt: skip


def _form() -> rx.Component:
    begin = D.form
    fields = rx.el.div(
        select_field(
            "deposit_type", "Kind", KINDS, default_value=begin.change_type, error=_error("change_type")
        ),
        money_field(
            "deposit_amount", "Amount", default_value=begin.amount, error=_error("amount"),
            help=rx.cond(begin.keeps_amount, "Hidden; leave it empty to keep it", ""),
        ),
        text_field(
            "deposit_date", "Date", type="date", default_value=begin.change_date, error=_error("change_date"),
            help=begin.help, min=begin.earliest, max=begin.latest,
        ),
        text_field(
            "deposit_notes", "Note", default_value=begin.notes, error=_error("notes"), optional=True, max_length=500,
            auto_complete="off",
        ),
        class_name="form-body",
    )  # fmt: skip
    return rx.el.form(
        fields,
        on_submit=D.save,
        reset_on_submit=False,
        no_validate=True,
        key=D.form_number.to_string(),
        **attributes(id=FORM),
    )


def _error(field: str) -> rx.Var[str]:
    return D.errors.get(field, "").to(str)
