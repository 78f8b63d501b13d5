"""Portfolios as they are listed: what each is worth, and how its calculation stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.services.batch.schemas import RunState, RunStatus
from sigmasight_ui.services.portfolios.schemas import PortfolioRow
from sigmasight_ui.services.risk.schemas import AccountValue
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import NONE, Amounts, Change


@dataclass(frozen=True)
class PortfolioLine:
    """`tone` of the status: ok, warn or plain. `reason` when the value is unknown; `prices` say how old it is."""

    id: str
    account: str
    about: str
    positions: str
    imported: str
    value: str
    reason: str
    day: Change
    status: str
    tone: str
    prices: str
    is_sample: bool


def read_lines(services: Services, session: Session, actor: Actor) -> list[PortfolioLine]:
    amounts = Amounts(actor.privacy_mode)
    portfolios = services.portfolios.list_visible(session, actor)
    values = services.risk.account_values(session, actor)
    runs = services.batch.latest_runs(session, actor, [row.id for row in portfolios])
    return [line(row, values[row.id], runs.get(row.id), amounts) for row in portfolios]


def line(row: PortfolioRow, value: AccountValue, run: RunStatus | None, amounts: Amounts) -> PortfolioLine:
    status, tone = status_words(run)
    return PortfolioLine(
        id=str(row.id),
        account=row.account_name,
        about=row.account_label if row.name == row.account_name else f"{row.name}, {row.account_label}",
        positions=f"{row.positions:,}",
        imported=format.day(row.created_at),
        value=amounts.money(value.nav),
        reason=value.reason or "",
        day=Change(NONE, "unknown") if value.day_pnl is None else amounts.moved(value.day_pnl),
        status=status,
        tone=tone,
        prices=f"as of {format.day(value.as_of)}" if value.as_of else "",
        is_sample=row.is_sample or (value.origin is not None and value.origin.is_sample),
    )


def status_words(run: RunStatus | None) -> tuple[str, str]:
    """From the run's own row."""
    if run is None:
        return "Never calculated", "warn"
    if run.status.is_active:
        return f"Calculating, {run.progress_percent}%", "plain"
    if run.status is RunState.COMPLETED:
        return f"Calculated {format.day(run.finished_at)}", "ok"
    return "Analytics pending", "warn"
