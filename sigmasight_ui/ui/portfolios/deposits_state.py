"""Deposits and withdrawals on a portfolio's page. Every change asks for a calculation, which then counts it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import reflex as rx
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.services.batch.schemas import Trigger
from sigmasight_ui.services.equity_changes.schemas import EquityChangeForm
from sigmasight_ui.ui import scope
from sigmasight_ui.ui.form_errors import field_errors, typed
from sigmasight_ui.ui.format import Amounts
from sigmasight_ui.ui.portfolios import deposits_rows
from sigmasight_ui.ui.portfolios.deposits_rows import PAGE, DepositForm, Deposits
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, refused, show, undoable
from sigmasight_ui.ui.unread import AWAY, status_of

RESTORE = "deposit"
CALCULATED = "The figures are calculated again."
Work = Callable[[Services, Session, Actor], object]


class DepositsState(rx.State):
    """`shown_id` is the portfolio, empty until it is known to be visible. `new_id` makes sending the form twice record
    it once."""

    shown_id: str = ""
    deposits: Deposits = Deposits()
    form: DepositForm = DepositForm()
    form_number: int = 0
    asks: bool = False
    errors: dict[str, str] = {}
    is_saving: bool = False
    _new_id: str = ""

    @rx.event
    async def load(self):
        self.asks, self.is_saving, self.errors = False, False, {}
        wanted = self.router.url.path.rstrip("/").rpartition("/")[2]
        try:
            portfolio_id = UUID(wanted)
            found = await scope.call(lambda services, session, actor: _read(services, session, actor, portfolio_id, 0))
        except (ValueError, AppError) as error:  # the page itself says so when there is no such portfolio
            self.shown_id, self.deposits = "", Deposits()
            if isinstance(error, AppError) and status_of(error) == AWAY:
                show(await self.get_state(NoticeState), refused(error))
            return
        self.shown_id, self.deposits = str(portfolio_id), found

    @rx.event
    async def turn(self, pages: int):
        if pages not in (-1, 1) or not self.shown_id:
            return
        portfolio_id, offset = UUID(self.shown_id), max(0, self.deposits.paging.offset + pages * PAGE)
        self.deposits = await scope.call(
            lambda services, session, actor: _read(services, session, actor, portfolio_id, offset)
        )

    @rx.event
    async def add(self):
        if self.shown_id:
            await self._ask(lambda services, session, actor, id: _new_form(services, session, actor, id))

    @rx.event
    async def edit(self, change_id: str):
        if self.shown_id and (wanted := _uuid(change_id)):
            await self._ask(lambda services, session, actor, id: _form_of(services, session, actor, id, wanted))

    @rx.event
    def keep(self):
        self.asks = False

    @rx.event
    async def save(self, form: dict[str, str]):
        if not self.shown_id or not self.asks:
            return
        self.is_saving, self.errors = True, {}
        yield
        portfolio_id, change_id, wanted = UUID(self.shown_id), _uuid(self.form.id), _typed(form, self.form.keeps_amount)
        new_id = UUID(self._new_id)
        try:
            self.deposits = await self._write(
                portfolio_id,
                lambda services, session, actor: (
                    services.equity_changes.record(session, actor, portfolio_id, wanted, new_id)
                    if change_id is None
                    else services.equity_changes.change(session, actor, portfolio_id, change_id, wanted)
                ),
            )
        except AppError as error:
            self.errors = field_errors(error)
            if not self.errors:
                self.asks = False
                show(await self.get_state(NoticeState), refused(error))
        else:
            self.asks = False
            said = "Recorded" if change_id is None else "Changed"
            show(await self.get_state(NoticeState), Notice(f"{said}. {CALCULATED}"))
        finally:
            self.is_saving = False

    @rx.event
    async def delete(self, change_id: str):
        wanted = _uuid(change_id)
        line = next((each for each in self.deposits.lines if each.id == change_id), None)
        if not self.shown_id or wanted is None or line is None:
            return
        portfolio_id = UUID(self.shown_id)
        try:
            self.deposits = await self._write(
                portfolio_id,
                lambda services, session, actor: services.equity_changes.delete(session, actor, portfolio_id, wanted),
            )
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
        else:
            undo = f"{RESTORE}:{portfolio_id}/{wanted}"
            show(await self.get_state(NoticeState), Notice(f"The {line.named} is deleted.", seconds=12, undo=undo))

    @rx.event
    async def restore(self, deleted: str):
        """deleted: the ids of portfolio and change, from the notice that told of the deletion."""
        portfolio, _, change = str(deleted).partition("/")
        portfolio_id, change_id = _uuid(portfolio), _uuid(change)
        if portfolio_id is None or change_id is None:
            return
        try:
            found = await self._write(
                portfolio_id,
                lambda services, session, actor: services.equity_changes.restore(
                    session, actor, portfolio_id, change_id
                ),
            )
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
            return
        if self.shown_id == str(portfolio_id):
            self.deposits = found
        show(await self.get_state(NoticeState), Notice("It is back."))

    async def _ask(self, read: Callable[[Services, Session, Actor, UUID], DepositForm]) -> None:
        portfolio_id = UUID(self.shown_id)
        try:
            form = await scope.call(lambda services, session, actor: read(services, session, actor, portfolio_id))
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
            return
        self.form, self.errors, self._new_id = form, {}, str(uuid4())
        self.form_number, self.asks = self.form_number + 1, True

    async def _write(self, portfolio_id: UUID, work: Work) -> Deposits:
        """What there is now."""
        offset = self.deposits.paging.offset

        def change_and_calculate(services: Services, session: Session, actor: Actor) -> Deposits:
            work(services, session, actor)
            services.batch.recalculate(session, actor, portfolio_id, Trigger.USER)
            return _read(services, session, actor, portfolio_id, offset)

        return await scope.call(change_and_calculate)


def _read(services: Services, session: Session, actor: Actor, portfolio_id: UUID, offset: int) -> Deposits:
    page = services.equity_changes.page(session, actor, portfolio_id, PAGE, offset)
    return deposits_rows.deposits(page, offset, services.clock.now(), Amounts(actor.privacy_mode))


def _new_form(services: Services, session: Session, actor: Actor, portfolio_id: UUID) -> DepositForm:
    return deposits_rows.new_form(*services.equity_changes.allowed_days(session, actor, portfolio_id))


def _form_of(services: Services, session: Session, actor: Actor, portfolio_id: UUID, change_id: UUID) -> DepositForm:
    found = services.equity_changes.get(session, actor, portfolio_id, change_id)
    days = services.equity_changes.allowed_days(session, actor, portfolio_id)
    return deposits_rows.form_of(found, *days, Amounts(actor.privacy_mode))


def _typed(form: object, keeps_amount: bool) -> EquityChangeForm:
    amount = typed(form, "deposit_amount")
    return EquityChangeForm(
        change_type=typed(form, "deposit_type"),
        amount=None if keeps_amount and not amount else amount,
        change_date=typed(form, "deposit_date"),
        notes=typed(form, "deposit_notes"),
    )


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


undoable(RESTORE, DepositsState.restore)
