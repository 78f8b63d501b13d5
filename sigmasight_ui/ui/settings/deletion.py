"""The panel and the dialog that delete an account."""

import reflex as rx

from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.dialog import dialog
from sigmasight_ui.ui.kit.field import password_field, text_field
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.settings.deletion_state import WORDS, DeletionState

D = DeletionState
FORM = "deletion-form"


def deletion() -> rx.Component:
    ask = button("Delete account", kind="danger", on_click=D.ask, aria_haspopup="dialog")
    return panel(
        "Delete account",
        rx.el.div(ask, class_name="actions"),
        _dialog(),
        id="delete-account",
        finding="Everything goes at once and for good. Export your data first if you want to keep it.",
    )


def _dialog() -> rx.Component:
    confirm = button(
        "Delete account for good", kind="destroy", type="submit", form=FORM, busy=D.is_deleting, busy_label="Deleting"
    )
    return dialog(
        "delete-account-dialog",
        "Delete your account?",
        "All portfolios with their positions, figures and imported files go, for everybody they were shared with too."
        " Nobody can bring them back, and you are signed out everywhere.",
        content=_form(),
        confirm=confirm,
        keep="Keep account",
        is_open=D.asks,
        on_close=D.keep,
    )


def _form() -> rx.Component:
    return rx.el.form(
        rx.cond(D.problem != "", banner(D.problem, tone="danger", alert=True)),
        rx.el.div(
            password_field(
                "deletion_password", "Your password", error=D.errors.get("password", "").to(str), max_length=256
            ),
            text_field(
                "deletion_words",
                f"Type “{WORDS}”",
                error=D.errors.get("words", "").to(str),
                max_length=40,
                auto_complete="off",
                auto_capitalize="none",
            ),
            class_name="form-body",
        ),
        on_submit=D.delete,
        reset_on_submit=False,
        no_validate=True,
        key=D.forms.to_string(),
        **attributes(id=FORM),
    )
