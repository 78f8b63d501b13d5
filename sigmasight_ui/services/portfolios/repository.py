"""All SQL of the portfolios room. Callers bring the filter of what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sigmasight_ui.services.portfolios.models import ACCOUNT_NAME_INDEX, Portfolio, Position
from sigmasight_ui.services.portfolios.schemas import Lot, PositionView

_CLASHES = (ACCOUNT_NAME_INDEX, "pk_portfolios")
_VIEW = tuple(getattr(Position, name) for name in PositionView.__dataclass_fields__)
_LOT = tuple(getattr(Position, name) for name in Lot._fields)


def visible(session: Session, ids: SelectOfScalar[UUID]) -> list[tuple[Portfolio, int]]:
    """With their numbers of lots, oldest first."""
    lots = select(func.count()).where(Position.portfolio_id == Portfolio.id).scalar_subquery()
    query = (
        select(Portfolio, lots)
        .where(col(Portfolio.id).in_(ids))
        .order_by(col(Portfolio.created_at), col(Portfolio.account_name), col(Portfolio.id))
    )
    return [(portfolio, count) for portfolio, count in session.execute(query)]


def find(session: Session, ids: SelectOfScalar[UUID], portfolio_id: UUID) -> Portfolio | None:
    query = select(Portfolio).where(Portfolio.id == portfolio_id, col(Portfolio.id).in_(ids))
    return session.exec(query).first()


def count_positions(session: Session, portfolio_id: UUID) -> int:
    return session.exec(select(func.count()).where(Position.portfolio_id == portfolio_id)).one()


def owners(session: Session) -> dict[UUID, UUID]:
    query = select(Portfolio.id, Portfolio.owner_id).where(col(Portfolio.archived_at).is_(None))
    return dict(session.execute(query.order_by(col(Portfolio.created_at))).tuples().all())


def owned_ids(session: Session, owner: UUID) -> set[UUID]:
    """Archived portfolios too: their ids are still taken."""
    return set(session.exec(select(Portfolio.id).where(Portfolio.owner_id == owner)))


def find_account(session: Session, owner: UUID, account_name: str) -> UUID | None:
    """The person's portfolio with this account name, by the same comparison as the unique index."""
    query = select(Portfolio.id).where(
        Portfolio.owner_id == owner,
        func.lower(func.btrim(col(Portfolio.account_name))) == func.lower(func.btrim(account_name)),
        col(Portfolio.archived_at).is_(None),
    )
    return session.exec(query).first()


def add(session: Session, portfolio: Portfolio) -> bool:
    """False when the account name was taken by somebody faster; the transaction goes on either way."""
    try:
        with session.begin_nested():
            session.add(portfolio)
    except IntegrityError as error:
        return _unless_name_clash(error)
    return True


def change(session: Session, portfolio_id: UUID, values: dict[str, Any]) -> bool:
    """False when the new account name is taken."""
    try:
        with session.begin_nested():
            session.execute(update(Portfolio).where(col(Portfolio.id) == portfolio_id).values(**values))
    except IntegrityError as error:
        return _unless_name_clash(error)
    return True


def _unless_name_clash(error: IntegrityError) -> bool:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if constraint not in _CLASHES:
        raise error
    return False


def archive(session: Session, portfolio_id: UUID, now: datetime) -> None:
    session.execute(update(Portfolio).where(col(Portfolio.id) == portfolio_id).values(archived_at=now))


def add_positions(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Many rows per statement, past the bookkeeping of objects: ten thousand take a third of a second."""
    if rows:
        session.connection().execute(insert(Position), rows)


def positions(session: Session, portfolio_id: UUID, limit: int, offset: int) -> list[PositionView]:
    query = (
        select(*_VIEW)
        .where(Position.portfolio_id == portfolio_id)
        .order_by(col(Position.symbol), col(Position.entry_date), col(Position.id))
        .limit(limit)
        .offset(offset)
    )
    return [PositionView(*row) for row in session.execute(query)]


def expiring(session: Session, ids: SelectOfScalar[UUID], only: Iterable[UUID], until: date) -> tuple[Lot, ...]:
    """Open options, soonest first."""
    query = (
        select(*_LOT)
        .where(
            col(Position.portfolio_id).in_(ids),
            col(Position.portfolio_id).in_(list(only)),
            col(Position.exit_date).is_(None),
            col(Position.expiration_date) <= until,
        )
        .order_by(col(Position.expiration_date), col(Position.symbol), col(Position.id))
    )
    return tuple(map(Lot._make, session.execute(query)))


def lots(
    session: Session, ids: SelectOfScalar[UUID], only: Iterable[UUID], symbols: Sequence[str] | None = None
) -> tuple[Lot, ...]:
    """Ordered so that two runs see the same sequence."""
    query = (
        select(*_LOT)
        .where(col(Position.portfolio_id).in_(ids), col(Position.portfolio_id).in_(list(only)))
        .order_by(col(Position.portfolio_id), col(Position.symbol), col(Position.entry_date), col(Position.id))
    )
    if symbols is not None:
        query = query.where(col(Position.symbol).in_(list(symbols)))
    return tuple(map(Lot._make, session.execute(query)))
