"""One PostgreSQL server for the whole test session, and databases made from it on demand."""

import hashlib
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from sigmasight_ui.core.database_roles import LOGIN_ROLES, ensure_roles, normalise_url, psycopg_dsn, role_url
from sigmasight_ui.core.embedded_postgres import DATABASE, EmbeddedPostgres

HOMES = "sigmasight-tests-"
SUPERUSER = "postgres"


class Server(Protocol):
    def url(self, role: str, database: str = DATABASE) -> str: ...


@dataclass(frozen=True)
class GivenServer:
    """The server of TEST_DATABASE_URL, whose login must be allowed to create databases and roles."""

    admin_url: str

    def url(self, role: str, database: str = DATABASE) -> str:
        url = normalise_url(self.admin_url).set(database=database).render_as_string(hide_password=False)
        return url if role == SUPERUSER else role_url(url, role, self.password(role))

    def password(self, role: str) -> str:
        """Derived from the login, so that parallel sessions on one server agree."""
        return hashlib.sha256(f"{self.admin_url}:{role}".encode()).hexdigest()


@dataclass(frozen=True)
class FreshDatabase:
    server: Server
    name: str

    def url(self, role: str = "app_user") -> str:
        return self.server.url(role, self.name)

    def urls(self) -> dict[str, str]:
        return {role: self.url(role) for role in LOGIN_ROLES}


@pytest.fixture(scope="session")
def cluster() -> Iterator[Server]:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield GivenServer(given)
        return
    _remove_abandoned_homes()
    home = Path(tempfile.mkdtemp(prefix=HOMES))
    home.chmod(0o711)  # as root, the server's own user has to get through
    server = EmbeddedPostgres(home)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(home)


@pytest.fixture
def fresh_database(cluster: Server) -> Iterator[Callable[..., FreshDatabase]]:
    """A function that creates an empty database, or a copy of `template`; all of them are dropped after the test."""
    with ExitStack() as databases:
        yield lambda template="template1": databases.enter_context(created_database(cluster, template))


_numbers = itertools.count(1)


@contextmanager
def created_database(server: Server, template: str = "template1") -> Iterator[FreshDatabase]:
    """Usable with any lifetime, for example for one migrated database per session that tests copy."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    passwords = {role: normalise_url(server.url(role)).password or "" for role in LOGIN_ROLES}
    with psycopg.connect(psycopg_dsn(server.url(SUPERUSER, SUPERUSER)), autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}")
        ensure_roles(server.url(SUPERUSER, name), passwords)
        yield FreshDatabase(server, name)
        connection.execute(f"drop database {name} with (force)")


def _remove_abandoned_homes() -> None:
    """A session that was killed leaves its server running; nobody else would ever stop it."""
    for home in Path(tempfile.gettempdir()).glob(f"{HOMES}*"):
        found = home.stat()
        if found.st_uid == os.geteuid() and time.time() - found.st_mtime > 3600:
            abandoned = EmbeddedPostgres(home)
            abandoned.start()
            if abandoned.stop():
                shutil.rmtree(home)
