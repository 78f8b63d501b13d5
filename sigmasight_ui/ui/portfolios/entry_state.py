"""Adding positions by hand. What is typed stays in the grid until all of it is right; then all of it is saved."""

from __future__ import annotations

from uuid import UUID

import reflex as rx

from sigmasight_ui.core.errors import AppError
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.format import plural
from sigmasight_ui.ui.portfolios import entry_rows
from sigmasight_ui.ui.portfolios.detail_state import FOUND
from sigmasight_ui.ui.portfolios.entry_rows import COLUMNS, FEW, MOST_ROWS, EntryRow
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, show
from sigmasight_ui.ui.unread import problem_of, status_of


class EntryState(rx.State):
    status: str = ""
    shown_id: str = ""
    account: str = ""
    rows: list[EntryRow] = []
    is_wide: bool = False
    summary: str = ""
    problem: str = ""
    is_adding: bool = False

    @rx.event
    async def load(self):
        """What was typed for this portfolio is still there after a look elsewhere."""
        wanted = self.router.url.path.rstrip("/").removesuffix("/add").rpartition("/")[2]
        self.is_adding, self.problem = False, ""
        try:
            portfolio_id = UUID(wanted)
            row = await scope.call(
                lambda services, session, actor: services.portfolios.get(session, actor, portfolio_id)
            )
        except (ValueError, AppError) as error:
            self.status, self.problem = status_of(error), problem_of(error)
            return
        if wanted != self.shown_id:
            self._take(entry_rows.blank())
            self.is_wide = False
        self.shown_id, self.account, self.status = wanted, row.account_name, FOUND

    @rx.event
    def edit(self, number: int, column: int, text: str):
        known = isinstance(number, int) and 1 <= number <= len(self.rows)
        if not (known and isinstance(column, int) and 0 <= column < len(COLUMNS) and isinstance(text, str)):
            return
        if text.strip() != self.rows[number - 1].cells[column]:
            self._take(entry_rows.edited(self.rows, number, column, text.strip()))

    @rx.event
    def paste(self, message: str):
        if isinstance(message, str):
            self._take(entry_rows.pasted(self.rows, message))

    @rx.event
    def more_rows(self):
        if len(self.rows) < MOST_ROWS:
            self._take([*self.rows, *entry_rows.blank(first=len(self.rows) + 1)])

    @rx.event
    def choose_columns(self, which: str):
        self.is_wide = which == "all"

    @rx.event
    async def add(self):
        if self.status != FOUND:
            return
        forms = entry_rows.forms(self.rows)
        if not forms:
            self.problem = "Type at least one position."
            return
        self.is_adding, self.problem = True, ""
        yield
        portfolio_id = UUID(self.shown_id)
        try:
            added = await scope.call(
                lambda services, session, actor: services.positions.add(session, actor, portfolio_id, forms)
            )
        except AppError as error:
            self._refuse(error)
        else:
            self._take(entry_rows.blank())
            count = plural(len(added), "position")
            show(await self.get_state(NoticeState), Notice(f"{count} added. Calculate now to see new figures."))
            yield rx.redirect(f"/portfolios/{portfolio_id}")
        finally:
            self.is_adding = False

    def _refuse(self, error: AppError) -> None:
        listed = (error.details or {}).get("errors", [])
        if listed:
            self._take(entry_rows.with_problems(self.rows, listed))
            self.problem = f"Nothing was saved. {plural(len(listed), 'issue')} to correct."
        else:
            self.problem = f"{error.sentence} ({error.code})"

    def _take(self, rows: list[EntryRow]) -> None:
        self.rows, self.summary = rows, entry_rows.summary(rows)
        self.is_wide = self.is_wide or entry_rows.needs_many_columns(rows) or any(any(row.wrong[FEW:]) for row in rows)
