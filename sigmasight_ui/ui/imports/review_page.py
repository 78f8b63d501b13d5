"""Review an import: what was recognised, what will be created, what will not, and the one button that writes it."""

import reflex as rx

from sigmasight_ui.services.imports.schemas.review import Outcome
from sigmasight_ui.ui.imports.file_panel import file_panel, format_select, totals_panel
from sigmasight_ui.ui.imports.mapping import mapping_screen
from sigmasight_ui.ui.imports.positions import positions
from sigmasight_ui.ui.imports.review_state import ReviewState
from sigmasight_ui.ui.imports.review_view import DuplicateLine, PlainLine, ProblemLine, Question
from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import anchor, button, link_button
from sigmasight_ui.ui.kit.dialog import dialog
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.field import radio
from sigmasight_ui.ui.kit.grid import cell_input, grid
from sigmasight_ui.ui.kit.html import attributes
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.panel import panel, plain_panel
from sigmasight_ui.ui.kit.question import question
from sigmasight_ui.ui.kit.skeleton import skeleton_lines
from sigmasight_ui.ui.kit.table import cell, column, found, row, table
from sigmasight_ui.ui.shell.away import AWAY_TITLE, away
from sigmasight_ui.ui.shell.frame import app_page
from sigmasight_ui.ui.shell.page import page
from sigmasight_ui.ui.shell.state import ShellState
from sigmasight_ui.ui.unread import AWAY, MISSING

S = ReviewState
TITLES = {
    MISSING: "There is no such import",
    AWAY: AWAY_TITLE,
    Outcome.GUIDE.value: "This file is not enough",
    Outcome.REJECTED.value: "This file cannot be read",
}


@page("/imports/[id]", "Review import", on_load=[ShellState.load, S.load])
def review() -> rx.Component:
    is_reviewed = (S.outcome == Outcome.READY.value) | (S.outcome == Outcome.NEEDS_ANSWERS.value)
    return app_page(
        rx.cond(S.needs_mapping, "What is in this file?", rx.match(S.outcome, *TITLES.items(), "Review import")),
        rx.match(
            S.outcome,
            ("", plain_panel(rx.el.div(skeleton_lines(90, 80, 85, 70), class_name="form-body"))),
            (MISSING, _missing()),
            (AWAY, away(S.problem, S.load)),
            rx.cond(
                S.needs_mapping,
                mapping_screen(),
                rx.match(S.outcome, (Outcome.GUIDE.value, _guide()), (Outcome.REJECTED.value, _rejected()), _review()),
            ),
        ),
        here="/portfolios",
        above=_crumbs(),
        subtitle=rx.cond(is_reviewed, "Nothing is saved until you press Import. Kept for 24 hours if you leave.", ""),
        actions=[rx.cond(S.outcome != MISSING, link_button("Choose a different file", "/onboarding/upload"))],
        ready=rx.State.is_hydrated & (S.outcome != ""),
    )


def _crumbs() -> rx.Component:
    return rx.el.nav(
        anchor("Portfolios", href="/portfolios", class_name="text-link"),
        " / Import",
        class_name="crumbs",
        aria_label="Breadcrumb",
    )


def _review() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.cond(S.problem != "", banner(S.problem, tone="danger", alert=True)),
            rx.cond(S.problems.length() > 0, _problems()),
            file_panel(),
            totals_panel(),
            rx.foreach(S.questions, _question),
            rx.cond(S.negative != "", banner("A holding would become a short", S.negative, tone="warn")),
            positions(),
            rx.cond(S.skipped.length() > 0, _skipped()),
            rx.cond(S.duplicates.length() > 0, _duplicates()),
            rx.cond(S.going.length() > 0, _going()),
            class_name="columns",
        ),
        _bar(),
        _discard_dialog(),
    )


# Questions and problems


def _question(card: rx.Var[Question]) -> rx.Component:
    choices = rx.foreach(
        card.choices,
        lambda choice: radio(
            card.id,
            choice.value,
            choice.words,
            checked=card.chosen == choice.value,
            on_change=lambda value: S.answer(card.id, value),
        ),
    )
    text = rx.el.input(
        type="text",
        default_value=card.typed,
        key=card.typed,
        placeholder=card.placeholder,
        aria_label=card.title,
        class_name="input",
        max_length=40,
        on_blur=lambda value: S.answer(card.id, value),
    )
    wants_text = card.takes_text & ((card.choices.length() == 0) | (card.chosen == "one date"))
    return question(card.title, card.text, choices, rx.cond(wants_text, text))


def _problems() -> rx.Component:
    head = [column(title) for title in ("Where", "Symbol", "Column", "Found", "What to do", "Answer")]
    return panel(
        "Lines that need an answer",
        grid(table("Lines that cannot be read", head, rx.foreach(S.problems, _problem))),
        id="problems",
        finding=S.problems_finding,
        flush=True,
    )


