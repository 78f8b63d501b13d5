"""Brings a database to the newest schema, and tells whether it is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

ROOT = Path(__file__).resolve().parents[2]


def _config(url: str) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = url
    return config


def upgrade(owner_url: str) -> None:
    """Upgrade to head as app_owner; two processes at once wait for each other on an advisory lock."""
    command.upgrade(_config(owner_url), "head")


@cache
def head() -> str | None:
    return ScriptDirectory.from_config(_config("")).get_current_head()


def current(url: str) -> str | None:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return revision(connection)
    finally:
        engine.dispose()


def revision(connection: Connection) -> str | None:
    """What the database behind an open connection was brought to."""
    return MigrationContext.configure(connection).get_current_revision()
