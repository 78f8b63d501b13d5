"""The data-quality chip and the sheet it opens: what is missing, why, and a real second try."""

import reflex as rx

from sigmasight_ui.ui.kit.button import button
from sigmasight_ui.ui.kit.chip import quality_chip
from sigmasight_ui.ui.kit.html import attributes, when
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.kit.sheet import sheet
from sigmasight_ui.ui.runs.quality_rows import MissingLine
from sigmasight_ui.ui.runs.rows import ACTIVE
from sigmasight_ui.ui.runs.state import CalculationState

S = CalculationState
SHEET = "data-quality"


def quality() -> rx.Component:
    known = quality_chip(S.quality.chip, S.quality.is_complete, opens=SHEET)
    coming = rx.el.span(class_name="skeleton chip-waiting", aria_hidden="true")
    return rx.fragment(rx.cond(S.quality.chip != "", known, coming), _sheet())


def retry_prices_button(kind: str = "second", size: str = "md", *, closes: bool = False) -> rx.Component:
    return button(
        "Retry prices",
        kind=kind,
        size=size,
        on_click=S.retry_prices,
        busy=S.is_asking,
        busy_label="Asking",
        disabled=S.run.kind == ACTIVE,
        **(attributes(data_closes="true") if closes else {}),
    )


def _sheet() -> rx.Component:
    found = S.quality
    return sheet(
        SHEET,
        "Data quality",
        rx.el.h2("Data quality", class_name="desk-only"),
        rx.el.dl(rx.foreach(found.facts, _fact), class_name="facts"),
        _list("Without a price", found.symbols),
        when(found.more != "", rx.el.p(found.more, class_name="quiet small")),
        _list("Unknown figures", found.figures),
        _list("Left out", found.accounts),
        rx.el.div(retry_prices_button("primary", closes=True), class_name="actions sheet-actions"),
        text=True,
        class_name="receipt",
    )


def _fact(fact: rx.Var[Fact]) -> rx.Component:
    return rx.fragment(rx.el.dt(fact.term), rx.el.dd(fact.value))


def _list(title: str, lines: rx.Var[list[MissingLine]]) -> rx.Component:
    return rx.cond(
        lines.length() > 0,
        rx.fragment(
            rx.el.h3(title, class_name="sheet-title"), rx.el.ul(rx.foreach(lines, _missing), class_name="missing")
        ),
    )


def _missing(line: rx.Var[MissingLine]) -> rx.Component:
    return rx.el.li(
        rx.el.b(line.name),
        rx.el.p(line.why),
        rx.cond(line.last != "", rx.el.p(line.last, class_name="quiet")),
    )
