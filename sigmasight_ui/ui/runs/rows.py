"""What the page says of calculations: the one under way with its progress, or what is pending and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sigmasight_ui.services.batch.schemas import PhaseState, RunState, RunStatus
from sigmasight_ui.services.portfolios.schemas import PortfolioRow
from sigmasight_ui.ui import format

Runs = Mapping[UUID, RunStatus]

ACTIVE, PENDING, DONE = "active", "pending", "done"
_SAVED = "positions are saved"
_NAMED = 4


@dataclass(frozen=True)
class AccountReason:
    account: str
    why: str


@dataclass(frozen=True)
class RunCard:
    """`kind` active, pending or done; `key` is what dismissing the banner remembers: one per run that ended badly.
    `reasons`: each account's own, where several are shown."""

    kind: str = DONE
    key: str = ""
    title: str = ""
    sentence: str = ""
    percent: int = 0
    run_id: str = ""
    spoken: str = ""
    reasons: list[AccountReason] = field(default_factory=list)


def run_card(portfolios: Sequence[PortfolioRow], runs: Runs) -> RunCard:
    active = [run for run in _of(portfolios, runs) if run.status.is_active]
    if active:
        return _active(active)
    unfinished = [row for row in portfolios if is_pending(runs.get(row.id))]
    return _pending(portfolios, unfinished, runs) if unfinished else RunCard(spoken="Figures are calculated")


def is_pending(run: RunStatus | None) -> bool:
    """Never calculated, or the newest calculation did not complete."""
    return run is None or run.status in (RunState.PARTIAL, RunState.FAILED, RunState.CANCELLED)


def _of(portfolios: Sequence[PortfolioRow], runs: Runs) -> list[RunStatus]:
    return [runs[row.id] for row in portfolios if row.id in runs]


def _active(runs: Sequence[RunStatus]) -> RunCard:
    percent = sum(run.progress_percent for run in runs) // len(runs)
    sentence = _phase(runs[0]) if len(runs) == 1 else f"{len(runs)} accounts are being calculated"
    title = "Calculating your figures"
    return RunCard(ACTIVE, "", title, sentence, percent, str(runs[0].batch_run_id), spoken=title)


def _phase(run: RunStatus) -> str:
    if run.cancel_requested:
        return "Being cancelled after this phase"
    running = next((at for at, phase in enumerate(run.phases) if phase.status is PhaseState.RUNNING), None)
    if running is None:
        return "Waiting for a free worker" if run.status is RunState.QUEUED else "Between two phases"
    return f"Phase {running + 1} of {len(run.phases)}: {run.phases[running].name.lower()}"


def _pending(all_: Sequence[PortfolioRow], unfinished: Sequence[PortfolioRow], runs: Runs) -> RunCard:
    newest = max((run for run in _of(unfinished, runs)), key=lambda run: run.created_at, default=None)
    key = str(newest.batch_run_id) if newest else f"never {unfinished[0].id}"
    reasons = [AccountReason(row.account_name, _why(row, runs.get(row.id))) for row in unfinished]
    if len(reasons) == 1:
        of_which = f"1 of {len(all_)} accounts: {reasons[0].account}. " if len(all_) > 1 else ""
        sentence, reasons = f"{of_which}{reasons[0].why}", []
    else:
        sentence = f"{len(unfinished)} of {len(all_)} accounts are without new figures."
    return RunCard(
        PENDING, key, "Analytics pending", sentence, run_id=str(newest.batch_run_id) if newest else "",
        spoken="Analytics pending", reasons=_named(reasons),
    )  # fmt: skip


def _named(reasons: list[AccountReason]) -> list[AccountReason]:
    more = len(reasons) - _NAMED
    return reasons if more <= 0 else [*reasons[:_NAMED], AccountReason(f"{more} more", "Open an account to see why.")]


def _why(row: PortfolioRow, run: RunStatus | None) -> str:
    """What was not lost, then what is missing."""
    saved = f"Your {format.plural(row.positions, 'position')} {'is' if row.positions == 1 else 'are'} saved."
    if run is None:
        return f"{saved} Figures were never calculated."
    if run.status is RunState.CANCELLED:
        return f"{saved} The calculation of {format.moment(run.created_at)} was cancelled."
    reason = run.reason or "Some figures are missing."
    code = f" ({run.error_code})" if run.error_code else ""
    return f"{reason}{code}" if _SAVED in reason else f"{saved} {reason}{code}"
