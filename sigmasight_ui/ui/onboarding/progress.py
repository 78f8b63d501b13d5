"""The processing screen and its three ends: success, partial or failed, cancelled."""

import reflex as rx

from sigmasight_ui.ui.kit.banner import banner
from sigmasight_ui.ui.kit.button import button, file_button, hidden_button, link_button
from sigmasight_ui.ui.kit.empty import empty
from sigmasight_ui.ui.kit.html import Text
from sigmasight_ui.ui.kit.icon import icon
from sigmasight_ui.ui.kit.panel import panel
from sigmasight_ui.ui.kit.progress import activity_log, overall_meter, phase_list
from sigmasight_ui.ui.kit.skeleton import skeleton_lines
from sigmasight_ui.ui.kit.tile import tile, tiles
from sigmasight_ui.ui.onboarding.first_figures import FirstFigure
from sigmasight_ui.ui.onboarding.progress_state import ProgressState
from sigmasight_ui.ui.onboarding.steps import STEPS
from sigmasight_ui.ui.shell.away import AWAY_TITLE, away
from sigmasight_ui.ui.shell.frame import plain_frame, step_list
from sigmasight_ui.ui.shell.navigation import DESTINATIONS
from sigmasight_ui.ui.shell.page import page
from sigmasight_ui.ui.shell.person_menu import person_menu
from sigmasight_ui.ui.shell.state import ShellState
from sigmasight_ui.ui.unread import AWAY, MISSING

S = ProgressState


@page("/onboarding/progress/[run_id]", "Calculating your figures", on_load=[ShellState.load, S.load])
def progress() -> rx.Component:
    return plain_frame(
        rx.el.div(
            rx.match(S.status, ("", _loading()), (MISSING, _missing()), (AWAY, _away()), _run()),
            class_name="narrow",
        ),
        header=[rx.cond(S.status == "completed", step_list(STEPS, 4), step_list(STEPS, 3)), person_menu()],
        ready=rx.State.is_hydrated & (S.status != ""),
    )


def _loading() -> rx.Component:
    return rx.fragment(rx.el.h1("Calculating your figures"), skeleton_lines(80, 60, 70))


def _missing() -> rx.Component:
    return rx.fragment(
        rx.el.h1("There is no such calculation"),
        empty(
            "Nothing to follow here",
            "The address is incomplete, or the calculation belongs to somebody else.",
            link_button("Continue to dashboard", "/dashboard", kind="primary"),
        ),
    )


def _away() -> rx.Component:
    return rx.fragment(rx.el.h1(AWAY_TITLE), away(S.problem, S.load))


def _run() -> rx.Component:
    """At the end, what to do next stands before how it went."""
    return rx.fragment(
        rx.cond(S.has_ended_badly, _ended_badly(), _head()),
        rx.cond(S.is_slow & ~S.keeps_waiting, _slow()),
        rx.cond(S.figures.length() > 0, _first_figures()),
        rx.cond(~S.is_active, rx.cond(S.status == "completed", _done_actions(), _retry_actions())),
        _phases(),
        rx.cond(S.is_active, rx.fragment(_active_actions(), _ticker())),
    )


def _head() -> rx.Component:
    done = rx.cond(S.status == "completed", icon("done", class_name="head-done"))
    return rx.fragment(rx.el.div(done, rx.el.h1(S.title), class_name="row"), rx.el.p(S.intro, class_name="intro"))


def _ended_badly() -> rx.Component:
    """What happened, what was not lost and why stand together."""
    said = rx.fragment(S.intro, rx.cond(S.reason != "", rx.el.p(S.reason)))
    return banner(rx.el.h1(S.title), said, tone="warn", alert=True)


def _ticker() -> rx.Component:
    """Pressed twice a second by assets/kit.js for as long as it is there."""
    return hidden_button(S.refresh, data_every="500")


def _slow() -> rx.Component:
    return banner(
        "Taking longer than expected",
        rx.fragment("The work goes on after ", S.elapsed, ", also when you leave this page."),
        button("Keep waiting", on_click=S.keep_waiting),
        link_button("Continue to dashboard", _dashboard()),
        tone="info",
    )


def _first_figures() -> rx.Component:
    strip = tiles(rx.foreach(S.figures, _first_figure), class_name="tiles-four")
    return panel(
        "First figures",
        strip,
        _next_steps(),
        id="first-figures",
        finding=S.figures_note,
        flush=True,
        class_name="tiles-inside",
    )


def _next_steps() -> rx.Component:
    """A page that exists gets its line."""
    places = {destination.href for destination in DESTINATIONS}
    risk = _step("risk", "See what could hurt", "Stress scenarios, tail risk, correlations.", "View risk", "/risk")
    fix = _step(
        "warning", S.to_fix.what, S.to_fix.why, "View positions", rx.Var.create("/portfolios/") + S.portfolio_id,
        class_name="look-warn",
    )  # fmt: skip
    return rx.el.ul(
        _step("home", "See where the money is", "Holdings, exposure and sectors.", "View holdings", "/dashboard"),
        *([risk] if "/risk" in places else []),
        rx.cond(S.to_fix.what != "", fix),
        class_name="looks",
    )


def _step(icon_name: str, what: Text, why: Text, action: str, href: Text, class_name: str = "") -> rx.Component:
    account = rx.Var.create(f"{href}?account=") + S.portfolio_id if isinstance(href, str) else href
    return rx.el.li(
        icon(icon_name, class_name=class_name),
        rx.el.div(rx.el.b(what), rx.el.p(why)),
        link_button(action, account, kind="ghost", size="sm"),
    )


def _first_figure(figure: rx.Var[FirstFigure]) -> rx.Component:
    return tile(figure.label, figure.value, figure.note, error=figure.error)


def _phases() -> rx.Component:
    log = file_button(
        "Download log",
        f"/api/v1/portfolio/{S.portfolio_id}/batch-runs/{S.run_id}/log?format=txt",
        kind="ghost",
        size="sm",
    )
    return panel(
        S.headline,
        rx.el.div(overall_meter(S.percent, "All phases"), class_name="panel-body"),
        phase_list(S.phases),
        activity_log("run-log", S.log),
        id="phases",
        finding=S.headline_note,
        tools=rx.el.span(S.elapsed, " elapsed", class_name="quiet"),
        foot=rx.fragment(rx.el.span("Times in UTC"), rx.el.span(class_name="grow"), log),
        flush=True,
    )


def _active_actions() -> rx.Component:
    return rx.el.div(
        button("Cancel calculation", kind="danger", on_click=S.cancel, busy=S.is_cancelling, busy_label="Cancelling"),
        link_button("Continue to dashboard", _dashboard()),
        class_name="actions actions-end",
    )


def _retry_actions() -> rx.Component:
    return rx.el.div(
        link_button("Continue to dashboard", _dashboard()),
        button("Retry analytics", kind="primary", on_click=S.retry, busy=S.is_retrying, busy_label="Retrying"),
        class_name="actions actions-end",
    )


def _done_actions() -> rx.Component:
    return rx.el.div(
        link_button("Add another portfolio", "/onboarding/upload"),
        link_button("Continue to dashboard", _dashboard(), kind="primary"),
        class_name="actions actions-end",
    )


def _dashboard() -> rx.Var[str]:
    return rx.Var.create("/dashboard?account=") + S.portfolio_id
