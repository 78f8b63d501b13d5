"""What if: changes of quantities in a scratch copy of one account. Nothing is written."""

from __future__ import annotations

from uuid import UUID

import reflex as rx

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.risk.schemas import PositionChange
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.form_errors import typed
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.risk.what_if_rows import (
    MOST_CHANGES,
    TOO_MANY,
    ChangeLine,
    Comparison,
    change_lines,
    comparison,
    read_change,
)
from sigmasight_ui.ui.shell.state import ShellState, account_of

LONGEST = 40
ONE_ACCOUNT = "A change is tried in one account. Choose one at the top of the page."


class WhatIfState(rx.State):
    """`problem` says why there is no comparison. `forms` counts accepted changes: a new number empties the fields."""

    is_open: bool = False
    changes: list[ChangeLine] = []
    compared: Comparison = Comparison()
    errors: dict[str, str] = {}
    problem: str = ""
    everything: bool = False
    is_comparing: bool = False
    forms: int = 0
    _changes: list[PositionChange] = []
    _account: str = ""

    @rx.event
    async def load(self):
        """Another account begins without changes; the same one is compared anew."""
        account = (await self.get_state(ShellState)).selected
        self.errors, self.is_comparing = {}, False
        if account != self._account:
            self._account, self.is_open = account, False
            self._set([])
            self.problem, self.compared = "", Comparison()
        elif self._changes:
            await self._compare()

    @rx.event
    async def toggle(self):
        """What cannot be tried here is said before anything is typed."""
        self.is_open = not self.is_open
        if self.is_open and account_of(await self.get_state(ShellState)) is None:
            self.problem = ONE_ACCOUNT

    @rx.event
    async def add(self, form: dict[str, str]):
        change, self.errors = read_change(
            typed(form, "what-if-symbol", LONGEST), typed(form, "what-if-quantity", LONGEST)
        )
        if change is None:
            return
        if len(self._changes) >= MOST_CHANGES:
            self.errors = {"what-if-symbol": TOO_MANY}
            return
        self.is_comparing = True
        yield
        others = [each for each in self._changes if each.symbol != change.symbol]
        self._set([*others, change])
        await self._compare()
        if self.problem:
            self._set(others)
        else:
            self.forms += 1
        self.is_comparing = False

    @rx.event
    async def remove(self, symbol: str):
        self._set([each for each in self._changes if each.symbol != symbol])
        await self._compare()

    @rx.event
    async def show_all(self):
        self.everything = not self.everything
        await self._compare()

    def _set(self, changes: list[PositionChange]) -> None:
        self._changes, self.changes = changes, change_lines(changes)

    async def _compare(self) -> None:
        account = account_of(await self.get_state(ShellState))
        self.problem = "" if account is not None else ONE_ACCOUNT
        if account is None or not self._changes:
            self.compared = Comparison()
            return
        changes, everything = list(self._changes), self.everything
        try:
            self.compared = await scope.call_open(
                lambda services, open_, actor: _compared(services, open_, actor, account, changes, everything)
            )
        except AppError as error:
            self.problem = f"{error.sentence} ({error.code})"


def _compared(
    services: Services,
    open_: Transactions,
    actor: Actor,
    account: UUID,
    changes: list[PositionChange],
    everything: bool,
) -> Comparison:
    services.risk.admit(open_, actor)
    found = services.risk.what_if(open_, actor, account, changes)
    return comparison(found, Amounts(actor.privacy_mode), everything=everything)
