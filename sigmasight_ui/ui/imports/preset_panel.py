"""Mappings somebody has named before: used, renamed, deleted."""

import reflex as rx

from sigmasight_ui.ui.imports.preset_state import PresetState
from sigmasight_ui.ui.imports.review_state import ReviewState
from sigmasight_ui.ui.imports.review_view import PresetChoice
from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.dialog import dialog
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.panel import panel

P = PresetState


def preset_panel() -> rx.Component:
    return panel(
        "Files read before",
        rx.el.ul(rx.foreach(ReviewState.mapping.presets, _preset), class_name="looks"),
        _delete_dialog(),
        id="presets",
        finding="What you named before. It reads a file that has all of its columns.",
        flush=True,
    )


def _preset(preset: rx.Var[PresetChoice]) -> rx.Component:
    name = rx.el.input(
        type="text",
        default_value=preset.name,
        key=f"{preset.name} {P.refusals}",
        aria_label=f"Name of {preset.name}",
        max_length=100,
        class_name="cell-input cell-input-name",
        on_blur=lambda value: P.rename(preset.id, value),
    )
    use = button("Use it", size="sm", on_click=ReviewState.use_preset(preset.id), aria_label=f"Use {preset.name}")
    delete = button(
        "Delete", kind="ghost", size="sm", on_click=P.ask(preset.id), aria_label=f"Delete {preset.name}",
        aria_haspopup="dialog",
    )  # fmt: skip
    other = rx.el.span("other columns", class_name="mark")
    return rx.el.li(
        icon("table"),
        rx.el.div(name, rx.el.p(preset.columns)),
        rx.el.div(rx.cond(preset.fits, use, other), delete, class_name="actions"),
    )


def _delete_dialog() -> rx.Component:
    return dialog(
        "delete-preset",
        rx.Var.create("Delete ") + P.asked_name + "?",
        "What it has read stays as it is. The next file of these columns is asked about again.",
        confirm=button("Delete mapping", kind="destroy", on_click=P.delete),
        keep="Keep mapping",
        is_open=P.asked_id != "",
        on_close=P.keep,
    )
