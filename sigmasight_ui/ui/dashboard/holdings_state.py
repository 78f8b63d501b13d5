"""The holdings table: one page of it, sorted and filtered where the rows are stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.risk.schemas import HoldingsSort
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.dashboard.holdings_rows import ALPHABETICAL, Holdings, holdings
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.shell.state import ShellState, account_of

PAGE_SIZES = (12, 25)
PRINTED = 1000
LONGEST_FILTER = 60
SORT_KEYS = tuple(each.value for each in HoldingsSort)


@dataclass(frozen=True)
class Wanted:
    """A page as asked for; every value has been checked."""

    account: UUID | None
    sort: HoldingsSort
    descending: bool
    contains: str
    limit: int
    offset: int
    opened: tuple[str, ...]


class HoldingsState(rx.State):
    is_loaded: bool = False
    table: Holdings = Holdings()
    sorted_by: str = HoldingsSort.MARKET_VALUE.value
    descending: bool = True
    contains: str = ""
    page_size: int = PAGE_SIZES[0]
    is_dense: bool = False
    expanded: list[str] = []
    filter_number: int = 0
    is_printed: bool = False
    _offset: int = 0
    _account: str = ""

    @rx.event
    async def load(self):
        """Another account begins on its first page, unfiltered."""
        account = (await self.get_state(ShellState)).selected
        self.is_printed = False
        if account != self._account:
            self._account, self._offset, self.expanded = account, 0, []
            self._clear_filter()
        await self._read()

    @rx.event
    async def sort(self, key: str):
        if key not in SORT_KEYS:
            return
        chosen = HoldingsSort(key)
        self.descending = not self.descending if key == self.sorted_by else chosen not in ALPHABETICAL
        self.sorted_by, self._offset = chosen.value, 0
        await self._read()

    @rx.event
    async def filter(self, text: str):
        self.contains, self._offset = text.strip()[:LONGEST_FILTER] if isinstance(text, str) else "", 0
        await self._read()

    @rx.event
    async def clear_filter(self):
        self._clear_filter()
        await self._read()

    @rx.event
    async def choose_page_size(self, size: str):
        if size in map(str, PAGE_SIZES):
            self.page_size, self._offset = int(size), 0
            await self._read()

    @rx.event
    async def turn(self, pages: int):
        if pages in (-1, 1):
            self._offset = max(0, self._offset + pages * self.page_size)
            await self._read()

    @rx.event
    async def print_whole(self):
        """For paper the whole table, and back to its page afterwards."""
        self.is_printed = not self.is_printed
        await self._read()

    @rx.event
    def choose_density(self, density: str):
        self.is_dense = density == "dense"

    @rx.event
    async def toggle(self, symbol: str):
        """A holding may have any number of lots: they are read once it is expanded."""
        if symbol in self.expanded:
            self.expanded = [each for each in self.expanded if each != symbol]
        elif any(line.symbol == symbol for line in self.table.lines):
            before, self.expanded = self.expanded, [*self.expanded, symbol]
            if not await self._read():
                self.expanded = before

    def _clear_filter(self) -> None:
        """The field keeps what is typed in it: a new number makes it a new field."""
        self.contains, self._offset, self.filter_number = "", 0, self.filter_number + 1

    async def _read(self) -> bool:
        """False when the rows stayed as they were; the page itself says why."""
        shell = await self.get_state(ShellState)
        if not shell.accounts:
            return False
        size, offset = (PRINTED, 0) if self.is_printed else (self.page_size, self._offset)
        sort = HoldingsSort(self.sorted_by)
        opened = tuple(self.expanded)
        wanted = Wanted(account_of(shell), sort, self.descending, self.contains, size, offset, opened)
        try:
            table = await scope.call(lambda services, session, actor: read(services, session, actor, wanted))
        except AppError:
            return False
        self.table, self.is_loaded = table, True
        if not self.is_printed:
            self._offset = table.paging.offset
        return True


def read(services: Services, session: Session, actor: Actor, wanted: Wanted) -> Holdings:
    amounts = Amounts(actor.privacy_mode)
    page = services.risk.holdings(
        session,
        actor,
        wanted.account,
        sort=wanted.sort,
        descending=wanted.descending,
        contains=wanted.contains,
        limit=wanted.limit,
        offset=wanted.offset,
        opened=wanted.opened,
    )
    if not page.items and wanted.offset:  # the table became shorter than the page that was open
        last = max(0, (page.total.holdings - 1) // wanted.limit * wanted.limit)
        return read(services, session, actor, replace(wanted, offset=last))
    return holdings(page, amounts, {} if wanted.account else _account_names(services, session, actor))


def _account_names(services: Services, session: Session, actor: Actor) -> dict[UUID, str]:
    return {row.id: row.account_name for row in services.portfolios.list_visible(session, actor)}
