"""Settings: who you are, where you are signed in, how it looks."""

import reflex as rx

from sigmasight_ui.ui.auth.components import PASSWORD_RULES
from sigmasight_ui.ui.kit.button import button, file_button, link_button
from sigmasight_ui.ui.kit.chip import chip
from sigmasight_ui.ui.kit.field import password_field, text_field
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.panel import panel, plain_panel
from sigmasight_ui.ui.kit.segmented import segmented
from sigmasight_ui.ui.kit.skeleton import skeleton_lines
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.settings.deletion import deletion
from sigmasight_ui.ui.settings.session_rows import SessionLine
from sigmasight_ui.ui.settings.state import FILE_DAYS, SettingsState
from sigmasight_ui.ui.shell.frame import app_page
from sigmasight_ui.ui.shell.page import page
from sigmasight_ui.ui.shell.person_menu import appearance_choice, profit_loss_choice
from sigmasight_ui.ui.shell.state import ShellState

S = SettingsState


@page("/settings", "Settings", on_load=[ShellState.load, S.load])
def settings() -> rx.Component:
    return app_page(
        "Settings",
        rx.cond(S.is_loaded, _panels(), plain_panel(rx.el.div(skeleton_lines(60, 70, 50), class_name="form-body"))),
        here="/settings",
        subtitle=S.email,
        ready=rx.State.is_hydrated & S.is_loaded,
    )


def _panels() -> rx.Component:
    return rx.el.div(
        rx.el.div(_profile(), _password(), class_name="columns span-6"),
        rx.el.div(_appearance(), _privacy(), _files(), _portfolios(), class_name="columns span-6"),
        _sessions(),
        deletion(),
        class_name="columns",
    )


def _profile() -> rx.Component:
    form = rx.el.form(
        rx.el.div(
            text_field(
                "full_name",
                "Full name",
                default_value=S.full_name,
                error=S.name_errors.get("full_name", "").to(str),
                auto_complete="name",
                max_length=200,
            ),
            class_name="form-body form-inside",
        ),
        _submit("Save name", S.is_saving_name, "Saving"),
        on_submit=S.save_name,
        reset_on_submit=False,
        no_validate=True,
    )
    return panel("Profile", form, id="profile", flush=True)


def _password() -> rx.Component:
    errors = S.password_errors
    form = rx.el.form(
        rx.el.input(
            type="text", name="username", value=S.email, read_only=True, hidden=True, auto_complete="username"
        ),  # tells password managers whose password this is
        rx.el.div(
            password_field(
                "current_password", "Current password", error=errors.get("current_password", "").to(str), max_length=256
            ),
            password_field(
                "password",
                "New password",
                rules=PASSWORD_RULES,
                error=errors.get("password", "").to(str),
                auto_complete="new-password",
                max_length=256,
            ),
            class_name="form-body form-inside",
        ),
        _submit("Change password", S.is_changing_password, "Changing"),
        on_submit=S.change_password,
        reset_on_submit=False,
        no_validate=True,
        key=S.password_forms,
    )
    return panel("Password", form, id="password-panel", finding="Changing it ends every other session.", flush=True)


def _submit(label: str, busy: rx.Var[bool], busy_label: str) -> rx.Component:
    save = button(label, kind="primary", type="submit", busy=busy, busy_label=busy_label)
    return rx.el.div(save, class_name="form-actions form-inside-actions")


def _appearance() -> rx.Component:
    return panel(
        "Appearance",
        appearance_choice(),
        profit_loss_choice(),
        id="appearance",
        finding="Kept in this browser. Sign and triangle say the same as the colour.",
    )


def _privacy() -> rx.Component:
    shown = rx.cond(ShellState.hide_amounts, "hidden", "shown")
    amounts = segmented("Amounts", [("shown", "Shown"), ("hidden", "Hidden")], shown, S.choose_amounts)
    return panel(
        "Privacy mode",
        rx.el.div(rx.el.span("Amounts"), amounts, class_name="person-choice"),
        id="privacy",
        finding="Amounts become $••••• before they leave the server. Ratios stay.",
    )


def _files() -> rx.Component:
    return panel(
        "Imported files",
        rx.el.div(
            rx.el.span("Keep for"),
            segmented("Keep imported files for", list(FILE_DAYS.items()), S.file_days, S.choose_file_days),
            class_name="person-choice",
        ),
        id="files",
        finding="The file itself, encrypted. Undoing an import and the lines behind your positions work without it.",
    )


def _portfolios() -> rx.Component:
    count = ShellState.accounts.length()
    return panel(
        "Portfolios",
        rx.el.div(
            link_button("All portfolios", "/portfolios", icon="folder"),
            file_button("Export my data", "/api/v1/auth/me/export"),
            class_name="actions",
        ),
        id="portfolios",
        finding=rx.cond(
            count == 1, "You have 1 portfolio.", rx.Var.create("You have ") + count.to_string() + " portfolios."
        ),
    )


def _sessions() -> rx.Component:
    head = [
        column("Device"),
        column("Kind"),
        column("Last used"),
        column("Signed in", class_name="wide-only"),
        column("Action", numeric=True),
    ]
    others = button(
        "End other sessions",
        kind="danger",
        size="sm",
        on_click=S.end_others,
        busy=S.is_ending,
        busy_label="Ending",
        disabled=S.sessions.length() < 2,
    )
    return panel(
        "Sessions",
        table("Sessions table", head, rx.foreach(S.sessions, _session)),
        id="sessions",
        finding="Where you are signed in. A session that is ended stops working at once.",
        tools=others,
        flush=True,
    )


def _session(line: rx.Var[SessionLine]) -> rx.Component:
    end = button(
        "End session",
        size="sm",
        aria_label=f"End session of {line.device}, last used {line.seen}",
        on_click=S.end_session(line.id),
    )
    return row(
        rx.el.th(rx.el.b(line.device), role="rowheader", scope="row", class_name="card-left"),
        cell(line.kind, card="left", order=2),
        cell(line.seen, card="left", order=3, label="Last used"),
        cell(line.since, card="hide", class_name="wide-only"),
        cell(
            rx.cond(line.is_current, chip("This session", "ok"), end),
            numeric=True,
            card="right",
            order=-1,
            class_name="card-top",
        ),
        **attributes(data_session=line.id),
    )
