"""Brings a database to the newest schema, and tells whether it is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text

ROOT = Path(__file__).resolve().parents[2]
NEWER = "a newer SigmaSight has changed this database: update this one, or restore a backup made before"


def upgrade(owner_url: str) -> None:
    """Upgrade to head as app_owner; two processes at once wait for each other on an advisory lock."""
    # Loaded by those that upgrade: whoever only asks, as web does, would hold seven more megabytes for it.
    from alembic import command
    from alembic.config import Config

    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")


@cache
def head() -> str:
    """The number of the newest revision: files carry it in their names."""
    return max(path.name.partition("_")[0] for path in (ROOT / "alembic" / "versions").glob("[0-9]*.py"))


def is_newer(revision: str | None) -> bool:
    """Whether a database was brought further than this version knows."""
    return revision is not None and revision > head()


def current(url: str) -> str | None:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return revision(connection)
    finally:
        engine.dispose()


def revision(connection: Connection) -> str | None:
    """What the database behind an open connection was brought to; None before the first time."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    number: str | None = connection.scalar(text("select version_num from alembic_version"))
    return number
