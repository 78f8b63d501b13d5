"""The dashboard of somebody without a portfolio: two ways to begin, and what will stand here."""

import reflex as rx

from sigmasight_ui.ui.dashboard.state import DashboardState
from sigmasight_ui.ui.kit.button import button, file_button, link_button
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.tile import tile, tiles

TEMPLATE = "/api/v1/onboarding/csv-template"
_PROMISES = (
    ("Net asset value", "cash plus market values"),
    ("Day change", "since the last close"),
    ("Beta to SPY", "with its standard error"),
    ("Volatility", "21, 63 and 252 days"),
    ("Exposure", "long, short, net and gross"),
    ("Largest position", "as share of NAV"),
)


def welcome() -> rx.Component:
    return rx.el.div(_begin(), _others(), _promises(), class_name="columns")


def _begin() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            icon("upload"),
            rx.el.h2("Bring your positions", id="begin-title"),
            rx.el.p("A file of your broker as it is, or our template. Nothing is saved until every row is right."),
            rx.el.div(
                link_button("Upload your first portfolio", "/onboarding/upload", kind="primary"),
                button(
                    "Try with sample portfolio",
                    on_click=DashboardState.try_sample,
                    busy=DashboardState.is_making_sample,
                    busy_label="Preparing sample",
                ),
                class_name="actions",
            ),
            class_name="empty welcome",
        ),
        class_name="panel span-8 fill",
        aria_labelledby="begin-title",
    )


def _others() -> rx.Component:
    return panel(
        "Other ways to begin",
        rx.el.ul(
            _way(
                "download",
                "Fill the template",
                "12 columns, four required.",
                file_button("Download template", TEMPLATE, icon="", kind="ghost", size="sm"),
            ),
            class_name="looks",
        ),
        id="others",
        finding="Prepare the file first.",
        flush=True,
        class_name="span-4 fill",
    )


def _way(drawing: str, what: str, why: str, action: rx.Component) -> rx.Component:
    return rx.el.li(icon(drawing), rx.el.div(rx.el.b(what), rx.el.p(why)), action)


def _promises() -> rx.Component:
    return panel(
        "What you will see here",
        tiles(*(tile(label, rx.el.span("–", class_name="quiet"), note) for label, note in _PROMISES)),
        id="promises",
        finding="Each figure names its date, its number of observations and what it leaves out.",
        flush=True,
        class_name="tiles-inside",
    )
