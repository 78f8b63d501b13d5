"""Correlation: a heat map with framed clusters, and the same numbers without colours."""

import reflex as rx

from sigmasight_ui.ui.kit.heat_map import heat_table
from sigmasight_ui.ui.kit.tile import facts
from sigmasight_ui.ui.risk.card import body, card
from sigmasight_ui.ui.risk.receipt import opens_receipt
from sigmasight_ui.ui.risk.state import RiskState

S = RiskState
CAPTION = "Correlation of daily returns"


def correlation() -> rx.Component:
    found = S.correlation
    key = rx.el.div(
        rx.el.span("−1"),
        rx.el.span(class_name="heat-key", aria_hidden="true"),
        rx.el.span("+1"),
        class_name="row small quiet",
    )
    summary = facts(
        ("Average correlation", opens_receipt(found.average, "correlation_average")),
        ("Independent positions", opens_receipt(found.effective, "correlation_effective_n")),
    )
    words = rx.el.p(found.clusters, class_name="quiet small")
    return card(
        "Correlation",
        found,
        ("Colours", body(heat_table(found.heat, CAPTION), key, words, summary)),
        ("Table", body(heat_table(found.heat, f"{CAPTION}, numbers", plain=True))),
        id="correlation",
        missing="Correlations are not available",
        rows=17,
        is_updating=S.is_loading,
        class_name="span-5 fill",
    )
