"""All SQL of the portfolios room. Callers bring the filter of what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, func, insert, text, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sigmasight_ui.core.unique import unless_taken
from sigmasight_ui.services.portfolios.models import ACCOUNT_NAME_INDEX, Portfolio, Position, RemovedPosition
from sigmasight_ui.services.portfolios.schemas import HeldLot, Lot, PortfolioRow, PositionView, Removal

_CLASHES = (ACCOUNT_NAME_INDEX, "pk_portfolios")
_ROW = tuple(getattr(Portfolio, name) for name in PortfolioRow.__dataclass_fields__ if name != "positions")
_VIEW = tuple(getattr(Position, name) for name in PositionView.__dataclass_fields__)
_LOT = tuple(getattr(Position, name) for name in Lot._fields)
_HELD = tuple(getattr(Position, name) for name in HeldLot._fields)


def visible(session: Session, ids: SelectOfScalar[UUID], only: UUID | None = None) -> list[PortfolioRow]:
    """All of them, oldest first, or this one."""
    rows = session.execute(_visible(ids)) if only is None else session.execute(_this_one(ids), {"id": only})
    return [PortfolioRow(*row) for row in rows]


@lru_cache(maxsize=256)
def _visible(ids: SelectOfScalar[UUID]) -> Select[Any]:
    """Kept for those who were here last, 11 KB each: every section of every page begins with it."""
    columns = (*_ROW, select(func.count()).where(Position.portfolio_id == Portfolio.id).scalar_subquery())
    query: Select[Any] = (
        select(*columns)
        .where(col(Portfolio.id).in_(ids))
        .order_by(col(Portfolio.created_at), col(Portfolio.account_name), col(Portfolio.id))
    )
    return query


@lru_cache(maxsize=256)
def _this_one(ids: SelectOfScalar[UUID]) -> Select[Any]:
    return _visible(ids).where(col(Portfolio.id) == bindparam("id"))


def find(session: Session, ids: SelectOfScalar[UUID], portfolio_id: UUID) -> Portfolio | None:
    query = select(Portfolio).where(Portfolio.id == portfolio_id, col(Portfolio.id).in_(ids))
    return session.exec(query).first()


def count_positions(session: Session, portfolio_id: UUID) -> int:
    return session.exec(select(func.count()).where(Position.portfolio_id == portfolio_id)).one()


def first_entry(session: Session, portfolio_id: UUID) -> date | None:
    return session.exec(select(func.min(Position.entry_date)).where(Position.portfolio_id == portfolio_id)).one()


def owners(session: Session) -> dict[UUID, UUID]:
    query = select(Portfolio.id, Portfolio.owner_id).where(col(Portfolio.archived_at).is_(None))
    return dict(session.execute(query.order_by(col(Portfolio.created_at))).tuples().all())


def owned_ids(session: Session, owner: UUID) -> set[UUID]:
    """Archived portfolios too: their ids are still taken."""
    return set(session.exec(select(Portfolio.id).where(Portfolio.owner_id == owner)))


def count_owned(session: Session, owner: UUID) -> int:
    """Those in use."""
    query = select(func.count()).where(Portfolio.owner_id == owner, col(Portfolio.archived_at).is_(None))
    return session.exec(query).one()


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
    return unless_taken(session, lambda: session.add(portfolio), *_CLASHES)


def change(session: Session, portfolio_id: UUID, values: dict[str, Any]) -> bool:
    """False when the new account name is taken."""
    statement = update(Portfolio).where(col(Portfolio.id) == portfolio_id).values(**values)
    return unless_taken(session, lambda: session.execute(statement), *_CLASHES)


def archive(session: Session, portfolio_id: UUID, now: datetime) -> None:
    session.execute(update(Portfolio).where(col(Portfolio.id) == portfolio_id).values(archived_at=now))


def find_archived(session: Session, owner: UUID, portfolio_id: UUID) -> Portfolio | None:
    query = select(Portfolio).where(
        Portfolio.id == portfolio_id, Portfolio.owner_id == owner, col(Portfolio.archived_at).is_not(None)
    )
    return session.exec(query).first()


def archived_at(session: Session, owner: UUID) -> dict[UUID, datetime]:
    """Of the archived ones alone."""
    query = select(Portfolio.id, Portfolio.archived_at).where(
        Portfolio.owner_id == owner, col(Portfolio.archived_at).is_not(None)
    )
    return {each.id: each.archived_at for each in session.execute(query)}


def add_positions(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Many rows per statement, past the bookkeeping of objects: ten thousand take a third of a second."""
    if rows:
        session.connection().execute(insert(Position), rows)


_POSITIONS = (
    select(*_VIEW)
    .where(Position.portfolio_id == bindparam("of"))
    .order_by(col(Position.symbol), col(Position.entry_date), col(Position.id))
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)


def positions(session: Session, portfolio_id: UUID, limit: int, offset: int) -> list[PositionView]:
    rows = session.execute(_POSITIONS, {"of": portfolio_id, "limit": limit, "offset": offset})
    return [PositionView(*row) for row in rows]


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


# -- lots one by one, and lots that were taken away ----------------------------------------------------------------


def find_position(session: Session, ids: SelectOfScalar[UUID], position_id: UUID) -> tuple[UUID, PositionView] | None:
    """With the portfolio it is in."""
    query = select(Position.portfolio_id, *_VIEW).where(Position.id == position_id, col(Position.portfolio_id).in_(ids))
    row = session.execute(query).first()
    return None if row is None else (row[0], PositionView(*row[1:]))


def position_views(session: Session, position_ids: Sequence[UUID]) -> list[PositionView]:
    """In the order asked for."""
    rows = session.execute(select(*_VIEW).where(col(Position.id).in_(position_ids)))
    found = {row[0]: PositionView(*row) for row in rows}
    return [found[position_id] for position_id in position_ids]


