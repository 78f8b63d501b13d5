"""All SQL of the room; every query names the person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from sigmasight_ui.services.scenarios.models import NAME_INDEX, CustomScenario

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('custom_scenarios ' || :user, 0))")


def lock(session: Session, user_id: UUID) -> None:
    """Until the transaction ends, so that the limit holds for two requests at once."""
    session.execute(_LOCK, {"user": str(user_id)})


def of(session: Session, user_id: UUID) -> list[CustomScenario]:
    query = select(CustomScenario).where(CustomScenario.user_id == user_id)
    return list(session.exec(query.order_by(func.lower(CustomScenario.name))))


def find(session: Session, user_id: UUID, scenario_id: UUID) -> CustomScenario | None:
    query = select(CustomScenario).where(CustomScenario.user_id == user_id, CustomScenario.id == scenario_id)
    return session.exec(query).first()


def add(session: Session, row: CustomScenario) -> bool:
    """False when the name is taken."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        return _unless_name_clash(error)
    return True


def change(session: Session, scenario_id: UUID, values: dict[str, Any]) -> bool:
    """False when the new name is taken."""
    try:
        with session.begin_nested():
            session.execute(update(CustomScenario).where(col(CustomScenario.id) == scenario_id).values(**values))
    except IntegrityError as error:
        return _unless_name_clash(error)
    return True


def remove(session: Session, scenario_id: UUID) -> None:
    session.execute(delete(CustomScenario).where(col(CustomScenario.id) == scenario_id))


def _unless_name_clash(error: IntegrityError) -> bool:
    if getattr(getattr(error.orig, "diag", None), "constraint_name", None) != NAME_INDEX:
        raise error
    return False
