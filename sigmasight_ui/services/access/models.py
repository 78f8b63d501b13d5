"""Who may do what with which portfolio: one flat table that every policy reads."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from sigmasight_ui.core.orm import Base


class PortfolioAccess(Base, table=True):
    """Levels: 1 view, 2 trade, 3 manage, 4 own. The owner's row is written by a trigger on `portfolios`."""

    __tablename__ = "portfolio_access"
    __table_args__ = (CheckConstraint("level between 1 and 4", name="level"),)

    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", primary_key=True)
    portfolio_id: UUID = Field(foreign_key="portfolios.id", ondelete="CASCADE", primary_key=True, index=True)
    level: int
