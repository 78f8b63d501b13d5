"""One position picked from the table: where it came from, and editing, closing or deleting it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError
from sigmasight_ui.core.money import plain
from sigmasight_ui.services.imports.schemas.history import Provenance, SourceLine
from sigmasight_ui.services.portfolios.schemas import ClosedPosition, PositionChange, PositionView
from sigmasight_ui.ui import format, scope
from sigmasight_ui.ui.form_errors import typed
from sigmasight_ui.ui.format import Amounts, plural
from sigmasight_ui.ui.portfolios.detail_state import PortfolioState
from sigmasight_ui.ui.shell.notices import Notice, NoticeState, refused, show, undoable
from sigmasight_ui.ui.unread import AWAY, status_of
from sigmasight_ui.ui.words import symbol_in_words

NOTHING, SOURCE, EDIT, CLOSE = "", "source", "edit", "close"
RESTORE = "restore-position"
LISTED = 100
_FIELDS = {
    "Symbol": "symbol", "Quantity": "quantity", "Entry Price Per Share": "entry_price", "Entry Date": "entry_date",
    "Exit Price Per Share": "exit_price", "Exit Date": "exit_date",
}  # fmt: skip


@dataclass(frozen=True)
class Picked:
    """As it begins in the forms."""

    id: str = ""
    title: str = ""
    symbol: str = ""
    quantity: str = ""
    entry_price: str = ""
    entry_date: str = ""
    is_open: bool = True


@dataclass(frozen=True)
class Source:
    """One lot and the line of the file it came from; `cells` as they stand there."""

    quantity: str
    what: str
    when: str
    cells: str


@dataclass(frozen=True)
class Sources:
    finding: str = ""
    lots: list[Source] = field(default_factory=list)


class PositionState(rx.State):
    """`asks` is the dialog that is open: where it came from, edit, close, or none."""

    picked: Picked = Picked()
    asks: str = NOTHING
    sources: Sources = Sources()
    errors: dict[str, str] = {}
    is_working: bool = False

    @rx.event
    async def pick(self, position_id: str):
        """Looked up among what the person may see; anything else picks nothing."""
        self.asks, self.errors, self.is_working = NOTHING, {}, False
        try:
            wanted = UUID(str(position_id))
            self.picked = await scope.call(lambda services, session, actor: _pick(services, session, actor, wanted))
        except (ValueError, AppError) as error:
            self.picked = Picked()
            if isinstance(error, AppError) and status_of(error) == AWAY:
                show(await self.get_state(NoticeState), refused(error))

    @rx.event
    async def ask(self, what: str):
        if what not in (SOURCE, EDIT, CLOSE) or not self.picked.id:
            return
        self.errors = {}
        if what == SOURCE:
            position_id = UUID(self.picked.id)
            self.sources = await scope.call(
                lambda services, session, actor: _sources(services, session, actor, position_id)
            )
        self.asks = what

    @rx.event
    def leave(self, what: str):
        """A dialog has closed. When another has taken its place, that one stays."""
        if self.asks == what:
            self.asks, self.errors = NOTHING, {}

    @rx.event
    async def save(self, form: dict[str, str]):
        if self.asks != EDIT:
            return
        change = PositionChange(
            quantity=typed(form, "quantity") or None,
            entry_price=typed(form, "entry_price") or None,
            entry_date=typed(form, "entry_date"),
            symbol=typed(form, "symbol") if typed(form, "symbol") != self.picked.symbol else None,
        )
        self.is_working, self.errors = True, {}
        yield
        changed = await self._do(
            lambda services, session, actor, id_: services.positions.edit(session, actor, id_, change)
        )
        if isinstance(changed, PositionView):
            yield await self._done(f"{symbol_in_words(changed.symbol)} changed. Calculate now to see new figures.")

    @rx.event
    async def close(self, form: dict[str, str]):
        """All of it or a part; the gain is said at once. Pressed twice it is sold once: the dialog is gone by then."""
        if self.asks != CLOSE:
            return
        quantity, price, day = typed(form, "close_quantity"), typed(form, "exit_price"), typed(form, "exit_date")
        self.is_working, self.errors = True, {}
        yield
        realised = await self._do(
            lambda services, session, actor, id_: _realised(
                services.positions.close(session, actor, id_, quantity, price, day), Amounts(actor.privacy_mode)
            )
        )
        if isinstance(realised, str):
            yield await self._done(realised)

    @rx.event
    async def delete(self):
        title, position_id = self.picked.title, self.picked.id
        if await self._do(_delete):
            return await self._done(f"{title} is deleted.", undo=f"{RESTORE}:{position_id}")
        if refusal := self.errors.get("", ""):
            show(await self.get_state(NoticeState), Notice(refusal, "warn", seconds=0))
        return None

    @rx.event
    async def restore(self, position_id: str):
        try:
            wanted = UUID(str(position_id))
            back = await scope.call(lambda services, session, actor: services.positions.restore(session, actor, wanted))
        except ValueError:
            return None
        except AppError as error:
            show(await self.get_state(NoticeState), refused(error))
            return None
        return await self._done(f"{symbol_in_words(back.symbol)} is back.")

    async def _do(self, work: Callable[[Services, Session, Actor, UUID], object]) -> object:
        """What the service made of it; None after a refusal, which stands at its fields."""
        if not self.picked.id:
            return None
        position_id = UUID(self.picked.id)
        try:
            return await scope.call(lambda services, session, actor: work(services, session, actor, position_id))
        except AppError as error:
            self.errors = _errors(error)
            return None
        finally:
            self.is_working = False

    async def _done(self, said: str, undo: str = "") -> rx.event.EventSpec:
        self.asks, self.errors = NOTHING, {}
        show(await self.get_state(NoticeState), Notice(said, undo=undo))
        return PortfolioState.load


def _realised(closed: ClosedPosition, amounts: Amounts) -> str:
    name = symbol_in_words(closed.closed.symbol)
    gain = amounts.signed(closed.realised_pnl)
    return f"{name} {'closed in part' if closed.rest else 'closed'}: {gain} realised."


def _delete(services: Services, session: Session, actor: Actor, position_id: UUID) -> bool:
    services.positions.delete(session, actor, position_id)
    return True


undoable(RESTORE, PositionState.restore)


def _pick(services: Services, session: Session, actor: Actor, position_id: UUID) -> Picked:
    return _picked(services.positions.get(session, actor, position_id), Amounts(actor.privacy_mode))


def _picked(found: PositionView, amounts: Amounts) -> Picked:
    """What is hidden is not sent: left blank it stays as it is."""
    title = symbol_in_words(found.symbol)
    return Picked(
        id=str(found.id),
        title=title,
        symbol=found.symbol,
        quantity="" if amounts.hidden else plain(found.quantity),
        entry_price="" if amounts.hides_price(found.investment_class) else format.typed(found.entry_price),
        entry_date=found.entry_date.isoformat(),
        is_open=found.exit_date is None,
    )


def _errors(error: AppError) -> dict[str, str]:
    """By field of the form; what is about none stands under the empty name."""
    listed = (error.details or {}).get("errors") or [
        {"field": error.field, "message": error.message, "hint": error.hint, "code": error.code}
    ]
    found: dict[str, str] = {}
    for each in listed:
        name = _FIELDS.get(str(each.get("field")), "")
        found.setdefault(name, f"{each['message']} {each['hint']} ({each['code']})")
    return found


def _sources(services: Services, session: Session, actor: Actor, position_id: UUID) -> Sources:
    return sources(services.imports.provenance(session, actor, position_id), Amounts(actor.privacy_mode))


def sources(found: Provenance, amounts: Amounts) -> Sources:
    """137 held, in 2 lots of this portfolio."""
    lots = plural(len(found.lots), "lot")
    held = (
        f"{amounts.quantity(found.total_quantity)} held, {lots} of {symbol_in_words(found.symbol)} in this portfolio."
    )
    if len(found.lots) > LISTED:
        held += f" The first {LISTED} lots are shown."
    return Sources(held, [_source(line, amounts) for line in found.lots[:LISTED]])


def _source(line: SourceLine, amounts: Amounts) -> Source:
    record = line.record
    if record is None:
        what, when = "Entered by hand", ""
    else:
        where = f", line {line.line}" if line.line else ""
        what = f"{record.file_name}{where}"
        when = f"{record.label}, imported {format.moment(record.confirmed_at)}"
    if line.edited_at:
        when = f"{when}{', ' if when else ''}edited {format.moment(line.edited_at)}"
    cells = "" if line.cells is None or amounts.hidden else " | ".join(cell for cell in line.cells if cell)
    return Source(amounts.quantity(line.quantity), what, when, cells)
