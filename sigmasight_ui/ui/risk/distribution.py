"""One-day losses, volatility and drawdown: how widely the account moves, and how deep it fell."""

import reflex as rx

from sigmasight_ui.ui.kit.chart import line_chart
from sigmasight_ui.ui.kit.figure import figure, unknown
from sigmasight_ui.ui.kit.histogram import histogram_chart
from sigmasight_ui.ui.kit.segmented import segmented
from sigmasight_ui.ui.kit.table import cell, column, row, table
from sigmasight_ui.ui.risk.card import body, card
from sigmasight_ui.ui.risk.drawdown_rows import EpisodeLine, RatioLine
from sigmasight_ui.ui.risk.receipt import opens_receipt
from sigmasight_ui.ui.risk.state import RiskState
from sigmasight_ui.ui.risk.tail_rows import BinLine, TailLine
from sigmasight_ui.ui.risk.volatility_rows import WINDOWS, ConeLine, FigureLine

S = RiskState


def tail() -> rx.Component:
    titles = ("Loss", "Of NAV", "Amount", "Interval or error", "Normal curve")
    measures = table("Losses of one day", _head(titles), rx.foreach(S.tail.lines, _measure), cards=False)
    bins = table("Days by return", _head(("Return", "Days")), rx.foreach(S.tail.bins, _bin), cards=False, dense=True)
    return card(
        "One-day losses",
        S.tail,
        ("Chart", body(histogram_chart(S.tail.plot, "Daily returns, days in each column"))),
        ("Table", rx.fragment(measures, rx.el.div(bins, class_name="lead-table"))),
        id="tail",
        missing="Tail risk is not available",
        rows=8,
        is_updating=S.is_loading,
        class_name="span-6 fill",
    )


def volatility() -> rx.Component:
    windows = segmented("Window", [(days, f"{days} d") for days in WINDOWS], S.volatility.window, S.choose_window)
    titles = ("Window", "Now", "Lowest", "Middle half", "Median", "Highest")
    cone = table("Cone of past volatilities", _head(titles), rx.foreach(S.volatility.cone, _cone), cards=False)
    figures = table(
        "Volatilities", _head(("Measure", "A year", "Days")), rx.foreach(S.volatility.figures, _figure), cards=False
    )
    legend = rx.el.span(
        rx.el.span(rx.el.i(class_name="legend-line"), "Realised"),
        rx.el.span(rx.el.i(class_name="legend-dash legend-own"), "HAR forecast"),
        rx.el.span(rx.el.i(class_name="legend-band"), "Half of the past, by horizon"),
        class_name="legend",
    )
    return card(
        "Volatility",
        S.volatility,
        ("Chart", body(line_chart(S.volatility.plot, "Volatility", area=False, forecast=True))),
        ("Table", rx.fragment(figures, cone)),
        id="volatility",
        missing="Volatility is not available",
        rows=8,
        tools=[windows],
        foot=[legend],
        is_updating=S.is_loading,
        class_name="span-6 fill",
    )


def drawdown() -> rx.Component:
    episodes = table(
        "Deepest falls",
        _head(("Depth", "From the high of", "Lowest on", "Recovered")),
        rx.foreach(S.falls.episodes, _episode),
        cards=False,
    )
    ratios = rx.el.dl(rx.foreach(S.falls.ratios, _ratio), class_name="facts")
    return card(
        "Drawdown",
        S.falls,
        ("Chart", body(line_chart(S.falls.plot, "Drawdown"), ratios)),
        ("Table", episodes),
        id="drawdown",
        missing="Drawdowns are not available",
        rows=11,
        is_updating=S.is_loading,
        class_name="span-5 fill",
    )


def _head(titles: tuple[str, ...]) -> list[rx.Component]:
    return [column(title, numeric=number > 0) for number, title in enumerate(titles)]


def _measure(line: rx.Var[TailLine]) -> rx.Component:
    known = opens_receipt(line.share, line.key)
    return row(
        rx.el.th(line.name, role="rowheader", scope="row", class_name="nowrap"),
        cell(rx.cond(line.reason != "", unknown(line.reason), known), numeric=True),
        cell(line.amount, numeric=True),
        cell(line.interval, numeric=True),
        cell(line.normal, numeric=True),
    )


def _bin(line: rx.Var[BinLine]) -> rx.Component:
    return row(
        rx.el.th(line.between, role="rowheader", scope="row", class_name="nowrap"), cell(line.days, numeric=True)
    )


def _figure(line: rx.Var[FigureLine]) -> rx.Component:
    known = rx.fragment(opens_receipt(line.value, line.key), " ", rx.el.span(line.error, class_name="quiet"))
    return row(
        rx.el.th(line.name, role="rowheader", scope="row", class_name="nowrap"),
        cell(rx.cond(line.reason != "", unknown(line.reason), known), numeric=True),
        cell(line.days, numeric=True),
    )


def _cone(line: rx.Var[ConeLine]) -> rx.Component:
    return row(
        rx.el.th(line.window, role="rowheader", scope="row", class_name="nowrap"),
        cell(line.present, numeric=True),
        cell(line.lowest, numeric=True),
        cell(line.middle, numeric=True),
        cell(line.median, numeric=True),
        cell(line.highest, numeric=True),
    )


def _episode(line: rx.Var[EpisodeLine]) -> rx.Component:
    return row(
        rx.el.th(line.depth, role="rowheader", scope="row", class_name="nowrap"),
        cell(line.peak, numeric=True),
        cell(line.trough, numeric=True),
        cell(line.recovery, numeric=True),
    )


def _ratio(line: rx.Var[RatioLine]) -> rx.Component:
    known = opens_receipt(line.value, line.key)
    return rx.fragment(
        rx.el.dt(line.name),
        rx.el.dd(rx.cond(line.reason != "", figure("", line.reason), known)),
    )
