"""All SQL of the access room."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from sigmasight_ui.services.access.models import PortfolioAccess


def level(session: Session, user_id: UUID, portfolio_id: UUID) -> int:
    query = select(PortfolioAccess.level).where(
        PortfolioAccess.user_id == user_id, PortfolioAccess.portfolio_id == portfolio_id
    )
    return session.exec(query).first() or 0


def portfolio_ids(user_id: UUID, minimum: int) -> SelectOfScalar[UUID]:
    return select(PortfolioAccess.portfolio_id).where(
        PortfolioAccess.user_id == user_id, col(PortfolioAccess.level) >= minimum
    )
