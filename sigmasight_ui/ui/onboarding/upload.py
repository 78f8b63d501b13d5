"""Upload a portfolio: the form, and the validation screen in its place."""

import reflex as rx

from sigmasight_ui.services.portfolios.account_types import ACCOUNT_TYPES
from sigmasight_ui.services.portfolios.schemas import MAX_BYTES
from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button, file_button
from sigmasight_ui.ui.kit.dropzone import dropzone, upload_form
from sigmasight_ui.ui.kit.field import money_field, select_field, text_field, textarea_field
from sigmasight_ui.ui.kit.html import attributes, flag
from sigmasight_ui.ui.kit.panel import plain_panel
from sigmasight_ui.ui.onboarding.problems import problem_screen
from sigmasight_ui.ui.onboarding.steps import STEPS
from sigmasight_ui.ui.onboarding.upload_state import UploadState
from sigmasight_ui.ui.shell.frame import plain_frame, step_list
from sigmasight_ui.ui.shell.page import page
from sigmasight_ui.ui.shell.person_menu import person_menu
from sigmasight_ui.ui.shell.state import ShellState

TEMPLATE = "/api/v1/onboarding/csv-template"
INTRO = "Our template becomes one account. A file of your broker is looked at first; names and balance may stay empty."


@page("/onboarding/upload", "Upload your portfolio", on_load=[ShellState.load, UploadState.load])
def upload() -> rx.Component:
    return plain_frame(
        rx.el.div(problem_screen(), class_name="narrow narrow-wide", hidden=~UploadState.shows_problems),
        rx.el.div(_form_screen(), class_name="narrow narrow-form", hidden=UploadState.shows_problems),
        header=[step_list(STEPS, 2), person_menu()],
    )


def _form_screen() -> rx.Component:
    focus = attributes(data_takes_focus=flag(UploadState.came_back))
    title = rx.el.h1("Upload your portfolio", tab_index=-1, **focus)
    heading = rx.cond(UploadState.shows_problems, rx.fragment(), title)
    return rx.fragment(
        heading,
        rx.el.p(INTRO, class_name="intro"),
        rx.cond(UploadState.form_error != "", banner(UploadState.form_error, tone="danger", alert=True)),
        plain_panel(
            upload_form(
                rx.el.div(*_fields(), class_name="form-body"),
                rx.el.div(*_actions(), class_name="form-actions"),
                action="/api/v1/onboarding/uploads",
                on_answer=UploadState.answered,
            )
        ),
    )


def _fields() -> list[rx.Component]:
    return [
        rx.el.div(*_names(), class_name="form-pair"),
        rx.el.div(*_account(), class_name="form-pair"),
        textarea_field(
            "description",
            "Description",
            optional=True,
            placeholder="What this account is for",
            error=_error("description"),
            rows=2,
            max_length=2000,
        ),
        dropzone(
            "csv_file",
            "CSV file",
            max_bytes=MAX_BYTES,
            hint=".csv up to 10 MB: our template or an export of your broker",
            error=_error("csv_file"),
        ),
    ]


def _names() -> list[rx.Component]:
    return [
        text_field(
            "portfolio_name",
            "Portfolio name",
            placeholder="My Investment Portfolio",
            error=_error("portfolio_name"),
            max_length=255,
            auto_complete="off",
        ),
        text_field(
            "account_name",
            "Account name",
            placeholder="Schwab Living Trust",
            error=_error("account_name"),
            max_length=100,
            auto_complete="off",
        ),
    ]


def _account() -> list[rx.Component]:
    return [
        select_field(
            "account_type",
            "Account type",
            tuple(ACCOUNT_TYPES.items()),
            placeholder="Choose a type",
            default_value="",
            error=_error("account_type"),
        ),
        money_field(
            "equity_balance",
            "Equity balance",
            help="Account value minus margin debt.",
            error=_error("equity_balance"),
            max_length=40,
        ),
    ]


def _actions() -> list[rx.Component]:
    return [
        file_button("Download template", TEMPLATE, kind="ghost"),
        rx.el.span(class_name="grow"),
        button(
            "Try with sample portfolio",
            on_click=UploadState.try_sample,
            busy=UploadState.is_making_sample,
            busy_label="Preparing sample",
        ),
        button("Upload portfolio", kind="primary", type="submit", busy_label="Uploading"),
    ]


def _error(field: str) -> rx.Var[str]:
    return UploadState.field_errors.get(field, "").to(str)
