"""The dialog in which a scenario is made: a name and a shock per factor."""

import reflex as rx

from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.dialog import dialog
from sigmasight_ui.ui.kit.field import field_error, text_field
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.risk.scenario_rows import FACTORS, field
from sigmasight_ui.ui.risk.scenario_state import ScenarioState
from sigmasight_ui.ui.risk.stress_rows import StressLine

S = ScenarioState
DIALOG, FORM = "scenario", "scenario-form"
CONSEQUENCE = (
    "In percent: what each fund would return, and by how many points the yield would move. "
    "A factor left empty moves as it usually does with the others."
)


def add_scenario() -> rx.Component:
    return button("Add scenario", size="sm", icon="plus", on_click=S.add, aria_haspopup="dialog")


def scenario_dialog() -> rx.Component:
    save = button(
        "Save scenario",
        kind="primary",
        type="submit",
        busy=S.is_saving,
        busy_label="Saving",
        **attributes(form=FORM),
    )
    return dialog(
        DIALOG,
        rx.cond(S.key == "", "Add scenario", "Change scenario"),
        CONSEQUENCE,
        confirm=save,
        keep="Close",
        content=_form(),
        is_open=S.is_open,
        on_close=S.close,
        keeps_typing=True,
    )


def scenario_actions(line: rx.Var[StressLine]) -> rx.Component:
    """For a scenario of one's own, under its positions."""
    return rx.el.div(
        button("Change scenario", size="sm", on_click=S.edit(line.key), aria_haspopup="dialog"),
        button("Delete scenario", kind="danger", size="sm", on_click=S.delete(line.key)),
        class_name="actions",
    )


def _form() -> rx.Component:
    shocks = S.errors.get("shocks", "")
    return rx.el.form(
        text_field(
            "scenario-name",
            "Name",
            error=S.errors.get("name", ""),
            default_value=S.name,
            auto_complete="off",
            max_length=60,
        ),
        rx.el.div(*(_shock(key, words) for key, words in FACTORS), class_name="shock-grid"),
        rx.cond(shocks != "", field_error("shocks", shocks)),
        on_submit=S.save,
        key=S.forms,
        class_name="stack dialog-form",
        **attributes(id=FORM),
    )


def _shock(key: str, words: str) -> rx.Component:
    return text_field(
        field(key),
        words,
        error=S.errors.get(field(key), ""),
        default_value=S.shocks.get(key, ""),
        input_mode="text",
        auto_complete="off",
        max_length=12,
    )