def position_ids(session: Session, portfolio_id: UUID) -> set[UUID]:
    """Those taken away too: they may come back."""
    present = session.exec(select(Position.id).where(Position.portfolio_id == portfolio_id))
    removed = session.exec(select(RemovedPosition.id).where(RemovedPosition.portfolio_id == portfolio_id))
    return {*present, *removed}


def held_lots(session: Session, portfolio_ids: Sequence[UUID]) -> tuple[HeldLot, ...]:
    query = (
        select(*_HELD)
        .where(col(Position.portfolio_id).in_(list(portfolio_ids)))
        .order_by(col(Position.symbol), col(Position.entry_date), col(Position.id))
    )
    return tuple(map(HeldLot._make, session.execute(query)))


def lots_of_import(session: Session, import_id: UUID) -> tuple[HeldLot, ...]:
    query = select(*_HELD).where(Position.import_id == import_id).order_by(col(Position.import_line), col(Position.id))
    return tuple(map(HeldLot._make, session.execute(query)))


def lock(session: Session, portfolio_ids: Sequence[UUID]) -> None:
    """Until the end of the transaction; in one order for all, or two could wait for each other."""
    query = select(Portfolio.id).where(col(Portfolio.id).in_(list(portfolio_ids))).order_by(col(Portfolio.id))
    session.exec(query.with_for_update()).all()


def change_position(session: Session, position_id: UUID, values: dict[str, Any]) -> None:
    session.execute(update(Position).where(col(Position.id) == position_id).values(**values))


_SPLIT = text("""
    insert into positions select p.* from positions s, jsonb_populate_record(
        s, jsonb_build_object('id', cast(:new as uuid), 'quantity', cast(:part as numeric), 'content_hash', null,
                              'broker_id', null)
    ) p where s.id = :id
""")
_TAKE_AWAY = text("""
    with gone as (delete from positions where id = any(cast(:ids as uuid[])) returning *)
    insert into removed_positions (id, portfolio_id, cause, import_id, lot, removed_at)
    select id, portfolio_id, :cause, cast(:import_id as uuid), to_jsonb(gone), :now from gone returning portfolio_id
""")
_PUT_BACK = text("""
    with back as (delete from removed_positions where id = any(cast(:ids as uuid[])) returning lot)
    insert into positions select p.* from back, jsonb_populate_record(null::positions, back.lot) p
    returning portfolio_id
""")


def split_lot(session: Session, position_id: UUID, new_id: UUID, part: Decimal, rest: Decimal, now: datetime) -> UUID:
    """The part as a lot of its own, the same in everything but its quantity; its id. What a file knows the lot by
    stays with the rest, or one row of a file would stand for two lots."""
    session.execute(_SPLIT, {"id": position_id, "new": new_id, "part": part})
    change_position(session, position_id, {"quantity": rest, "edited_at": now})
    return new_id


def take_away(
    session: Session, ids: Sequence[UUID], cause: Removal, import_id: UUID | None, now: datetime
) -> set[UUID]:
    """Kept word for word, so that they can be put back; the portfolios they were in."""
    values = {"ids": list(ids), "cause": cause.value, "import_id": import_id, "now": now}
    return set(session.execute(_TAKE_AWAY, values).scalars())


def put_back(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """The portfolios they are in again."""
    return set(session.execute(_PUT_BACK, {"ids": list(ids)}).scalars())


def touch(session: Session, portfolio_ids: Iterable[UUID], now: datetime) -> None:
    which = col(Portfolio.id).in_(list(portfolio_ids))
    session.execute(update(Portfolio).where(which).values(positions_changed_at=now))


def positions_changed_at(session: Session, ids: SelectOfScalar[UUID], only: Iterable[UUID]) -> dict[UUID, datetime]:
    query = select(Portfolio.id, Portfolio.positions_changed_at).where(
        col(Portfolio.id).in_(ids), col(Portfolio.id).in_(list(only)), col(Portfolio.positions_changed_at).is_not(None)
    )
    return {portfolio_id: at for portfolio_id, at in session.execute(query) if at is not None}


def removed_by(session: Session, import_id: UUID, portfolio_ids: Sequence[UUID], cause: Removal) -> list[UUID]:
    query = select(RemovedPosition.id).where(
        RemovedPosition.import_id == import_id,
        RemovedPosition.cause == cause,
        col(RemovedPosition.portfolio_id).in_(portfolio_ids),
    )
    return list(session.exec(query))


def deleted_from(session: Session, ids: SelectOfScalar[UUID], position_id: UUID) -> UUID | None:
    """The portfolio somebody deleted the lot from by hand."""
    query = select(RemovedPosition.portfolio_id).where(
        RemovedPosition.id == position_id,
        RemovedPosition.cause == Removal.DELETED,
        col(RemovedPosition.portfolio_id).in_(ids),
    )
    return session.exec(query).first()


def forget_deleted(session: Session, removed_before: datetime) -> int:
    statement = delete(RemovedPosition).where(
        col(RemovedPosition.cause) == Removal.DELETED, col(RemovedPosition.removed_at) <= removed_before
    )
    return len(session.execute(statement.returning(col(RemovedPosition.id))).all())


def forget_deleted_of(session: Session, import_id: UUID, portfolio_ids: Sequence[UUID]) -> None:
    of_import = col(RemovedPosition.lot)["import_id"].astext == str(import_id)
    inside = col(RemovedPosition.portfolio_id).in_(portfolio_ids)
    session.execute(delete(RemovedPosition).where(col(RemovedPosition.cause) == Removal.DELETED, of_import, inside))
