"""The landing page: what SigmaSight does, for someone who has not signed in."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.kit.button import link, link_button
from sigmasight_ui.ui.kit.chart import BarRow, bar_chart
from sigmasight_ui.ui.kit.chart_geometry import BarScale
from sigmasight_ui.ui.kit.chip import chip
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.shell.frame import plain_frame
from sigmasight_ui.ui.shell.page import page

_SCALE = BarScale(-0.6, 1.2)

_CLAIMS = (
    (
        "One file is enough",
        "Upload what your broker exports, or our template. Every problem comes with its row and what to write instead.",
    ),
    (
        "No figure without its doubt",
        "Beside each number stand its error, the days it rests on, its date and what it leaves out. Unknown is said.",
    ),
    (
        "Yours alone",
        "It runs on your own machine and asks the world for prices only. People see no accounts but their own.",
    ),
)


@page(
    "/",
    "Know what your portfolio can do to you",
    description="Self-hosted portfolio risk: upload a broker's CSV and see factors, stress losses and tail risk.",
    public=True,
)
def landing() -> rx.Component:
    return plain_frame(
        rx.el.div(_promise(), _specimen(), class_name="hero"),
        rx.el.div(*(rx.el.div(rx.el.h2(title), rx.el.p(text)) for title, text in _CLAIMS), class_name="claims"),
        _foot(),
        header=[
            link_button("Sign in", "/login", kind="ghost"),
            link_button("Create account", "/register", kind="primary"),
        ],
        ready=True,
    )


def _promise() -> rx.Component:
    return rx.el.div(
        rx.el.h1(rx.el.span("Know what you own,"), " ", rx.el.span("and what it can do to you.")),
        rx.el.p(
            "Upload the file your broker gives you. Seconds later you see factor exposure, stress losses and tail "
            "risk, each with its error, its date and what it leaves out.",
            class_name="hero-text",
        ),
        rx.el.div(
            link_button("Create account", "/register", kind="primary", size="lg"),
            link_button("Sign in", "/login", size="lg"),
            class_name="actions",
        ),
        rx.el.p(
            "You need an invite code from the person who runs this installation.", class_name="hero-note small quiet"
        ),
    )


def _specimen() -> rx.Component:
    """Invented figures, and said so: how a figure looks here, not what anybody owns."""
    head = rx.el.header(
        rx.el.div(
            rx.el.h2("Factors", **attributes(id="specimen")),
            rx.el.p("The market explains most of this account. It leans to growth and momentum."),
            class_name="panel-title",
        ),
        chip("Invented example"),
        class_name="panel-head",
    )
    return rx.el.section(
        head,
        rx.el.div(_bars(), class_name="panel-body"),
        _facts(),
        class_name="panel",
        aria_labelledby="specimen",
    )


def _bars() -> rx.Component:
    rows = [
        _row("Market", 0.96, 0.06),
        _row("Value – Growth", -0.31, 0.09),
        _row("Momentum", 0.22, 0.08),
        _row("Quality", 0.09, 0.12),
        _row("Low Volatility", -0.27, 0.11),
    ]
    head = ("Factor", "Exposure, with 95% interval", "Beta", "")
    return bar_chart(rx.Var.create(rows), _SCALE.zero, head=head)


def _row(label: str, beta: float, error: float) -> BarRow:
    low, high = beta - 1.96 * error, beta + 1.96 * error
    return BarRow(
        label=label,
        value=f"{'+' if beta > 0 else '−'}{abs(beta):.2f}",
        error=f"± {error:.2f}",
        end=_SCALE.at(beta),
        low=_SCALE.at(low),
        high=_SCALE.at(high),
        weak=low < 0 < high,
    )


def _facts() -> rx.Component:
    facts = (
        ("Observations", "252 days, R² 0.91"),
        ("Coverage", "99% of net asset value"),
        ("As of", "the last close"),
        ("Left out", "1 symbol without a price"),
    )
    pairs = [rx.el.div(rx.el.dt(term), rx.el.dd(value)) for term, value in facts]
    return rx.el.dl(*pairs, class_name="hero-facts")


def _foot() -> rx.Component:
    return rx.el.footer(
        rx.el.span("SigmaSight, self-hosted"),
        link("API", "/api/v1/openapi.json", leaves_app=True),
        link("Status", "/health/ready", leaves_app=True),
        rx.el.span("Figures are information, not advice.", class_name="foot-end"),
        class_name="site-foot",
    )
