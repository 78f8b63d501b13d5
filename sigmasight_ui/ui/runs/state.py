"""The calculation of the accounts that are shown, and how well their figures are founded: the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import reflex as rx
from reflex.state import OnLoadInternalState
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.portfolios.schemas import PortfolioRow, counted_together
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.runs import rows
from sigmasight_ui.ui.runs.quality_rows import Quality, quality
from sigmasight_ui.ui.runs.rows import RunCard
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, refused, show
from sigmasight_ui.ui.shell.state import ShellState, account_of


@dataclass(frozen=True)
class RunView:
    run: RunCard
    quality: Quality


class CalculationState(rx.State):
    run: RunCard = RunCard()
    quality: Quality = Quality()
    is_asking: bool = False
    dismissed: str = rx.LocalStorage("", name="dismissed-run")

    @rx.event
    async def load(self):
        """Before what stands on it: the figures of the page."""
        account = await self._account()
        self.is_asking = False
        try:
            found = await scope.call_open(lambda services, open_, actor: run_view(services, open_, actor, account))
        except AppError:
            return  # the page itself says what is wrong
        self.run, self.quality = found.run, found.quality

    @rx.event
    async def follow(self):
        """Pressed by the page each second while a calculation is under way; its end brings the new figures."""
        account, before = await self._account(), self.run.kind
        run = await scope.call(lambda services, session, actor: read_run(services, session, actor, account))
        self.run = run
        if before == rows.ACTIVE and run.kind != rows.ACTIVE:
            return OnLoadInternalState.on_load_internal
        return None

    @rx.event
    async def calculate(self):
        """What did not complete is tried again where it stopped."""
        self.is_asking = True
        yield
        await self._ask(force=False)

    @rx.event
    async def retry_prices(self):
        """From scratch, asking again for prices that were not there."""
        self.is_asking = True
        yield
        await self._ask(force=True)

    @rx.event
    def dismiss(self):
        self.dismissed = self.run.key

    async def _ask(self, force: bool) -> None:
        account = await self._account()
        try:
            refusal = await scope.call_open(
                lambda services, open_, actor: _request(services, open_, actor, account, force)
            )
            run = await scope.call(lambda services, session, actor: read_run(services, session, actor, account))
        finally:
            self.is_asking = False
        if refusal is not None:
            show(await self.get_state(NoticeState), refused(refusal))
        elif force:
            show(await self.get_state(NoticeState), Notice("Prices are asked for again", "info"))
        self.run = run

    async def _account(self) -> UUID | None:
        """The frame's choice, which was looked up among the person's own accounts."""
        return account_of(await self.get_state(ShellState))


def run_view(services: Services, open_: Transactions, actor: Actor, account: UUID | None) -> RunView:
    """Without any portfolio there is neither a run nor anything to find fault with."""
    with open_(actor) as session:
        shown = shown_portfolios(services, session, actor, account)
        if not shown:
            return RunView(RunCard(), Quality())
        runs = services.batch.latest_runs(session, actor, [row.id for row in shown])
    return RunView(rows.run_card(shown, runs), quality(services.risk.data_quality(open_, actor, account)))


def read_run(services: Services, session: Session, actor: Actor, account: UUID | None) -> RunCard:
    shown = shown_portfolios(services, session, actor, account)
    return rows.run_card(shown, services.batch.latest_runs(session, actor, [row.id for row in shown]))


def shown_portfolios(
    services: Services, session: Session, actor: Actor, account: UUID | None
) -> tuple[PortfolioRow, ...]:
    if account is not None:
        return (services.portfolios.get(session, actor, account),)
    return counted_together(services.portfolios.list_visible(session, actor))


def _request(
    services: Services, open_: Transactions, actor: Actor, account: UUID | None, force: bool
) -> AppError | None:
    """A calculation for each account shown that has none under way; the refusal, if one was refused otherwise."""
    with open_(actor) as session:
        shown = shown_portfolios(services, session, actor, account)
        runs = services.batch.latest_runs(session, actor, [row.id for row in shown])
    pending = [row for row in shown if rows.is_pending(runs.get(row.id))]
    for row in shown if force or not pending else pending:
        try:
            with open_(actor) as session:
                services.batch.calculate(session, actor, row.id, force)
        except AppError as error:
            if error.kind is not ErrorKind.CONFLICT:
                return error
    return None
