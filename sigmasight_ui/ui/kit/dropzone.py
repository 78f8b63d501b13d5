"""File drop zone and the form that sends it. assets/upload.js checks the file before anything is sent, shows the bar,
cancels, and hands the server's answer to the state: typed values and the chosen file survive every error."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.format import size
from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.field import field_error
from sigmasight_ui.ui.kit.html import Text, attributes, flag, is_given, when
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.native_form import native_form
from sigmasight_ui.ui.kit.progress import meter
from sigmasight_ui.ui.kit.script import page_script


def upload_form(*children: rx.Component, action: str, on_answer: rx.EventHandler, **props: object) -> rx.Component:
    """Posts the form as multipart; `on_answer` gets the text of {"status": …, "body": …}, which the handler must treat
    as the browser's word. At most 500 row errors travel, with their true total."""
    carrier = rx.el.input(
        type="text", hidden=True, on_change=on_answer, aria_hidden="true", **attributes(data_upload_answer="true")
    )
    return rx.fragment(
        page_script("upload.js"),
        native_form(
            *children, carrier, action=action, enc_type="multipart/form-data", **attributes(data_upload="true"), **props
        ),
    )


def dropzone(
    name: str, label: str, *, max_bytes: int, accept: str = ".csv", hint: Text = "", error: Text = ""
) -> rx.Component:
    """The file input itself takes the focus and the keyboard; the zone is where it is seen and dropped on."""
    wrong = is_given(error)
    control = rx.el.input(
        type="file",
        name=name,
        accept=accept,
        class_name="sr-only",
        aria_invalid=flag(wrong),
        **attributes(id=name, aria_describedby=f"{name}-help {name}-wrong {name}-error"),
    )
    zone = rx.el.div(
        _file(),
        rx.el.div(
            control,
            icon("upload"),
            rx.el.span(rx.el.b("Drop a file here"), " or ", _choose("choose a file"), class_name="drop-first"),
            rx.el.span(rx.el.b("Drop a different file"), " or ", _choose("choose one"), class_name="drop-other"),
            rx.el.span(rx.el.b("Drop the file to choose it"), class_name="drop-over"),
            rx.el.p(
                hint or f"{accept} up to {size(max_bytes)}", class_name="field-help", **attributes(id=f"{name}-help")
            ),
            _objection(name),
            class_name="drop",
        ),
        class_name="dropzone",
        **attributes(data_phase="rest", data_accept=accept, data_max_bytes=str(max_bytes)),
    )
    heading = rx.el.div(rx.el.label(label, html_for=name), class_name="field-label")
    return rx.el.div(heading, zone, when(wrong, field_error(name, error)), class_name="field")


def _choose(words: str) -> rx.Component:
    return rx.el.span(words, class_name="text-link")


def _objection(name: str) -> rx.Component:
    sentence = rx.el.span(**attributes(data_drop_error="true"))
    return rx.el.p(
        icon("stop"), sentence, role="alert", class_name="field-error drop-wrong", **attributes(id=f"{name}-wrong")
    )


def _file() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            icon("file"),
            rx.el.div(
                rx.el.b(**attributes(data_drop_name="true")),
                rx.el.div(class_name="small quiet", role="status", **attributes(data_drop_detail="true")),
                class_name="grow",
            ),
            button("Remove file", kind="ghost", size="sm", **attributes(data_drop_remove="true")),
            button("Cancel upload", size="sm", **attributes(data_upload_cancel="true")),
            class_name="row",
        ),
        meter(0, "Upload"),
        class_name="drop-file",
    )
