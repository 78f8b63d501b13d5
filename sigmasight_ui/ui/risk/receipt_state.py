"""The receipt that is open: one at a time, fetched when its figure is pressed, recomputed when that is asked for."""

from __future__ import annotations

from uuid import UUID

import reflex as rx

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.services.risk.schemas import Recomputed
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.risk.receipts import Receipt, different, stored
from sigmasight_ui.ui.risk.state import RiskState, known_receipt
from sigmasight_ui.ui.shell.state import ShellState, account_of


class ReceiptState(rx.State):
    """`verdict` after a recomputation; `is_same` says which. `problem`: why it could not be made."""

    receipt: Receipt = Receipt()
    is_recomputing: bool = False
    is_same: bool = False
    verdict: str = ""
    _key: str = ""

    @rx.event
    def load(self):
        """None is open on a page that was just loaded; the amounts of the last one may have been hidden since."""
        self.receipt, self._key, self.verdict, self.is_recomputing = Receipt(), "", "", False

    @rx.event
    async def show(self, key: str):
        """What the page knows at once, then what is stored behind it; some figures have nothing stored."""
        shown = known_receipt(await self.get_state(RiskState), str(key))
        self.receipt, self._key, self.verdict, self.is_recomputing = shown, str(key), "", False
        if not shown.title:
            return
        yield
        account = await self._account()
        try:
            found = await scope.call_open(
                lambda services, open_, actor: services.risk.receipt(open_, actor, account, self._key)
            )
        except AppError:
            return  # what the page knows stays
        self.receipt = stored(shown, found)

    @rx.event
    async def recompute(self):
        self.is_recomputing, self.verdict = True, ""
        yield
        account, key = await self._account(), self._key
        try:
            found = await scope.call_open(lambda services, open_, actor: _again(services, open_, actor, account, key))
        except AppError as error:
            self.is_same, self.verdict = False, error.sentence
        else:
            self.is_same, self.verdict = found.same, "Recomputed, same hash" if found.same else different(found)
        finally:
            self.is_recomputing = False

    async def _account(self) -> UUID | None:
        return account_of(await self.get_state(ShellState))


def _again(services: Services, open_: Transactions, actor: Actor, account: UUID | None, key: str) -> Recomputed:
    services.risk.admit(open_, actor)
    return services.risk.recompute(open_, actor, account, key)
