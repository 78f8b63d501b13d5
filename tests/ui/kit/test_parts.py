"""What a screen reader and a keyboard rely on, in the parts as they are rendered."""

import re
from pathlib import Path

import reflex as rx

from sigmasight_ui import ui
from sigmasight_ui.ui.kit.button import anchor, button, file_button, icon_button
from sigmasight_ui.ui.kit.dialog import dialog
from sigmasight_ui.ui.kit.field import password_field, select_field, text_field
from sigmasight_ui.ui.kit.figure import change, figure
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.icon import ICONS, icon
from sigmasight_ui.ui.kit.native_form import native_form
from sigmasight_ui.ui.kit.progress import meter
from sigmasight_ui.ui.kit.table import cell, sort_column, table

UI = Path(ui.__file__).parent


class PartsProbe(rx.State):
    text: str = ""
    flag: bool = False
    count: int = 0

    @rx.event
    def sort(self, key: str):
        self.text = key


def hooks(component: rx.Component) -> str:
    return str(component._get_all_hooks())


def test_a_field_has_label_help_and_id():
    drawn = str(text_field("email", "Email", help="We write rarely."))
    assert 'htmlFor:"email"' in drawn
    assert 'id:"email",name:"email"' in drawn
    assert '"aria-describedby":"email-help"' in drawn
    assert 'id:"email-help"' in drawn


def test_an_error_takes_the_place_of_the_help():
    drawn = str(text_field("email", "Email", help="We write rarely.", error="Has no @."))
    assert '"aria-invalid":"true"' in drawn
    assert '"aria-describedby":"email-error"' in drawn
    assert "email-help" not in drawn


def test_an_error_from_the_state_switches_the_description():
    drawn = str(text_field("email", "Email", help="We write rarely.", error=PartsProbe.text))
    assert '"email-error" : "email-help"' in drawn
    assert '? "true" : "false"' in drawn


def test_a_password_can_be_shown_and_its_rules_are_described():
    drawn = str(password_field("pw", "Password", rules=[("A digit", r"\d")]))
    assert '"aria-describedby":"pw-rules"' in drawn
    assert '"data-shows":"pw"' in drawn
    assert '"data-pattern":"\\\\d"' in drawn


def test_a_choice_that_cannot_be_sent_is_disabled():
    drawn = str(select_field("type", "Account type", [("ira", "Traditional IRA")], placeholder="Choose one"))
    assert 'disabled:true,value:""' in drawn


def test_busy_and_disabled_buttons_keep_the_focus():
    drawn = str(button("Save", busy=PartsProbe.flag, busy_label="Saving"))
    assert '"aria-busy":' in drawn
    assert '"aria-disabled":' in drawn
    assert "disabled:" not in drawn.replace('"aria-disabled":', "")


def test_icons_are_hidden_or_named():
    assert '"aria-hidden":"true"' in str(icon("eye"))
    assert '"aria-label":"failed"' in str(icon("stop", "failed"))
    assert '"aria-label":"Hide amounts"' in str(icon_button("eye", "Hide amounts"))
    assert all(path.startswith(("M", "m")) for path in ICONS.values())


def test_links_that_leave_the_app_are_not_the_routers():
    assert str(anchor("x", href="/login")).startswith("jsx(ReactRouterLink")
    assert str(anchor("x", href="/api/v1/x", leaves_app=True)).startswith('jsx("a"')


def test_a_link_to_a_file_does_not_announce_that_the_page_is_left():
    """Every link into the REST routes is one, but for those that open a page of their own."""
    assert "download:true" in str(file_button("Export CSV", "/api/v1/x.csv")).replace('"', "")
    calls = re.compile(r"link(?:_button)?\([^()]*(?:/api/v1|TEMPLATE|export)[^()]*leaves_app", re.DOTALL)
    found = [str(path.relative_to(UI)) for path in UI.rglob("*.py") if calls.search(path.read_text(encoding="utf-8"))]
    assert found == ["landing/page.py"]


def test_a_native_form_is_submitted_by_the_browser():
    drawn = str(native_form(action="/auth/logout"))
    assert 'method:"post"' in drawn
    assert "onSubmit" not in drawn


def test_state_inside_a_style_is_found():
    assert "parts_probe" in str(meter(PartsProbe.count, "x"))
    styled = rx.el.i(**attributes(style={"--v": PartsProbe.text}))
    assert "parts_probe" in hooks(styled)


def test_tables_keep_their_roles_as_cards():
    head = [
        sort_column(
            "Value",
            "value",
            sorted_by=PartsProbe.text,
            descending=PartsProbe.flag,
            on_sort=PartsProbe.sort,
            numeric=True,
        )
    ]
    drawn = str(table("Holdings", head, rx.el.tr(cell("1", numeric=True, card="right", order=2), role="row")))
    assert [drawn.count(f'role:"{role}"') for role in ("table", "rowgroup", "columnheader", "cell")] == [1, 2, 1, 1]
    assert '"aria-sort":' in drawn
    assert '"--card-order"' in drawn


def test_figures_have_sign_and_reason():
    assert "pl pl-up" in str(change("+$1.00", "up"))
    assert "No price." in str(figure("", "No price."))
    assert "unknown" not in str(figure("$1.00", ""))


def test_a_dialog_tells_the_state_that_it_was_closed():
    drawn = str(
        dialog(
            "d",
            "Delete?",
            "Gone.",
            confirm=button("Delete"),
            keep="Keep",
            is_open=PartsProbe.flag,
            on_close=PartsProbe.sort("x"),
        )
    )
    assert "onClose" in drawn
    assert '"data-open":' in drawn
    assert '"aria-labelledby":"d-title"' in drawn
