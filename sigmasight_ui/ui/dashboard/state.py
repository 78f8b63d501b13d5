"""The command centre above its table. Everything is rebuilt from the address and the database; nothing is inferred."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

import reflex as rx

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.risk.schemas import HistoryRange
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.dashboard import view
from sigmasight_ui.ui.dashboard.attention_rows import Attention
from sigmasight_ui.ui.dashboard.history_rows import RANGES, History
from sigmasight_ui.ui.dashboard.lead_rows import Lead
from sigmasight_ui.ui.dashboard.strip_rows import AccountedTile
from sigmasight_ui.ui.dashboard.view import DashboardView
from sigmasight_ui.ui.problems import incident
from sigmasight_ui.ui.risk.sector_rows import Sectors
from sigmasight_ui.ui.shell.notices import NoticeState, failed, refused, show
from sigmasight_ui.ui.shell.state import ShellState, account_of

Found = DashboardView | str
"""What to show, or where somebody belongs instead."""


class DashboardState(rx.State):
    """`layout` is empty until something is known; `problem` says why nothing could be loaded."""

    layout: str = ""
    problem: str = ""
    title: str = "Dashboard"
    subtitle: str = ""
    lead: Lead = Lead()
    strip: list[AccountedTile] = []
    history: History = History()
    sectors: Sectors = Sectors()
    attention: list[Attention] = []
    attention_finding: str = ""
    is_making_sample: bool = False

    @rx.event
    async def load(self):
        account, range_ = await self._account(), HistoryRange(self.history.chosen)
        is_bare = "account" not in self.router.url.query_parameters
        self.is_making_sample = False
        try:
            found = await scope.call_open(
                lambda services, open_, actor: _load(services, open_, actor, account, range_, is_bare)
            )
        except AppError as error:
            self.problem = error.sentence
            return None
        except Exception as error:  # logged with its reference; the page says what the toast would
            self.problem = failed(incident("dashboard_not_loaded", error)).text
            return None
        if isinstance(found, str):
            return rx.redirect(found)
        self._take(found)
        return None

    @rx.event
    async def choose_range(self, range_: str):
        if range_ not in RANGES:
            return
        account, wanted = await self._account(), HistoryRange(range_)
        self.history = await scope.call_open(
            lambda services, open_, actor: view.read_history(services, open_, actor, account, wanted)
        )

    @rx.event
    async def try_sample(self):
        self.is_making_sample = True
        yield
        try:
            made = await scope.call_open(lambda services, open_, actor: services.onboarding.create_sample(open_, actor))
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
        else:
            yield rx.redirect(f"/onboarding/progress/{made.run_id}")
        finally:
            self.is_making_sample = False

    async def _account(self) -> UUID | None:
        """The frame's choice, which was looked up among the person's own accounts."""
        return account_of(await self.get_state(ShellState))

    def _take(self, found: DashboardView) -> None:
        self.problem = ""
        for each in fields(found):
            value = getattr(found, each.name)
            setattr(self, each.name, list(value) if isinstance(value, tuple) else value)


def _load(
    services: Services, open_: Transactions, actor: Actor, account: UUID | None, range_: HistoryRange, is_bare: bool
) -> Found:
    """Who comes back while the first figures are calculated belongs to their progress."""
    if is_bare:
        with open_(actor) as session:
            run_id = services.onboarding.active_run_id(session, actor)
        if run_id is not None:
            return f"/onboarding/progress/{run_id}"
    return view.dashboard_view(services, open_, actor, account, range_)
