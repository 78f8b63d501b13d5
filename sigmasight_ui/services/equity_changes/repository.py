"""All SQL of the room. Callers bring portfolios the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import case, text, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sigmasight_ui.services.equity_changes.models import EquityChange
from sigmasight_ui.services.equity_changes.schemas import Flow

_TOTALS = text("""
    select count(*), coalesce(sum(amount) filter (where change_type = 'CONTRIBUTION'), 0),
           coalesce(sum(amount) filter (where change_type = 'WITHDRAWAL'), 0)
    from equity_changes where portfolio_id = :id and deleted_at is null
""")
_AMOUNT = col(EquityChange.amount)
_FLOW: tuple[Any, ...] = (
    EquityChange.portfolio_id,
    EquityChange.change_date,
    case((col(EquityChange.change_type) == "CONTRIBUTION", _AMOUNT), else_=-_AMOUNT),
)
_CHANGED = text("""
    select portfolio_id, max(updated_at) from equity_changes
    where portfolio_id = any(cast(:ids as uuid[])) group by portfolio_id
""")
_NET = text("""
    select coalesce(sum(case change_type when 'CONTRIBUTION' then amount else -amount end), 0) from equity_changes
    where portfolio_id = :id and change_date <= :day and deleted_at is null and id is distinct from :without
""")
_LOCK = text("select id from portfolios where id = :id for no key update")
# Snapshots belong to a room above; this asks only what the newest one by that day was worth, and with which flows.
_WORTH = text("""
    select nav, (select coalesce(sum(flow), 0) from snapshots where portfolio_id = :id and session <= s.session)
    from snapshots s where portfolio_id = :id and session <= :day order by session desc limit 1
""")


def lock(session: Session, portfolio_id: UUID) -> None:
    """Until the transaction ends, so that two withdrawals at once do not each see the whole equity. Rows that refer to
    the portfolio can be written meanwhile."""
    session.execute(_LOCK, {"id": portfolio_id})


def find(session: Session, portfolio_id: UUID, change_id: UUID) -> EquityChange | None:
    """Deleted ones too."""
    return session.get(EquityChange, (portfolio_id, change_id))


def add(session: Session, row: EquityChange) -> None:
    session.add(row)
    session.flush()


def change(session: Session, portfolio_id: UUID, change_id: UUID, values: dict[str, Any]) -> None:
    session.execute(
        update(EquityChange)
        .where(col(EquityChange.portfolio_id) == portfolio_id, col(EquityChange.id) == change_id)
        .values(**values)
    )


def page(session: Session, portfolio_id: UUID, limit: int | None, offset: int) -> list[EquityChange]:
    query = (
        select(EquityChange)
        .where(EquityChange.portfolio_id == portfolio_id, col(EquityChange.deleted_at).is_(None))
        .order_by(col(EquityChange.change_date).desc(), col(EquityChange.created_at).desc(), col(EquityChange.id))
        .limit(limit)
        .offset(offset)
    )
    return list(session.exec(query))


def totals(session: Session, portfolio_id: UUID) -> tuple[int, Decimal, Decimal]:
    """How many, contributed, withdrawn."""
    count, contributed, withdrawn = session.execute(_TOTALS, {"id": portfolio_id}).one()
    return count, contributed, withdrawn


def flows(session: Session, ids: SelectOfScalar[UUID], among: Iterable[UUID]) -> tuple[Flow, ...]:
    """Oldest first, those of one day one by one."""
    portfolio = col(EquityChange.portfolio_id)
    query = (
        select(*_FLOW)
        .where(portfolio.in_(ids), portfolio.in_(list(among)), col(EquityChange.deleted_at).is_(None))
        .order_by(col(EquityChange.change_date), col(EquityChange.created_at), col(EquityChange.id))
    )
    return tuple(map(Flow._make, session.execute(query)))


def changed_at(session: Session, ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When flows of each portfolio were last recorded, changed or deleted."""
    return {row[0]: row[1] for row in session.execute(_CHANGED, {"ids": list(ids)})}


def net_until(session: Session, portfolio_id: UUID, day: date, without: UUID | None) -> Decimal:
    net: Decimal = session.execute(_NET, {"id": portfolio_id, "day": day, "without": without}).scalar_one()
    return net


def visible(session: Session, ids: SelectOfScalar[UUID], among: Iterable[UUID]) -> list[UUID]:
    seen = set(session.exec(ids))
    return [each for each in among if each in seen]


def worth(session: Session, portfolio_id: UUID, day: date) -> tuple[Decimal, Decimal] | None:
    """Net asset value of the newest snapshot by that day, and the flows it already counts; None before the first."""
    row = session.execute(_WORTH, {"id": portfolio_id, "day": day}).first()
    return None if row is None else (row[0], row[1])
