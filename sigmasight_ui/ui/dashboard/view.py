"""Everything above the holdings table, read and made into ready text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.calendar import new_york_day
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.portfolios.schemas import PortfolioRow
from sigmasight_ui.services.risk.schemas import HistoryRange
from sigmasight_ui.ui import format
from sigmasight_ui.ui.dashboard import attention_rows, history_rows, lead_rows
from sigmasight_ui.ui.dashboard.attention_rows import EXPIRES_SOON, Attention, Facts
from sigmasight_ui.ui.dashboard.history_rows import History
from sigmasight_ui.ui.dashboard.lead_rows import Lead
from sigmasight_ui.ui.dashboard.strip_rows import AccountedTile, pending_strip, strip
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.risk import sector_rows
from sigmasight_ui.ui.risk.sector_rows import Sectors
from sigmasight_ui.ui.runs.state import shown_portfolios

EMPTY, PENDING, FULL = "empty", "pending", "full"


@dataclass(frozen=True)
class DashboardView:
    """`layout`: no portfolio, nothing calculated yet, or figures."""

    layout: str
    title: str = "Dashboard"
    subtitle: str = "No portfolio yet"
    lead: Lead = Lead()
    strip: tuple[AccountedTile, ...] = ()
    history: History = History()
    sectors: Sectors = Sectors()
    attention: tuple[Attention, ...] = ()
    attention_finding: str = ""


def dashboard_view(
    services: Services, open_: Transactions, actor: Actor, account: UUID | None, range_: HistoryRange
) -> DashboardView:
    today = new_york_day(services.clock.now())
    with open_(actor) as session:
        shown = shown_portfolios(services, session, actor, account)
        if not shown:
            return DashboardView(EMPTY)
        amounts = Amounts(actor.privacy_mode)
        head = services.risk.overview(session, actor, account)
        runs = services.batch.latest_runs(session, actor, [row.id for row in shown])
        expiring = services.portfolios.expiring(session, actor, [row.id for row in shown], today + EXPIRES_SOON)
        sectors = services.risk.sector_exposure(session, actor, account)
    figures = services.risk.figures(open_, actor, account)
    found_quality = services.risk.data_quality(open_, actor, account)
    history = services.risk.nav_history(open_, actor, account, range_)
    is_valued = head.as_of is not None
    positions = sum(row.positions for row in shown)
    looks = attention_rows.attention(Facts(head, found_quality, shown, runs, expiring, today), amounts)
    return DashboardView(
        layout=FULL if is_valued else PENDING,
        title=shown[0].account_name if account else "All accounts",
        subtitle=_subtitle(shown, account),
        lead=lead_rows.lead(head, amounts),
        strip=tuple(strip(head, figures, amounts) if is_valued else pending_strip(head, positions, figures, amounts)),
        history=history_rows.history(history, amounts),
        sectors=sector_rows.sectors(sectors, amounts),
        attention=tuple(looks),
        attention_finding=attention_rows.finding(looks),
    )


def read_history(
    services: Services, open_: Transactions, actor: Actor, account: UUID | None, range_: HistoryRange
) -> History:
    return history_rows.history(services.risk.nav_history(open_, actor, account, range_), Amounts(actor.privacy_mode))


def _subtitle(shown: Sequence[PortfolioRow], account: UUID | None) -> str:
    positions = format.plural(sum(row.positions for row in shown), "position")
    if account is not None:
        return f"{shown[0].account_label}, {positions}, imported {format.day(shown[0].created_at)}"
    kind = "sample account" if shown[0].is_sample else "account"
    money = "" if shown[0].is_sample else " with real money"
    return f"{format.plural(len(shown), kind)}{money}, {positions}"
