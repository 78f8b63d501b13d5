"""What the progress page shows of a run: the run's own rows in, ready text out. Nothing is inferred."""

from __future__ import annotations

from dataclasses import dataclass

from sigmasight_ui.services.batch.schemas import PhaseState, PhaseStatus, RunLog, RunState, RunStatus
from sigmasight_ui.services.portfolios.schemas import PortfolioRow
from sigmasight_ui.ui import format
from sigmasight_ui.ui.kit.progress import LogRow, PhaseRow

SLOW_AFTER_SECONDS = 120
_TONES = {"warning": "warn", "error": "error"}
_TITLES = {
    RunState.QUEUED: "Calculating your figures",
    RunState.RUNNING: "Calculating your figures",
    RunState.COMPLETED: "Your portfolio is ready",
    RunState.PARTIAL: "Portfolio created, analytics pending",
    RunState.FAILED: "Portfolio created, analytics pending",
    RunState.CANCELLED: "Portfolio created, calculation cancelled",
}


@dataclass(frozen=True)
class RunPage:
    """`status` is the run's own; `is_slow` after two minutes of work."""

    status: str
    title: str
    intro: str
    headline: str
    headline_note: str
    elapsed: str
    percent: int
    is_active: bool
    is_slow: bool
    is_cancelling: bool
    reason: str
    phases: list[PhaseRow]
    log: list[LogRow]


def run_page(log: RunLog, portfolio: PortfolioRow) -> RunPage:
    run = log.run
    return RunPage(
        status=run.status.value,
        title=_TITLES[run.status],
        intro=_intro(run, portfolio),
        headline=_headline(run),
        headline_note=_headline_note(run),
        elapsed=format.duration(run.elapsed_seconds),
        percent=run.progress_percent,
        is_active=run.status.is_active,
        is_slow=run.status.is_active and run.elapsed_seconds > SLOW_AFTER_SECONDS,
        is_cancelling=run.status.is_active and run.cancel_requested,
        reason=f"{run.reason or ''} ({run.error_code})".strip() if run.error_code else run.reason or "",
        phases=[_phase(phase) for phase in run.phases],
        log=[LogRow(format.time_of_day(line.at), line.message, _TONES.get(line.level, "")) for line in log.lines],
    )


def _intro(run: RunStatus, portfolio: PortfolioRow) -> str:
    positions = format.plural(portfolio.positions, "position")
    if run.status.is_active:
        saved = f"{portfolio.name} is saved with {positions}."
        return f"{saved} You can leave this page; the work goes on and you come back to it."
    if run.status is RunState.COMPLETED:
        done = f"{run.phases_completed} of {len(run.phases)} phases completed in {format.duration(run.elapsed_seconds)}"
        return f"{portfolio.name}: {positions} imported, {done}."
    return f"{portfolio.name} is saved: {positions} imported. Some figures are missing."


def _headline(run: RunStatus) -> str:
    if run.status is RunState.QUEUED:
        return "Waiting for a free worker"
    running = next((phase for phase in run.phases if phase.status is PhaseState.RUNNING), None)
    if run.status.is_active and running is not None:
        number = run.phases.index(running) + 1
        return f"Phase {number} of {len(run.phases)}: {running.name.lower()}"
    return f"{run.phases_completed} of {len(run.phases)} phases completed"


def _headline_note(run: RunStatus) -> str:
    """Where trying again begins."""
    if run.status.is_active or run.status is RunState.COMPLETED:
        return ""
    undone = next((n for n, phase in enumerate(run.phases, 1) if phase.status is not PhaseState.COMPLETED), None)
    return f"Retrying keeps what is completed and starts again at phase {undone}." if undone else ""


def _phase(phase: PhaseStatus) -> PhaseRow:
    return PhaseRow(
        name=phase.name,
        status=phase.status.value,
        count=_count(phase.current, phase.total, phase.unit or "") if phase.total else "",
        took=format.duration(phase.duration_seconds) if phase.duration_seconds is not None else "",
        percent=100 * phase.current // phase.total if phase.total else 0,
        why=phase.reason or "",
    )


def _count(current: int, total: int, unit: str) -> str:
    """Units are stored as a plural."""
    return f"{current:,} of {total:,} {unit.removesuffix('s') if total == 1 else unit}".strip()
