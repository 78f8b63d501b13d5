"""Risk: what moves an account, what could hit it, and how sure that is."""

import reflex as rx

from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import link_button
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.panel import plain_panel
from sigmasight_ui.ui.kit.tabs import section_tabs
from sigmasight_ui.ui.risk.correlation import correlation
from sigmasight_ui.ui.risk.distribution import drawdown, tail, volatility
from sigmasight_ui.ui.risk.factors import contributions, factors
from sigmasight_ui.ui.risk.holdings_risk import betas, concentration, greeks
from sigmasight_ui.ui.risk.performance import performance
from sigmasight_ui.ui.risk.receipt import receipt_sheet
from sigmasight_ui.ui.risk.receipt_state import ReceiptState
from sigmasight_ui.ui.risk.scenario_dialog import scenario_dialog
from sigmasight_ui.ui.risk.sectors import sectors
from sigmasight_ui.ui.risk.state import NO_PORTFOLIO, RiskState
from sigmasight_ui.ui.risk.stress import stress
from sigmasight_ui.ui.risk.strip import strip
from sigmasight_ui.ui.risk.what_if import what_if, what_if_button
from sigmasight_ui.ui.risk.what_if_state import WhatIfState
from sigmasight_ui.ui.runs.banner import calculate_button, run_banner, spoken_run
from sigmasight_ui.ui.runs.quality import quality
from sigmasight_ui.ui.runs.state import CalculationState
from sigmasight_ui.ui.shell.frame import app_page
from sigmasight_ui.ui.shell.page import page
from sigmasight_ui.ui.shell.state import ShellState

S = RiskState
TABS = (
    ("Factors", "factors"),
    ("Stress", "stress"),
    ("Correlation", "correlation"),
    ("Tail", "tail"),
    ("Volatility", "volatility"),
    ("Betas", "betas"),
    ("Greeks", "greeks"),
    ("Sectors", "sectors"),
)


@page("/risk", "Risk", on_load=[ShellState.load, CalculationState.load, S.load, ReceiptState.load, WhatIfState.load])
def risk() -> rx.Component:
    has_portfolio = S.layout != NO_PORTFOLIO
    return app_page(
        "Risk",
        spoken_run(),
        rx.cond(S.layout == NO_PORTFOLIO, _no_portfolio(), _cards()),
        here="/risk",
        subtitle=rx.cond(S.strip.as_of != "", f"{S.subtitle}, {S.strip.as_of}", S.subtitle),
        actions=[
            rx.cond(has_portfolio, quality()),
            rx.cond(has_portfolio, rx.fragment(what_if_button(), calculate_button())),
        ],
        banners=[_unknown_account(), rx.cond(has_portfolio, run_banner())],
        ready=rx.State.is_hydrated & (S.layout != "") & ~S.is_loading,
    )


def _cards() -> rx.Component:
    return rx.fragment(
        section_tabs("Sections of this page", TABS),
        rx.el.div(
            rx.el.div(strip()),
            what_if(),
            factors(),
            contributions(),
            stress(),
            correlation(),
            tail(),
            volatility(),
            rx.el.div(betas(), concentration(), class_name="span-5 stack-panels fill"),
            rx.el.div(greeks(), performance(), class_name="span-7 stack-panels fill"),
            sectors(S.sectors, "span-7 fill"),
            drawdown(),
            class_name="columns",
        ),
        receipt_sheet(),
        scenario_dialog(),
    )


def _no_portfolio() -> rx.Component:
    begin = link_button("Upload your first portfolio", "/onboarding/upload", kind="primary")
    return plain_panel(empty("No portfolio yet", "Risk is measured on the positions of a portfolio.", begin))


def _unknown_account() -> rx.Component:
    return rx.cond(
        ShellState.is_unknown,
        banner("There is no such account", "It is not yours, or it was archived. You see what you have."),
    )
