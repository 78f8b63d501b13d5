"""All SQL of the access room. Archiving takes a portfolio away from everybody: answers are about those in use, unless
they say otherwise."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from sqlalchemy import column, table
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sigmasight_ui.services.access.models import PortfolioAccess
from sigmasight_ui.services.access.schemas import Permission

T = TypeVar("T")
_PORTFOLIOS = table("portfolios", column("id"), column("archived_at"))  # a room above: only what the question needs


def level(session: Session, user_id: UUID, portfolio_id: UUID) -> int:
    query = _in_use(select(PortfolioAccess.level)).where(
        PortfolioAccess.user_id == user_id, PortfolioAccess.portfolio_id == portfolio_id
    )
    return session.exec(query).first() or 0


@lru_cache(maxsize=1024)
def portfolio_ids(user_id: UUID, minimum: int) -> SelectOfScalar[UUID]:
    return _in_use(select(PortfolioAccess.portfolio_id)).where(
        PortfolioAccess.user_id == user_id, col(PortfolioAccess.level) >= minimum
    )


def owned_ids(user_id: UUID) -> SelectOfScalar[UUID]:
    """Archived ones included."""
    return select(PortfolioAccess.portfolio_id).where(
        PortfolioAccess.user_id == user_id, col(PortfolioAccess.level) >= Permission.OWN
    )


def _in_use(query: SelectOfScalar[T]) -> SelectOfScalar[T]:
    return query.join(_PORTFOLIOS, _PORTFOLIOS.c.id == col(PortfolioAccess.portfolio_id)).where(
        _PORTFOLIOS.c.archived_at.is_(None)
    )
