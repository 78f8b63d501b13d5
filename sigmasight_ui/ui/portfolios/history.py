"""The panel of imports on a portfolio's page."""

import reflex as rx

from sigmasight_ui.services.imports.schemas.choices import EditedSince
from sigmasight_ui.services.portfolios.schemas import MAX_BYTES
from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.dialog import dialog
from sigmasight_ui.ui.kit.dropzone import dropzone, upload_form
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.table import pager
from sigmasight_ui.ui.portfolios.detail_state import PortfolioState
from sigmasight_ui.ui.portfolios.history_state import REDO, UNDO, HistoryLine, HistoryState

H = HistoryState


def history() -> rx.Component:
    return panel(
        "Imports",
        rx.cond(
            H.history.lines.length() > 0,
            rx.el.ul(rx.foreach(H.history.lines, _line), class_name="looks plain-looks"),
            empty("No file", "Nothing was imported into this portfolio yet.", icon="file"),
        ),
        _undo_dialog(),
        id="imports",
        finding="The files this portfolio was made from.",
        foot=rx.cond(
            H.history.paging.has_previous | H.history.paging.has_next,
            pager(H.history.paging, H.turn(-1), H.turn(1)),
        ),
        flush=True,
    )


def import_panel() -> rx.Component:
    """A file for this portfolio: it is looked at before anything is written."""
    return panel(
        "Import a file",
        upload_form(
            rx.el.input(type="hidden", name="portfolio_id", value=PortfolioState.shown_id),
            rx.el.div(
                dropzone(
                    "csv_file",
                    "File of your broker",
                    max_bytes=MAX_BYTES,
                    hint=".csv up to 10 MB: an export of twelve brokers, or our template",
                    error=H.upload_error,
                ),
                class_name="form-body form-inside",
            ),
            rx.el.div(
                button("Review file", type="submit", busy_label="Reading"),
                class_name="form-actions form-inside-actions",
            ),
            action="/api/v1/imports",
            on_answer=H.started,
        ),
        id="import",
        finding="Next month's file is compared with what you hold. Nothing is doubled.",
        flush=True,
    )


def _line(line: rx.Var[HistoryLine]) -> rx.Component:
    undo = _act("Undo import", line, H.ask(line.id))
    redo = _act("Redo import", line, H.redo(line.id))
    digest = rx.el.span(", ", rx.el.span(line.digest, class_name="mono", title="Start of the file's SHA-256"))
    return rx.el.li(
        rx.el.div(
            rx.el.b(line.what),
            rx.el.p(line.did),
            rx.el.p(line.who, rx.cond(line.digest != "", digest)),
        ),
        rx.match(line.then, (UNDO, undo), (REDO, redo), rx.fragment()),
    )


def _act(words: str, line: rx.Var[HistoryLine], on_click: object) -> rx.Component:
    return button(words, kind="ghost", size="sm", on_click=on_click, aria_label=f"{words} of {line.what}")


def _undo_dialog() -> rx.Component:
    """Without later edits one button; with them the person decides what becomes of the edited positions."""
    plain = button("Undo import", kind="destroy", on_click=H.undo(""), busy=H.is_working, busy_label="Undoing")
    asked = rx.fragment(
        button("Keep edited positions", on_click=H.undo(EditedSince.KEEP.value)),
        button("Remove them too", kind="destroy", on_click=H.undo(EditedSince.REMOVE.value)),
    )
    return dialog(
        "undo-import",
        rx.Var.create("Undo the import of ") + H.asked_what + "?",
        rx.cond(
            H.edits != "",
            H.edits,
            H.consequence,
        ),
        confirm=rx.cond(H.edits != "", asked, plain),
        keep="Keep import",
        is_open=H.asked_id != "",
        on_close=H.keep,
    )
