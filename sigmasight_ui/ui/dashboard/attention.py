"""Needs a look: true facts, most urgent first, each with the way on where there is one."""

import reflex as rx

from sigmasight_ui.ui.dashboard.attention_rows import CALCULATE, RETRY_PRICES, VIEW_ACCOUNT, VIEW_GREEKS, Attention
from sigmasight_ui.ui.dashboard.state import DashboardState
from sigmasight_ui.ui.kit.button import link_button
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.runs.banner import calculate_button
from sigmasight_ui.ui.runs.quality import retry_prices_button
from sigmasight_ui.ui.shell.navigation import with_account

S = DashboardState


def attention(class_name: str) -> rx.Component:
    return panel(
        "Needs a look",
        rx.el.ul(rx.foreach(S.attention, _look), class_name="looks"),
        id="attention",
        finding=S.attention_finding,
        flush=True,
        class_name=class_name,
    )


def _look(look: rx.Var[Attention]) -> rx.Component:
    face = rx.match(
        look.icon,
        ("done", icon("done", class_name="look-ok")),
        ("clock", icon("clock")),
        ("info", icon("info")),
        icon("warning", class_name="look-warn"),
    )
    action = rx.match(
        look.action,
        (RETRY_PRICES, retry_prices_button(size="sm")),
        (CALCULATE, calculate_button("ghost", "sm")),
        (VIEW_ACCOUNT, link_button("View account", f"/dashboard?account={look.target}", kind="ghost", size="sm")),
        (VIEW_GREEKS, link_button("View Greeks", with_account("/risk") + "#greeks", kind="ghost", size="sm")),
        rx.fragment(),
    )
    return rx.el.li(face, rx.el.div(rx.el.b(look.what), rx.el.p(look.why)), action)
