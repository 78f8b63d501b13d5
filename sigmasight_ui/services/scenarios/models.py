"""Stress scenarios people make for themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field

from sigmasight_ui.core.orm import Base, json_column, utc

NAME_INDEX = "uq_custom_scenarios_user_id_name"


class CustomScenario(Base, table=True):
    """Shocks by factor as decimals: returns of its fund, for the interest rate the change of the yield."""

    __tablename__ = "custom_scenarios"
    __table_args__ = (Index(NAME_INDEX, "user_id", text("lower(name)"), unique=True),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    name: str
    shocks: dict[str, float] = Field(sa_column=json_column())
    created_at: datetime = Field(sa_column=utc())
    updated_at: datetime = Field(sa_column=utc())
