"""Progress of a run: overall meter, its phases, its log."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx

from sigmasight_ui.ui.kit.html import Text, attributes, joined
from sigmasight_ui.ui.kit.icon import icon


@dataclass(frozen=True)
class PhaseRow:
    """`status` waiting, running, completed, failed or skipped; the rest is ready text, `percent` 0 to 100."""

    name: str
    status: str
    count: str = ""
    took: str = ""
    percent: int = 0
    why: str = ""


@dataclass(frozen=True)
class LogRow:
    """`tone` is empty, warn or error."""

    at: str
    text: str
    tone: str = ""


def meter(percent: rx.Var[int] | int, label: Text, *, large: bool = False) -> rx.Component:
    return rx.el.span(
        rx.el.i(**attributes(style={"--v": f"{percent}%"})),
        class_name=joined("meter", "meter-large" if large else ""),
        role="progressbar",
        aria_label=label,
        **attributes(aria_valuenow=percent, aria_valuemin=0, aria_valuemax=100),
    )


def overall_meter(percent: rx.Var[int] | int, label: str) -> rx.Component:
    return rx.el.div(
        rx.el.div(meter(percent, label, large=True), class_name="grow"), rx.el.b(f"{percent}%"), class_name="row"
    )


def phase_list(phases: rx.Var[list[PhaseRow]]) -> rx.Component:
    return rx.el.ol(rx.foreach(phases, _phase), class_name="phases")


def activity_log(id: str, lines: rx.Var[list[LogRow]]) -> rx.Component:
    """Follows its end until someone scrolls up."""
    log = rx.el.div(
        rx.foreach(lines, _log_line),
        role="log",
        tab_index=0,
        aria_label="Activity log",
        class_name="log",
        **attributes(id=id, data_follows="true"),
    )
    jump = rx.el.button(
        "Jump to latest", type="button", hidden=True, class_name="btn btn-second btn-sm", **attributes(data_jumps=id)
    )
    return rx.fragment(log, jump)


def _phase(phase: rx.Var[PhaseRow]) -> rx.Component:
    return rx.el.li(
        _status(phase.status),
        rx.el.span(phase.name, class_name="phase-name"),
        rx.el.span(phase.count, class_name="phase-count"),
        rx.el.span(phase.took, class_name="phase-time"),
        rx.cond(phase.status == "running", meter(phase.percent, phase.name)),
        rx.cond(phase.why != "", rx.el.span(phase.why, class_name="phase-why")),
        class_name=f"phase-{phase.status}",
    )


def _status(status: rx.Var[str]) -> rx.Component:
    return rx.match(
        status,
        ("completed", icon("done", "completed")),
        ("failed", icon("stop", "failed")),
        ("skipped", icon("skipped", "skipped")),
        ("running", rx.el.span(class_name="spinner", role="img", aria_label="running")),
        icon("waiting", "waiting"),
    )


def _log_line(line: rx.Var[LogRow]) -> rx.Component:
    return rx.el.p(
        rx.el.time(line.at), rx.el.span(line.text), class_name=rx.cond(line.tone != "", f"log-{line.tone}", "")
    )
