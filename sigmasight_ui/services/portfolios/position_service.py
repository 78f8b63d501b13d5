"""Lots one by one: add, edit, close, delete and put back. Imports write through it too, so that every lot in the
database has passed the same rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core import ids
from sigmasight_ui.core.actor import Actor, writer
from sigmasight_ui.core.calendar import new_york_day
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.errors import not_found
from sigmasight_ui.core.money import ZERO, plain
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.access.service import AccessService
from sigmasight_ui.services.audit.service import AuditService
from sigmasight_ui.services.portfolios import errors, repository
from sigmasight_ui.services.portfolios.csv_cells import ENTRY_PRICE_DECIMALS, PRICE_DECIMALS, read_number
from sigmasight_ui.services.portfolios.csv_problems import CsvProblem, Findings, problem
from sigmasight_ui.services.portfolios.csv_rows import Cells, PositionRow
from sigmasight_ui.services.portfolios.csv_rules import SHARES_PER_CONTRACT, read_row
from sigmasight_ui.services.portfolios.schemas import (
    CheckedPosition,
    ClosedPosition,
    HeldLot,
    PositionChange,
    PositionForm,
    PositionView,
    Removal,
    values_of,
)

_OPTION_COLUMNS = ("underlying_symbol", "strike_price", "expiration_date", "option_type")


class PositionService:
    def __init__(self, clock: Clock, access: AccessService, audit: AuditService) -> None:
        self._clock = clock
        self._access = access
        self._audit = audit

    def check(self, forms: Iterable[tuple[int, PositionForm]], *, exact_prices: bool = False) -> list[CheckedPosition]:
        """Each numbered form by the rules of the file. `exact_prices`: converted from totals, so cents are too few."""
        today = new_york_day(self._clock.now())
        decimals = PRICE_DECIMALS if exact_prices else ENTRY_PRICE_DECIMALS
        return [_checked(number, form, today, decimals) for number, form in forms]

    def check_exact(self, forms: Iterable[tuple[int, PositionForm]]) -> list[CheckedPosition]:
        """The same for lots converted from a broker's totals, whose prices need more decimals than cents."""
        return self.check(forms, exact_prices=True)

    # -- by hand ---------------------------------------------------------------------------------------------------

    def get(self, session: Session, actor: Actor, position_id: UUID) -> PositionView:
        return self._find(session, actor, position_id)[1]

    def portfolio_of(self, session: Session, actor: Actor, position_id: UUID) -> UUID:
        return self._find(session, actor, position_id)[0]

    def add(
        self, session: Session, actor: Actor, portfolio_id: UUID, forms: Sequence[PositionForm]
    ) -> tuple[PositionView, ...]:
        """All of them or none; the refusal has every problem, with the number of the row from 1."""
        self._access.require(session, actor, Permission.MANAGE, portfolio_id)
        rows = _accepted(self.check(enumerate(forms, start=1)))
        made = self.insert(session, portfolio_id, [values_of(row) for row in rows])
        self._audit.record(
            session, actor, "position.add", target=("portfolio", portfolio_id), details={"positions": len(rows)}
        )
        return tuple(repository.position_views(session, made))

    def edit(self, session: Session, actor: Actor, position_id: UUID, change: PositionChange) -> PositionView:
        """What is typed counts as of today: later splits change it, earlier ones do not."""
        portfolio_id, present = self._find_for(session, actor, position_id)
        exact = present.entry_price != round(present.entry_price, ENTRY_PRICE_DECIMALS)
        (row,) = _accepted(self.check([(1, _changed(present, change))], exact_prices=exact))
        values = values_of(row)
        fields = sorted(name for name, value in values.items() if value != getattr(present, name))
        if change.entry_date is not None:
            values["entry_date_estimated"] = False
        if {"quantity", "entry_price"} & set(fields):
            values["created_at"] = self._clock.now()
        if fields or change.entry_date is not None:
            repository.change_position(session, position_id, {**values, "edited_at": self._clock.now()})
            self._touch(session, [portfolio_id])
            self._record(session, actor, "position.update", position_id, {"fields": fields})
        return self._find(session, actor, position_id)[1]

    def close(
        self, session: Session, actor: Actor, position_id: UUID, quantity: str, exit_price: str, exit_date: str
    ) -> ClosedPosition:
        """The whole lot, or a part of it: the rest stays open under the same id, the part becomes a lot of its own."""
        portfolio_id, present = self._find_for(session, actor, position_id)
        part = _part(present, quantity)
        form = replace(_form(present), quantity=plain(part), exit_price=exit_price.strip(), exit_date=exit_date.strip())
        _require_exit(form)
        (row,) = _accepted(self.check([(1, form)], exact_prices=True))
        now, rest = self._clock.now(), present.quantity - part
        if rest:
            closed_id = repository.split_lot(
                session, position_id, self._id(session, portfolio_id, row), part, rest, now
            )
        else:
            closed_id = position_id
        exits = {"exit_date": row.exit_date, "exit_price": row.exit_price, "edited_at": now}
        repository.change_position(session, closed_id, exits)
        self._touch(session, [portfolio_id])
        self._record(session, actor, "position.close", position_id, {"partly": bool(rest)})
        closed = self._find(session, actor, closed_id)[1]
        return ClosedPosition(
            closed=closed,
            rest=self._find(session, actor, position_id)[1] if rest else None,
            realised_pnl=realised_pnl(closed),
        )

    def delete(self, session: Session, actor: Actor, position_id: UUID) -> None:
        """Kept aside for a day, so that it can be put back."""
        portfolio_id, _ = self._find_for(session, actor, position_id)
        self.take_away(session, [position_id], Removal.DELETED, None)
        self._record(session, actor, "position.delete", position_id, {"portfolio_id": str(portfolio_id)})

    def restore(self, session: Session, actor: Actor, position_id: UUID) -> PositionView:
        """Puts back what `delete` took away."""
        portfolio_id = repository.deleted_from(session, self._access.visible_to(actor), position_id)
        if portfolio_id is None:
            raise not_found()
        self._access.require(session, actor, Permission.MANAGE, portfolio_id)
        self._touch(session, repository.put_back(session, [position_id]))
        self._record(session, actor, "position.restore", position_id, {"portfolio_id": str(portfolio_id)})
        return self._find(session, actor, position_id)[1]

    # -- for imports, which have asked for access themselves ---------------------------------------------------------

    def held(self, session: Session, portfolio_ids: Iterable[UUID], *, lock: bool = False) -> tuple[HeldLot, ...]:
        """Every lot of these portfolios with where it came from. `lock`: nobody else imports into them meanwhile."""
        wanted = sorted(portfolio_ids)
        if lock:
            repository.lock(session, wanted)
        return repository.held_lots(session, wanted)

    def of_import(self, session: Session, import_id: UUID) -> tuple[HeldLot, ...]:
        return repository.lots_of_import(session, import_id)

    def insert(self, session: Session, portfolio_id: UUID, rows: Sequence[Mapping[str, Any]]) -> list[UUID]:
        """Columns of lots that were checked; returns their ids in the same order."""
        created_at, taken = self._clock.now(), None
        values = []
        for row in rows:
            if taken is None:
                taken = repository.position_ids(session, portfolio_id) if ids.is_derived(portfolio_id) else set()
            identifier = _free_id(portfolio_id, row["symbol"], row["entry_date"], taken)
            taken.add(identifier)
            values.append({"created_at": created_at, **row, "id": identifier, "portfolio_id": portfolio_id})
        repository.add_positions(session, values)
        self._touch(session, [portfolio_id])
        return [row["id"] for row in values]

    def take_away(self, session: Session, position_ids: Sequence[UUID], cause: Removal, import_id: UUID | None) -> None:
        self._touch(session, repository.take_away(session, position_ids, cause, import_id, self._clock.now()))

    def put_back(self, session: Session, import_id: UUID, portfolio_ids: Sequence[UUID], cause: Removal) -> None:
        removed = repository.removed_by(session, import_id, portfolio_ids, cause)
        self._touch(session, repository.put_back(session, removed))

    def forget_deleted(self, session: Session, removed_before: datetime) -> int:
        """For the clock's jobs."""
        return repository.forget_deleted(session, removed_before)

    def forget_deleted_of(self, session: Session, import_id: UUID, portfolio_ids: Sequence[UUID]) -> None:
        """What was deleted by hand does not come back without the import it came from."""
        repository.forget_deleted_of(session, import_id, portfolio_ids)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _find(self, session: Session, actor: Actor, position_id: UUID) -> tuple[UUID, PositionView]:
        found = repository.find_position(session, self._access.visible_to(actor), position_id)
        if found is None:
            raise not_found()
        return found

    def _find_for(self, session: Session, actor: Actor, position_id: UUID) -> tuple[UUID, PositionView]:
        """As it is once its portfolio is locked: of two that sell at once, the second sells from what is left."""
        writer(actor)
        portfolio_id, _ = self._find(session, actor, position_id)
        self._access.require(session, actor, Permission.MANAGE, portfolio_id)
        repository.lock(session, [portfolio_id])
        return self._find(session, actor, position_id)

    def _touch(self, session: Session, portfolio_ids: Collection[UUID]) -> None:
        if portfolio_ids:
            repository.touch(session, portfolio_ids, self._clock.now())

    def _id(self, session: Session, portfolio_id: UUID, row: PositionRow) -> UUID:
        return _free_id(portfolio_id, row.symbol, row.entry_date, repository.position_ids(session, portfolio_id))

    def _record(self, session: Session, actor: Actor, action: str, position_id: UUID, details: dict[str, Any]) -> None:
        self._audit.record(session, actor, action, target=("position", position_id), details=details)


