"""What can be done with one position: asked in the sheet of its row, answered in a dialog."""

import reflex as rx

from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.dialog import dialog
from sigmasight_ui.ui.kit.field import money_field, text_field
from sigmasight_ui.ui.kit.html import Text, attributes
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.sheet import opener, sheet
from sigmasight_ui.ui.portfolios.position_state import CLOSE, EDIT, SOURCE, PositionState, Source

P = PositionState
SHEET = "position-actions"


def position_opener(position_id: Text, symbol: Text) -> rx.Component:
    return opener(
        icon("more"),
        opens=SHEET,
        label=rx.Var.create("Actions for ") + symbol,
        class_name="btn btn-ghost btn-sm btn-icon",
        on_click=P.pick(position_id),
    )


def position_sheet() -> rx.Component:
    rows = [
        _choice("info", "Why do I own this?", P.ask(SOURCE)),
        _choice("edit", "Edit position", P.ask(EDIT)),
        rx.cond(P.picked.is_open, _choice("done", "Close position", P.ask(CLOSE))),
        _choice("close", "Delete position", P.delete),
    ]
    return rx.fragment(
        sheet(SHEET, "Position", rx.el.div(rx.el.b(P.picked.title), class_name="person-line"), *rows, small=True),
        _source_dialog(),
        _edit_dialog(),
        _close_dialog(),
    )


def _choice(icon_name: str, words: str, on_click: object) -> rx.Component:
    return rx.el.button(
        icon(icon_name), words, type="button", class_name="sheet-row", on_click=on_click,
        **attributes(data_closes="true"),
    )  # fmt: skip


def _source_dialog() -> rx.Component:
    return dialog(
        "position-source",
        rx.Var.create("Why do I own ") + P.picked.title + "?",
        P.sources.finding,
        content=rx.el.ul(rx.foreach(P.sources.lots, _source), class_name="looks plain-looks"),
        confirm=button("Edit position", on_click=P.ask(EDIT)),
        keep="Done",
        is_open=P.asks == SOURCE,
        on_close=P.leave(SOURCE),
    )


def _source(lot: rx.Var[Source]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.b(lot.what),
            rx.el.p(lot.when),
            rx.cond(lot.cells != "", rx.el.p(lot.cells, class_name="mono source-cells")),
        ),
        rx.el.span(lot.quantity),
    )


def _edit_dialog() -> rx.Component:
    picked = P.picked
    fields = rx.el.div(
        text_field("symbol", "Symbol", default_value=picked.symbol, error=_error("symbol"), max_length=40),
        rx.el.div(
            text_field("quantity", "Quantity", default_value=picked.quantity, error=_error("quantity"), max_length=40,
                       help="Below 0 is short. Blank: as it is."),
            money_field("entry_price", "Cost per share", default_value=picked.entry_price, error=_error("entry_price"),
                        help="Blank: as it is."),
            class_name="form-pair",
        ),
        text_field("entry_date", "Entry date", default_value=picked.entry_date, error=_error("entry_date"),
                   help="YYYY-MM-DD", max_length=10),
        _general_error(),
        class_name="form-body form-inside",
    )  # fmt: skip
    return _form_dialog(
        "position-edit", rx.Var.create("Edit ") + picked.title, "Figures change with the next calculation.", fields,
        "Save position", "Saving", P.save, asks=EDIT,
    )  # fmt: skip


def _close_dialog() -> rx.Component:
    picked = P.picked
    fields = rx.el.div(
        text_field("close_quantity", "Quantity to close", default_value=picked.quantity, error=_error("quantity"),
                   help="All of it, or a part: the rest stays open.", max_length=40),
        rx.el.div(
            money_field("exit_price", "Price per share", error=_error("exit_price")),
            text_field("exit_date", "On", error=_error("exit_date"), help="YYYY-MM-DD", placeholder="2026-11-19",
                       max_length=10),
            class_name="form-pair",
        ),
        _general_error(),
        class_name="form-body form-inside",
    )  # fmt: skip
    return _form_dialog(
        "position-close", rx.Var.create("Close ") + picked.title + "?", "The realised gain or loss is kept.", fields,
        "Close position", "Closing", P.close, asks=CLOSE,
    )  # fmt: skip


def _form_dialog(
    id: str,
    title: Text,
    consequence: str,
    fields: rx.Component,
    action: str,
    doing: str,
    on_submit: rx.EventHandler,
    *,
    asks: str,
) -> rx.Component:
    form = rx.el.form(
        fields,
        on_submit=on_submit,
        reset_on_submit=False,
        no_validate=True,
        key=P.picked.id + P.picked.quantity + P.picked.entry_price + P.picked.entry_date,
        **attributes(id=f"{id}-form"),
    )
    confirm = button(action, kind="primary", type="submit", busy=P.is_working, busy_label=doing,
                     **attributes(form=f"{id}-form"))  # fmt: skip
    return dialog(
        id, title, consequence, confirm=confirm, keep="Cancel", content=form, is_open=P.asks == asks,
        on_close=P.leave(asks), keeps_typing=True,
    )  # fmt: skip


def _error(field: str) -> rx.Var[str]:
    return P.errors.get(field, "").to(str)


def _general_error() -> rx.Component:
    return rx.cond(_error("") != "", rx.el.p(_error(""), class_name="field-error", role="alert"))