def _problem(line: rx.Var[ProblemLine]) -> rx.Component:
    typed = cell_input(
        f"{line.column} of line {line.line}",
        "",
        lambda text: S.correct(line.line, line.field, text),
        kind="word",
        placeholder=line.column,
        max_length=100,
        version=S.refusals,
    )
    skip = button("Skip line", size="sm", on_click=S.skip(line.line, True), aria_label=f"Skip line {line.line}")
    return row(
        rx.el.th(rx.el.b(line.where), role="rowheader", scope="row", class_name="card-left"),
        cell(rx.cond(line.symbol != "", rx.el.b(line.symbol), rx.el.span("none", class_name="quiet")), card="right"),
        cell(rx.el.b(line.column), card="full", order=2),
        cell(
            rx.cond(line.found != "", found(line.found)),
            card="full",
            order=3,
            label=rx.cond(line.found != "", "Found", ""),
        ),
        cell(line.advice, " ", rx.el.span(line.code, class_name="mono small quiet"), card="full", order=4),
        cell(
            rx.el.div(
                rx.cond(line.field != "", rx.el.span(typed, class_name="answer")),
                rx.cond(line.can_skip, skip),
                class_name="row",
            ),
            card="full",
            order=5,
        ),
    )


# What is not imported


def _skipped() -> rx.Component:
    head = [column("Line", numeric=True), column("Begins with"), column("Why")]
    return panel(
        "Skipped lines",
        table("Table of skipped lines", head, rx.foreach(S.skipped, _skipped_line), cards=False, dense=True),
        id="skipped",
        finding=S.skipped_finding,
        flush=True,
        class_name="span-6 fill",
    )


def _skipped_line(line: rx.Var[PlainLine]) -> rx.Component:
    return row(
        rx.el.th(line.line, role="rowheader", scope="row", class_name="num"),
        cell(line.text, class_name="mono"),
        cell(line.why),
    )


def _duplicates() -> rx.Component:
    return panel(
        "Already imported",
        rx.el.ul(rx.foreach(S.duplicates, _duplicate), class_name="looks"),
        id="duplicates",
        finding=S.duplicates_finding,
        flush=True,
        class_name="span-6 fill",
    )


def _duplicate(line: rx.Var[DuplicateLine]) -> rx.Component:
    add = button("Add anyway", kind="ghost", size="sm", on_click=S.add_anyway(line.line, True))
    leave = button("Leave out", kind="ghost", size="sm", on_click=S.add_anyway(line.line, False))
    return rx.el.li(icon("list"), rx.el.div(rx.el.b(line.what), rx.el.p(line.why)), rx.cond(line.is_added, leave, add))


def _going() -> rx.Component:
    return panel(
        "Not in the file",
        rx.el.ul(
            rx.foreach(
                S.going,
                lambda line: rx.el.li(
                    icon("skipped"), rx.el.div(rx.el.b(line.text), rx.el.p(line.why)), rx.el.span(line.line)
                ),
            ),
            class_name="looks",
        ),
        id="going",
        finding="Held now and not in the file.",
        flush=True,
        class_name="span-6 fill",
    )


# The bar at the foot


def _bar() -> rx.Component:
    said = rx.el.span(
        rx.cond(
            S.why_not != "",
            rx.el.span(S.why_not, class_name="bar-why"),
            rx.fragment(rx.el.b(S.summary), " ", S.summary_rest),
        ),
        class_name="grow",
        role="status",
    )
    return rx.el.div(
        said,
        button("Discard", kind="ghost", on_click=S.ask_discard, aria_haspopup="dialog"),
        button(
            S.confirm_label,
            kind="primary",
            on_click=S.confirm,
            busy=S.is_confirming,
            busy_label="Importing",
            disabled=~S.can_confirm,
            title=S.why_not,
        ),
        class_name="sticky-actions",
    )


def _discard_dialog() -> rx.Component:
    return dialog(
        "discard",
        "Discard this import?",
        "The file and everything you answered here are deleted. Your portfolios stay as they are.",
        confirm=button("Discard import", kind="destroy", on_click=S.discard),
        keep="Keep import",
        is_open=S.asks_discard,
        on_close=S.keep,
    )


# Files that lead nowhere


def _missing() -> rx.Component:
    return plain_panel(
        empty(
            "Nothing to review here",
            "The address is incomplete, the file was kept for 24 hours, or it belongs to somebody else.",
            link_button("Upload a file", "/onboarding/upload", kind="primary"),
            icon="file",
        )
    )


def _guide() -> rx.Component:
    return rx.el.div(
        panel(
            S.file_title,
            rx.el.h3("What is missing"),
            rx.el.p(S.guide_missing),
            rx.el.h3("Where to get it"),
            rx.el.p(S.guide_where),
            rx.el.div(
                link_button("Upload the other file", "/onboarding/upload", kind="primary", icon="upload"),
                class_name="actions sheet-actions",
            ),
            id="guide",
            finding=S.file_line,
            class_name="span-8",
        ),
        panel(
            "Not this file?",
            rx.el.p("If we took it for the wrong one, say what it is."),
            rx.el.div(format_select(), class_name="sheet-actions"),
            id="other-format",
            class_name="span-4 fill",
        ),
        class_name="columns",
        **attributes(data_outcome="guide"),
    )


def _rejected() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            banner("Nothing was saved.", S.file_line, tone="danger", alert=True),
            _problems(),
            class_name="columns",
        )
    )