def realised_pnl(position: PositionView) -> Decimal | None:
    """Dollars gained by a closed lot, exactly; None while it is open."""
    if position.exit_price is None:
        return None
    shares = position.quantity * (SHARES_PER_CONTRACT if position.investment_class == "OPTIONS" else 1)
    return shares * (position.exit_price - position.entry_price)


def _checked(number: int, form: PositionForm, today: date, decimals: int) -> CheckedPosition:
    cells = Cells._make(map(str.strip, vars(form).values()))
    findings = Findings(number, number, cells.shown_symbol)
    row, _ = read_row(cells, today, findings, decimals)
    return CheckedPosition(number, None if findings.problems else row, tuple(findings.problems))


def _accepted(checked: Sequence[CheckedPosition]) -> list[PositionRow]:
    problems = [found for each in checked for found in each.problems]
    if problems:
        raise errors.position_refused(problems)
    return [each.position for each in checked if each.position is not None]


def _form(present: PositionView) -> PositionForm:
    return PositionForm(**{name: _text(getattr(present, name)) for name in PositionForm.__dataclass_fields__})


def _changed(present: PositionView, change: PositionChange) -> PositionForm:
    """The option columns follow a new symbol unless they are given too."""
    typed = {name: value for name, value in asdict(change).items() if value is not None}
    if "symbol" in typed or "investment_class" in typed:
        typed = {**dict.fromkeys((*_OPTION_COLUMNS, "investment_subtype"), ""), **typed}
    if "symbol" in typed:
        typed.setdefault("investment_class", "")
    return replace(_form(present), **typed)


