"""All SQL of the room; every query names the person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from sigmasight_ui.core.unique import unless_taken
from sigmasight_ui.services.scenarios.models import NAME_INDEX, CustomScenario


def of(session: Session, user_id: UUID) -> list[CustomScenario]:
    query = select(CustomScenario).where(CustomScenario.user_id == user_id)
    return list(session.exec(query.order_by(func.lower(CustomScenario.name))))


def find(session: Session, user_id: UUID, scenario_id: UUID) -> CustomScenario | None:
    query = select(CustomScenario).where(CustomScenario.user_id == user_id, CustomScenario.id == scenario_id)
    return session.exec(query).first()


def add(session: Session, row: CustomScenario) -> bool:
    """False when the name is taken."""
    return unless_taken(session, lambda: session.add(row), NAME_INDEX)


def change(session: Session, scenario_id: UUID, values: dict[str, Any]) -> bool:
    """False when the new name is taken."""
    statement = update(CustomScenario).where(col(CustomScenario.id) == scenario_id).values(**values)
    return unless_taken(session, lambda: session.execute(statement), NAME_INDEX)


def remove(session: Session, scenario_id: UUID) -> None:
    session.execute(delete(CustomScenario).where(col(CustomScenario.id) == scenario_id))
