"""The command centre: one account, or all of them together."""

import reflex as rx

from sigmasight_ui.ui.dashboard.attention import attention
from sigmasight_ui.ui.dashboard.holdings import holdings, is_one_account
from sigmasight_ui.ui.dashboard.holdings_state import HoldingsState
from sigmasight_ui.ui.dashboard.lead import lead
from sigmasight_ui.ui.dashboard.price_note import price_note
from sigmasight_ui.ui.dashboard.state import DashboardState
from sigmasight_ui.ui.dashboard.strip import strip
from sigmasight_ui.ui.dashboard.view import EMPTY, FULL, PENDING
from sigmasight_ui.ui.dashboard.welcome import welcome
from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button, link_button
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.panel import panel, plain_panel
from sigmasight_ui.ui.kit.skeleton import skeleton_figure, skeleton_lines, waiting
from sigmasight_ui.ui.kit.tile import tiles_waiting
from sigmasight_ui.ui.risk.sectors import sectors
from sigmasight_ui.ui.runs.banner import calculate_button, run_banner, spoken_run
from sigmasight_ui.ui.runs.quality import quality
from sigmasight_ui.ui.runs.state import CalculationState
from sigmasight_ui.ui.shell.frame import app_page
from sigmasight_ui.ui.shell.page import page
from sigmasight_ui.ui.shell.state import ShellState

S = DashboardState


@page("/dashboard", "Dashboard", on_load=[ShellState.load, CalculationState.load, S.load, HoldingsState.load])
def dashboard() -> rx.Component:
    has_portfolio = S.layout != EMPTY
    return app_page(
        S.title,
        spoken_run(),
        rx.cond(S.problem != "", _problem(), _layouts()),
        here="/dashboard",
        subtitle=S.subtitle,
        actions=[
            rx.cond(has_portfolio, quality()),
            rx.cond(
                has_portfolio, link_button("Import CSV", "/onboarding/upload", icon="upload", class_name="desk-only")
            ),
            rx.cond(has_portfolio & is_one_account(), _add_position()),
        ],
        banners=[_unknown_account(), rx.match(S.layout, (EMPTY, _greeting()), ("", rx.fragment()), run_banner())],
        ready=rx.State.is_hydrated & ((S.layout != "") | (S.problem != "")),
    )


def _add_position() -> rx.Component:
    """Into the account that is shown; all of them together are no place to add to."""
    to = rx.Var.create("/portfolios/") + ShellState.selected + "/add"
    return link_button("Add position", to, kind="primary", icon="plus", class_name="desk-only")


def _layouts() -> rx.Component:
    return rx.match(S.layout, (FULL, _full()), (PENDING, _pending()), (EMPTY, welcome()), _loading())


def _full() -> rx.Component:
    return rx.el.div(
        lead(),
        rx.el.div(strip()),
        holdings(),
        sectors(S.sectors, "span-7 fill", price_note(S.lead)),
        attention("span-5 fill"),
        class_name="columns",
    )


def _pending() -> rx.Component:
    why = rx.cond(CalculationState.run.sentence != "", CalculationState.run.sentence, S.history.reason)
    missing = empty("No figures yet", why, calculate_button(size="sm"))
    return rx.el.div(
        rx.el.div(strip()),
        panel("Net asset value", missing, id="lead", flush=True, class_name="span-8 fill"),
        sectors(S.sectors, "span-4 fill"),
        holdings(),
        attention(""),
        class_name="columns",
    )


def _loading() -> rx.Component:
    return rx.el.div(
        plain_panel(
            rx.el.div(skeleton_figure(), skeleton_lines(60, 55, 50), class_name="form-body"), class_name="lead-waiting"
        ),
        tiles_waiting(),
        plain_panel(waiting(17)),
        class_name="columns",
    )


def _problem() -> rx.Component:
    return plain_panel(
        empty("Your figures cannot be shown", S.problem, button("Try again", on_click=S.load), icon="warning")
    )


def _greeting() -> rx.Component:
    promise = "Upload one file from your broker. Figures are on screen a few seconds later."
    return banner("Welcome to SigmaSight", promise)


def _unknown_account() -> rx.Component:
    return rx.cond(
        ShellState.is_unknown,
        banner("There is no such account", "It is not yours, or it was archived. You see what you have."),
    )