def _text(value: str | Decimal | date | None) -> str:
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)


def _part(present: PositionView, typed: str) -> Decimal:
    """How much of the lot to close, with its sign; everything when nothing is typed."""
    if present.exit_date is not None:
        raise errors.already_closed()
    if not typed.strip():
        return present.quantity
    number = read_number(typed.strip())
    if number is None or not ZERO < abs(number) <= abs(present.quantity):
        raise errors.more_than_there_is(present.symbol, present.quantity)
    return abs(number).copy_sign(present.quantity)


def _require_exit(form: PositionForm) -> None:
    """Both blank would only mean that nothing is closed."""
    missing = [name for name in ("exit date", "exit price") if not getattr(form, name.replace(" ", "_"))]
    found: list[CsvProblem] = [
        problem("ERR_POS_025", field=name.title().replace("Price", "Price Per Share"), facts={"column": name})
        for name in missing
    ]
    if found:
        raise errors.position_refused(found)


def _free_id(portfolio_id: UUID, symbol: str, entry_date: date, taken: set[UUID]) -> UUID:
    """Derived where the portfolio's is; equal lots count on."""
    derived = ids.is_derived(portfolio_id)
    found = ids.position_id(portfolio_id, symbol, entry_date, derived)
    number = 1
    while found in taken:
        number += 1
        found = ids.position_id(portfolio_id, f"{symbol}#{number}", entry_date, derived)
    return found
