"""Whether the key file belongs to the database: with another one nobody could sign in, and what is sealed stays closed.

The database holds a mark of its key, from which the key cannot be found out.
"""

from __future__ import annotations

import psycopg

from sigmasight_ui.core.crypto import MasterKey, same_secret
from sigmasight_ui.core.database_roles import psycopg_dsn

WRONG_KEY = (
    "The master.key in the data folder is not the one this database was made with: nobody could sign in, and stored"
    " files could not be opened. Put the master.key of your backup in its place."
)


def is_other_key(url: str, key: MasterKey) -> bool:
    """False also where there is no mark yet, or this login may not see it."""
    with psycopg.connect(psycopg_dsn(url), connect_timeout=10) as connection:
        try:
            is_marked = connection.execute("select to_regclass('app.key_mark') is not null").fetchone()
            found = connection.execute("select mark from app.key_mark").fetchone() if is_marked == (True,) else None
        except psycopg.errors.InsufficientPrivilege:
            return False
    return found is not None and not same_secret(found[0], _mark(key))


def leave_mark(owner_url: str, key: MasterKey) -> None:
    """Once; the first key stays the right one."""
    with psycopg.connect(psycopg_dsn(owner_url), connect_timeout=10) as connection:
        connection.execute("insert into app.key_mark (mark) values (%s) on conflict do nothing", [_mark(key)])


def _mark(key: MasterKey) -> str:
    return key.derive("mark in the database").hex()
