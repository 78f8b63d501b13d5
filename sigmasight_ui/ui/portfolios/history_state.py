"""The imports of one portfolio: what each did, undoing it, and doing it again; and a new file for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.imports.schemas.choices import EditedSince, Mode
from sigmasight_ui.services.imports.schemas.history import EditSince, ImportRecord, ImportState, UndoReach
from sigmasight_ui.ui import format, scope
from sigmasight_ui.ui.format import plural
from sigmasight_ui.ui.imports.answer import read_started
from sigmasight_ui.ui.kit.paging import Paging, paging
from sigmasight_ui.ui.portfolios.detail_state import PortfolioState
from sigmasight_ui.ui.portfolios.list_state import PortfolioListState
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, refused, show, undoable
from sigmasight_ui.ui.shell.state import ShellState
from sigmasight_ui.ui.words import symbol_in_words

_NAMED = 5
PAGE = 10
UNDO, REDO = "undo", "redo"
BRING_BACK = "import"


@dataclass(frozen=True)
class HistoryLine:
    """`then` is what this person can do with it: undo, redo, or nothing."""

    id: str
    what: str
    did: str
    who: str
    digest: str
    then: str


@dataclass(frozen=True)
class History:
    """One page of it."""

    lines: tuple[HistoryLine, ...] = ()
    paging: Paging = Paging()


class HistoryState(rx.State):
    """`asked_id` is the import somebody wants undone; `edits` what was changed since, where that has to be asked."""

    shown_id: str = ""
    history: History = History()
    asked_id: str = ""
    asked_what: str = ""
    edits: str = ""
    consequence: str = ""
    is_working: bool = False
    upload_error: str = ""

    @rx.event
    async def load(self):
        self.asked_id, self.edits, self.is_working, self.upload_error = "", "", False, ""
        wanted = (await self.get_state(PortfolioState)).shown_id
        offset = self.history.paging.offset if wanted == self.shown_id else 0
        self.shown_id, self.history = wanted, History()
        if wanted:
            self.history = await self._read(offset)

    @rx.event
    async def turn(self, pages: int):
        if pages in (-1, 1) and self.shown_id:
            self.history = await self._read(max(0, self.history.paging.offset + pages * PAGE))

    @rx.event
    async def started(self, text: str):
        """The file is kept; looking at it is the next thing."""
        import_id, self.upload_error = read_started(text if isinstance(text, str) else "")
        return rx.redirect(f"/imports/{import_id}") if import_id else None

    @rx.event
    async def ask(self, import_id: str):
        """What undoing would touch is looked up before anything is undone."""
        found = next((each for each in self.history.lines if each.id == import_id and each.then == UNDO), None)
        if found is None:
            return
        wanted = UUID(found.id)
        reach = await scope.call(lambda services, session, actor: services.imports.undo_reach(session, actor, wanted))
        self.edits, self.consequence = edits_in_words(reach.edits), consequence(reach)
        self.asked_what, self.asked_id = found.what, found.id

    @rx.event
    def keep(self):
        self.asked_id = ""

    @rx.event
    async def undo(self, edited: str):
        """`edited`: what becomes of positions that were changed since; empty where none was."""
        if not self.asked_id or edited not in ("", *(each.value for each in EditedSince)):
            return
        import_id, choice = UUID(self.asked_id), EditedSince(edited) if edited else None
        self.is_working = True
        yield
        async for event in self._do(
            lambda services, session, actor: services.imports.undo(session, actor, import_id, choice),
            f"{self.asked_what} is undone. It can be done again from the list of imports.",
            self.asked_id,
        ):
            yield event

    @rx.event
    async def redo(self, import_id: str):
        found = next((each for each in self.history.lines if each.id == import_id and each.then == REDO), None)
        if found is None:
            return
        wanted = UUID(found.id)
        async for event in self._do(
            lambda services, session, actor: services.imports.redo(session, actor, wanted),
            f"{found.what} is done again.",
        ):
            yield event

    @rx.event
    async def bring_back(self, import_id: str):
        """What an undoing took away with it; its page is gone, so this is asked for from the notice about it."""
        try:
            wanted = UUID(import_id)
            await scope.call(lambda services, session, actor: services.imports.redo(session, actor, wanted))
        except ValueError:
            return
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
        else:
            show(await self.get_state(NoticeState), Notice("The import is done again."))
        yield ShellState.load
        yield PortfolioListState.load

    async def _read(self, offset: int) -> History:
        wanted = UUID(self.shown_id)
        return await scope.call(lambda services, session, actor: read_history(services, session, actor, wanted, offset))

    async def _do(self, work: Callable[[Services, Session, Actor], object], said: str, undone: str = ""):
        """`undone`: the import that goes; where the portfolio goes with it, so does its page."""
        is_gone = False
        try:
            await scope.call(work)
            is_gone = bool(undone) and await self._is_gone()
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
        else:
            notice = Notice(f"{self.asked_what} is undone.", undo=f"{BRING_BACK}:{undone}") if is_gone else Notice(said)
            show(await self.get_state(NoticeState), notice)
        finally:
            self.asked_id, self.is_working = "", False
        yield ShellState.load
        if is_gone:
            yield rx.redirect("/portfolios")
            return
        yield PortfolioState.load
        yield HistoryState.load

    async def _is_gone(self) -> bool:
        wanted = UUID(self.shown_id)
        return await scope.call(
            lambda services, session, actor: services.portfolios.is_archived(session, actor, wanted)
        )


undoable(BRING_BACK, HistoryState.bring_back)


def read_history(services: Services, session: Session, actor: Actor, portfolio_id: UUID, offset: int) -> History:
    page = services.imports.history(session, actor, portfolio_id, PAGE, offset)
    return History(
        lines=tuple(line(record, page.may_change) for record in page.items),
        paging=paging(offset, len(page.items), page.total),
    )


def line(record: ImportRecord, may_change: bool) -> HistoryLine:
    then = UNDO if record.state is ImportState.CONFIRMED else REDO
    return HistoryLine(
        id=str(record.import_id),
        what=record.file_name or "A file without a name",
        did=_did(record),
        who=f"{record.imported_by}, {format.moment(record.confirmed_at)}",
        digest=record.sha256[:8],
        then=then if may_change else "",
    )


def _did(record: ImportRecord) -> str:
    """Schwab positions: 16 positions added, 2 already there, 3 lines skipped."""
    parts = [f"{plural(record.positions_imported, 'position')} added"]
    if record.mode is Mode.RECONCILE:
        parts = ["compared only"]
    if record.positions_removed:
        parts.append(f"{record.positions_removed:,} removed")
    if record.already_there:
        parts.append(f"{record.already_there:,} already there")
    if record.lines_skipped:
        parts.append(f"{plural(record.lines_skipped, 'line')} skipped")
    undone = f"; undone {format.moment(record.undone_at)} by {record.undone_by}" if record.undone_at else ""
    return f"{record.label}: {', '.join(parts)}{undone}"


def edits_in_words(edits: tuple[EditSince, ...]) -> str:
    if not edits:
        return ""
    names = format.listed([symbol_in_words(edit.symbol) for edit in edits], _NAMED)
    verb = "was" if len(edits) == 1 else "were"
    return f"{names} {verb} changed since the import. Everything else it created is removed."


def consequence(reach: UndoReach) -> str:
    """What follows, before anything is undone; an import may be in several accounts."""
    says_where = len(reach.accounts) > 1 and reach.going != reach.accounts
    where = f" in {format.listed(reach.accounts)}" if says_where else ""
    removed = f"Exactly the positions it created{where} are removed, and what it replaced comes back."
    if not reach.going:
        return f"{removed} It can be done again."
    goes, it = ("goes", "it") if len(reach.going) == 1 else ("go", "them")
    return f"{removed} {format.listed(reach.going)} {goes} with them: nothing else is in {it}."
