"""One portfolio's page. It is named by the address, and looked up among what the person may see at every step."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.portfolios.schemas import PortfolioChange
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.form_errors import field_errors, typed
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.portfolios import detail_rows
from sigmasight_ui.ui.portfolios.detail_rows import PAGE, PRINTED, Positions, Typed
from sigmasight_ui.ui.portfolios.rows import status_words
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, refused, show
from sigmasight_ui.ui.shell.state import ShellState
from sigmasight_ui.ui.unread import problem_of, status_of

FOUND = "found"


@dataclass(frozen=True)
class PortfolioPage:
    account: str
    subtitle: str
    is_sample: bool
    figures: str
    figures_tone: str
    begin: Typed
    positions: Positions


class PortfolioState(rx.State):
    """`status` is empty until known, `problem` says why it cannot be known now; `shown_id` also makes the form a new
    one for another portfolio."""

    status: str = ""
    problem: str = ""
    shown_id: str = ""
    account: str = ""
    subtitle: str = ""
    is_sample: bool = False
    figures: str = ""
    figures_tone: str = "plain"
    begin: Typed = Typed()
    positions: Positions = Positions()
    errors: dict[str, str] = {}
    is_printed: bool = False
    is_saving: bool = False
    is_asking: bool = False
    asks_archive: bool = False
    is_archiving: bool = False

    @rx.event
    async def load(self):
        self.errors, self.is_saving, self.is_asking, self.is_printed = {}, False, False, False
        self.asks_archive = self.is_archiving = False
        wanted = self.router.url.path.rstrip("/").rpartition("/")[2]
        try:
            portfolio_id = UUID(wanted)
            page = await scope.call(
                lambda services, session, actor: read_page(services, session, actor, portfolio_id, 0)
            )
        except (ValueError, AppError) as error:
            self.status, self.problem = status_of(error), problem_of(error)
            return
        self._take(wanted, page)

    @rx.event
    async def turn(self, pages: int):
        if pages not in (-1, 1) or not self.shown_id:
            return
        portfolio_id, offset = UUID(self.shown_id), max(0, self.positions.paging.offset + pages * PAGE)
        self.positions = await scope.call(
            lambda services, session, actor: read_positions(services, session, actor, portfolio_id, offset)
        )

    @rx.event
    async def print_whole(self):
        """For paper the whole table, and back to its first page afterwards."""
        if not self.shown_id:
            return
        portfolio_id, size = UUID(self.shown_id), PAGE if self.is_printed else PRINTED
        self.positions = await scope.call(
            lambda services, session, actor: read_positions(services, session, actor, portfolio_id, 0, size)
        )
        self.is_printed = not self.is_printed

    @rx.event
    async def save(self, form: dict[str, str]):
        if not self.shown_id:
            return
        self.is_saving, self.errors = True, {}
        yield
        portfolio_id = UUID(self.shown_id)
        change = PortfolioChange(
            portfolio_name=typed(form, "portfolio_name"),
            account_name=typed(form, "account_name"),
            account_type=typed(form, "account_type"),
            description=typed(form, "description"),
        )
        try:
            page = await scope.call(
                lambda services, session, actor: _change(services, session, actor, portfolio_id, change)
            )
        except AppError as error:
            self.errors = field_errors(error)
            if not self.errors:
                show(await self.get_state(NoticeState), refused(error))
        else:
            self._take(str(portfolio_id), page)
            show(await self.get_state(NoticeState), Notice("Changes saved"))
            yield ShellState.load
        finally:
            self.is_saving = False

    @rx.event
    async def recalculate(self):
        """Everything from scratch, with prices asked for again."""
        if not self.shown_id:
            return
        self.is_asking = True
        yield
        portfolio_id = UUID(self.shown_id)
        try:
            started = await scope.call(
                lambda services, session, actor: services.batch.calculate(session, actor, portfolio_id, force=True)
            )
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
        else:
            yield rx.redirect(f"/onboarding/progress/{started.run.id}")
        finally:
            self.is_asking = False

    @rx.event
    def ask_archive(self):
        self.asks_archive = True

    @rx.event
    def keep(self):
        self.asks_archive = False

    @rx.event
    async def archive(self):
        if not self.shown_id:
            return
        self.is_archiving = True
        yield
        portfolio_id, account = UUID(self.shown_id), self.account
        try:
            await scope.call(lambda services, session, actor: services.portfolios.archive(session, actor, portfolio_id))
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
        else:
            show(await self.get_state(NoticeState), Notice(f"{account} is archived"))
            yield rx.redirect("/portfolios")
        finally:
            self.asks_archive, self.is_archiving = False, False

    def _take(self, portfolio_id: str, page: PortfolioPage) -> None:
        self.account, self.subtitle, self.is_sample = page.account, page.subtitle, page.is_sample
        self.figures, self.figures_tone = page.figures, page.figures_tone
        self.begin, self.positions = page.begin, page.positions
        self.shown_id, self.status = portfolio_id, FOUND


def read_page(services: Services, session: Session, actor: Actor, portfolio_id: UUID, offset: int) -> PortfolioPage:
    row = services.portfolios.get(session, actor, portfolio_id)
    amounts = Amounts(actor.privacy_mode)
    figures, tone = status_words(services.batch.latest_run(session, actor, portfolio_id))
    return PortfolioPage(
        account=row.account_name,
        subtitle=detail_rows.subtitle(row, amounts),
        is_sample=row.is_sample,
        figures=figures,
        figures_tone=tone,
        begin=detail_rows.typed(row),
        positions=read_positions(services, session, actor, portfolio_id, offset),
    )


def read_positions(
    services: Services, session: Session, actor: Actor, portfolio_id: UUID, offset: int, size: int = PAGE
) -> Positions:
    amounts = Amounts(actor.privacy_mode)
    page = services.portfolios.positions(session, actor, portfolio_id, size, offset)
    return detail_rows.positions(page, offset, amounts)


def _change(
    services: Services, session: Session, actor: Actor, portfolio_id: UUID, change: PortfolioChange
) -> PortfolioPage:
    services.portfolios.update(session, actor, portfolio_id, change)
    return read_page(services, session, actor, portfolio_id, 0)
