"""Contributions and withdrawals: recorded, corrected and undone within their time limits, counted by valuation.

What is counted changes with the next calculation, which starts the portfolio's history over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.calendar import new_york_day
from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.errors import AppError, ErrorKind
from sigmasight_ui.services.access.schemas import Permission
from sigmasight_ui.services.access.service import AccessService
from sigmasight_ui.services.audit.service import AuditService
from sigmasight_ui.services.equity_changes import errors, repository, rules
from sigmasight_ui.services.equity_changes.models import EquityChange
from sigmasight_ui.services.equity_changes.rules import Values
from sigmasight_ui.services.equity_changes.schemas import (
    ChangeType,
    EquityChangeForm,
    EquityChangePage,
    EquityChangeView,
    Flow,
)
from sigmasight_ui.services.portfolios.service import PortfolioService


class EquityChangeService:
    def __init__(self, clock: Clock, access: AccessService, audit: AuditService, portfolios: PortfolioService) -> None:
        self._clock = clock
        self._access = access
        self._audit = audit
        self._portfolios = portfolios

    # Reading

    def page(
        self, session: Session, actor: Actor, portfolio_id: UUID, limit: int = 50, offset: int = 0
    ) -> EquityChangePage:
        self._access.require(session, actor, Permission.VIEW, portfolio_id)
        items = repository.page(session, portfolio_id, limit, offset)
        return EquityChangePage(tuple(map(_view, items)), *repository.totals(session, portfolio_id))

    def own(self, session: Session, actor: Actor, portfolio_id: UUID) -> tuple[EquityChangeView, ...]:
        """All of a portfolio of the actor's own, an archived one too, newest first."""
        self._access.require_owned(session, actor, portfolio_id)
        return tuple(map(_view, repository.page(session, portfolio_id, None, 0)))

    def get(self, session: Session, actor: Actor, portfolio_id: UUID, change_id: UUID) -> EquityChangeView:
        self._access.require(session, actor, Permission.VIEW, portfolio_id)
        row = self._find(session, portfolio_id, change_id)
        if row.deleted_at is not None:
            raise _refused("ERR_EQUITY_008", ErrorKind.NOT_FOUND)
        return _view(row)

    def allowed_days(self, session: Session, actor: Actor, portfolio_id: UUID) -> tuple[date, date]:
        """From the account's earliest purchase, or the day it was made here if that is earlier, to today in New York,
        whose days valuation counts."""
        created = new_york_day(self._portfolios.get(session, actor, portfolio_id).created_at)
        first_entry = self._portfolios.first_entry(session, actor, portfolio_id)
        first = created if first_entry is None else min(created, first_entry)
        return first, new_york_day(self._clock.now())

    def flows_of(self, session: Session, actor: Actor, portfolio_ids: Iterable[UUID]) -> tuple[Flow, ...]:
        """Of those of the portfolios that are visible, oldest first."""
        return repository.flows(session, self._access.visible_to(actor), portfolio_ids)

    def changed_at(self, session: Session, actor: Actor, portfolio_ids: Iterable[UUID]) -> dict[UUID, datetime]:
        """When flows of each portfolio were last touched; figures calculated before that are out of date."""
        return repository.changed_at(session, self._visible(session, actor, portfolio_ids))

    # Writing

    def record(
        self, session: Session, actor: Actor, portfolio_id: UUID, form: EquityChangeForm, change_id: UUID | None = None
    ) -> EquityChangeView:
        """With an id of the caller's, the same request twice records once."""
        self._open(session, actor, portfolio_id)
        values = self._checked(session, actor, portfolio_id, form)
        if change_id is not None and (known := repository.find(session, portfolio_id, change_id)):
            if known.deleted_at is not None or _values(known) != values:
                raise _refused("ERR_EQUITY_010")
            return _view(known)
        self._require_equity(session, actor, portfolio_id, values, None)
        now = self._clock.now()
        row = EquityChange(
            portfolio_id=portfolio_id, id=change_id or uuid4(), created_at=now, updated_at=now, **values._asdict()
        )
        repository.add(session, row)
        self._tell(session, actor, "record", row)
        return _view(row)

    def change(
        self, session: Session, actor: Actor, portfolio_id: UUID, change_id: UUID, form: EquityChangeForm
    ) -> EquityChangeView:
        self._open(session, actor, portfolio_id)
        row = self._live(session, portfolio_id, change_id)
        if rules.is_over(row.created_at, self._clock.now(), rules.EDITABLE):
            raise _refused("ERR_EQUITY_006")
        before = _values(row)
        values = self._checked(session, actor, portfolio_id, rules.as_typed(before._asdict(), form))
        if values != before:
            self._require_equity(session, actor, portfolio_id, values, row.id)
            self._write(session, row, updated_at=self._clock.now(), **values._asdict())
            self._tell(session, actor, "change", row)
        return _view(row)

    def delete(self, session: Session, actor: Actor, portfolio_id: UUID, change_id: UUID) -> None:
        self._open(session, actor, portfolio_id)
        row = self._live(session, portfolio_id, change_id)
        now = self._clock.now()
        if rules.is_over(row.created_at, now, rules.DELETABLE):
            raise _refused("ERR_EQUITY_007")
        self._write(session, row, deleted_at=now, updated_at=now)
        self._tell(session, actor, "delete", row)

    def restore(self, session: Session, actor: Actor, portfolio_id: UUID, change_id: UUID) -> EquityChangeView:
        """Undo of a deletion; nothing changes for one that is there."""
        self._open(session, actor, portfolio_id)
        row = self._find(session, portfolio_id, change_id)
        if row.deleted_at is not None:
            self._require_equity(session, actor, portfolio_id, _values(row), row.id)
            self._write(session, row, deleted_at=None, updated_at=self._clock.now())
            self._tell(session, actor, "restore", row)
        return _view(row)

    # Inside

    def _visible(self, session: Session, actor: Actor, portfolio_ids: Iterable[UUID]) -> list[UUID]:
        return repository.visible(session, self._access.visible_to(actor), portfolio_ids)

    def _open(self, session: Session, actor: Actor, portfolio_id: UUID) -> None:
        self._access.require(session, actor, Permission.MANAGE, portfolio_id)
        repository.lock(session, portfolio_id)

    def _find(self, session: Session, portfolio_id: UUID, change_id: UUID) -> EquityChange:
        row = repository.find(session, portfolio_id, change_id)
        if row is None:
            raise _refused("ERR_EQUITY_008", ErrorKind.NOT_FOUND)
        return row

    def _live(self, session: Session, portfolio_id: UUID, change_id: UUID) -> EquityChange:
        row = self._find(session, portfolio_id, change_id)
        if row.deleted_at is not None:
            raise _refused("ERR_EQUITY_009")
        return row

    def _checked(self, session: Session, actor: Actor, portfolio_id: UUID, form: EquityChangeForm) -> Values:
        values, problems = rules.read(form, *self.allowed_days(session, actor, portfolio_id))
        if values is None:
            raise errors.form_refused(problems)
        return values

    def _require_equity(
        self, session: Session, actor: Actor, portfolio_id: UUID, values: Values, without: UUID | None
    ) -> None:
        """A withdrawal takes at most what the account was worth that day: its newest snapshot by then, with the flows
        that were recorded since it was calculated."""
        if values.change_type != ChangeType.WITHDRAWAL:
            return
        net = repository.net_until(session, portfolio_id, values.change_date, without)
        worth = repository.worth(session, portfolio_id, values.change_date)
        if worth is None:
            equity = self._portfolios.get(session, actor, portfolio_id).equity_balance + net
        else:
            nav, counted = worth
            equity = nav - counted + net
        if values.amount > equity:
            raise errors.form_refused([rules.problem("ERR_EQUITY_003")])

    def _write(self, session: Session, row: EquityChange, **values: object) -> None:
        repository.change(session, row.portfolio_id, row.id, values)
        session.refresh(row)

    def _tell(self, session: Session, actor: Actor, verb: str, row: EquityChange) -> None:
        details = {"equity_change_id": str(row.id), "change_type": row.change_type, "date": row.change_date.isoformat()}
        target = ("portfolio", row.portfolio_id)
        self._audit.record(session, actor, f"equity_change.{verb}", target=target, details=details)


def _refused(code: str, kind: ErrorKind = ErrorKind.CONFLICT) -> AppError:
    return errors.refused(kind, rules.problem(code))


def _values(row: EquityChange) -> Values:
    return Values(row.change_type, row.amount, row.change_date, row.notes)


def _view(row: EquityChange) -> EquityChangeView:
    return EquityChangeView(
        id=row.id,
        portfolio_id=row.portfolio_id,
        change_type=ChangeType(row.change_type),
        amount=row.amount,
        change_date=row.change_date,
        notes=row.notes,
        created_at=row.created_at,
        editable_until=row.created_at + rules.EDITABLE,
        deletable_until=row.created_at + rules.DELETABLE,
    )
