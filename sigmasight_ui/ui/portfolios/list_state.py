"""The list of portfolios."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.ui import format, scope
from sigmasight_ui.ui.portfolios.rows import PortfolioLine, read_lines
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, refused, show
from sigmasight_ui.ui.shell.state import ShellState


@dataclass(frozen=True)
class WaitingFile:
    """A file that was not decided on yet."""

    id: str
    file_name: str
    until: str


class PortfolioListState(rx.State):
    """`asked_id` and `asked_name`: the one whose archiving is being asked about."""

    is_loaded: bool = False
    lines: list[PortfolioLine] = []
    waiting: list[WaitingFile] = []
    asked_id: str = ""
    asked_name: str = ""
    is_archiving: bool = False

    @rx.event
    async def load(self):
        self.lines, self.waiting = await scope.call(_read)
        self.is_loaded = True
        self.asked_id, self.is_archiving = "", False

    @rx.event
    def ask(self, portfolio_id: str):
        asked = next((line for line in self.lines if line.id == portfolio_id), None)
        if asked is not None:
            self.asked_id, self.asked_name = asked.id, asked.account

    @rx.event
    def keep(self):
        self.asked_id = ""

    @rx.event
    async def archive(self):
        if not self.asked_id:
            return
        self.is_archiving = True
        yield
        portfolio_id, name = UUID(self.asked_id), self.asked_name
        try:
            await scope.call(lambda services, session, actor: services.portfolios.archive(session, actor, portfolio_id))
            lines = await scope.call(read_lines)
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
        else:
            self.lines = lines
            show(await self.get_state(NoticeState), Notice(f"{name} is archived"))
            yield ShellState.load
        finally:
            self.asked_id, self.is_archiving = "", False


def _read(services: Services, session: Session, actor: Actor) -> tuple[list[PortfolioLine], list[WaitingFile]]:
    waiting = [
        WaitingFile(str(each.import_id), each.file_name or "A file without a name", format.moment(each.expires_at))
        for each in services.imports.reviews(session, actor)
    ]
    return read_lines(services, session, actor), waiting
