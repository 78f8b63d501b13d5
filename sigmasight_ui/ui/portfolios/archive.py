"""Taking a portfolio out of every list: asked for once more, with what follows."""

import reflex as rx

from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.dialog import dialog
from sigmasight_ui.ui.kit.html import Flag, Text

CONSEQUENCE = (
    "It leaves every list and every total, and its account name can be used again. "
    "Its positions and figures stay stored; nothing is sent to your broker."
)


def archive_dialog(
    account: Text, *, is_open: Flag, on_keep: rx.EventHandler, on_archive: rx.EventHandler, busy: Flag
) -> rx.Component:
    return dialog(
        "archive",
        f"Archive {account}?",
        CONSEQUENCE,
        confirm=button("Archive portfolio", kind="destroy", on_click=on_archive, busy=busy, busy_label="Archiving"),
        keep="Keep portfolio",
        is_open=is_open,
        on_close=on_keep,
    )
