"""Locks that have a name instead of a row: for rules about rows that do not exist yet."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_WAIT = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")


def wait_for(session: Session, what: str, whose: UUID) -> None:
    """Until this transaction ends everybody else who asks for the same waits, so that a limit holds for two requests
    at once."""
    session.execute(_WAIT, {"name": f"{what} {whose}"})
