"""The calculation under way with its progress, or "Analytics pending" with the way on."""

import reflex as rx

from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button, hidden_button, icon_button, link_button
from sigmasight_ui.ui.kit.progress import meter
from sigmasight_ui.ui.runs.rows import ACTIVE, PENDING, AccountReason
from sigmasight_ui.ui.runs.state import CalculationState

S = CalculationState


def run_banner() -> rx.Component:
    return rx.match(
        S.run.kind,
        (ACTIVE, _active()),
        (PENDING, rx.cond(S.run.key != S.dismissed, _pending())),
        rx.fragment(),
    )


def spoken_run() -> rx.Component:
    """Said once when a calculation begins or ends; its percent is there to be looked at."""
    return rx.el.span(S.run.spoken, role="status", class_name="sr-only")


def calculate_button(kind: str = "second", size: str = "md") -> rx.Component:
    """While a calculation is under way there is nothing to ask for."""
    return button(
        "Calculate now",
        kind=kind,
        size=size,
        on_click=S.calculate,
        busy=S.is_asking,
        busy_label="Asking",
        disabled=S.run.kind == ACTIVE,
    )


def _active() -> rx.Component:
    ticker = hidden_button(S.follow, data_every="1000")
    progress = rx.fragment(
        rx.el.span(S.run.sentence),
        rx.el.span(meter(S.run.percent, "All phases"), class_name="banner-meter"),
        ticker,
    )
    return banner(
        rx.Var.create(S.run.title) + f", {S.run.percent}%",
        progress,
        link_button("View progress", f"/onboarding/progress/{S.run.run_id}"),
    )


def _pending() -> rx.Component:
    reasons = rx.el.ul(rx.foreach(S.run.reasons, _reason), class_name="banner-list")
    return banner(
        S.run.title,
        rx.fragment(S.run.sentence, rx.cond(S.run.reasons.length() > 0, reasons)),
        calculate_button("primary"),
        icon_button("close", "Dismiss", on_click=S.dismiss),
        tone="warn",
    )


def _reason(reason: rx.Var[AccountReason]) -> rx.Component:
    return rx.el.li(rx.el.b(reason.account), ": ", reason.why)
