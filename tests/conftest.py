"""One PostgreSQL server for the whole test session, and databases made from it on demand."""

import hashlib
import itertools
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings

from sigmasight_ui.bootstrap import Services, build_services
from sigmasight_ui.core import migrations
from sigmasight_ui.core.actor import ANONYMOUS, Actor
from sigmasight_ui.core.config import Settings, load_settings
from sigmasight_ui.core.database_access import DatabaseAccess
from sigmasight_ui.core.database_roles import LOGIN_ROLES, OWNER, ensure_roles, normalise_url, psycopg_dsn, role_url
from sigmasight_ui.core.embedded_postgres import DATABASE, EmbeddedPostgres
from sigmasight_ui.core.embedded_postgres_home import SUPERUSER, locked
from sigmasight_ui.services.identity.schemas import Visitor
from tests.fakes.clock import FixedClock

CHEAP_BCRYPT = 4
PASSWORD = "Correct-Horse-42"
HOMES = "sigmasight-tests-"


# An example may take as long as a busy machine makes it take: no test measures time.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")

MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 6 * 2**30


def pytest_configure() -> None:
    # Started in the background or by nohup, the tests and every process they start would ignore these signals.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    # A database per test is 400 files: 12 ms in memory, 400 ms on a slow disk.
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None


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
        connection.execute(f"create database {name} template {template} strategy file_copy")
        if template == "template1":
            ensure_roles(server.url(SUPERUSER, name), passwords)
        else:  # a copy has everything of its model but the rights on the database itself; looking takes 40 ms
            connection.execute(f"revoke all on database {name} from public")
            connection.execute(f"grant create on database {name} to {OWNER}")
            connection.execute(f"grant connect on database {name} to {', '.join(LOGIN_ROLES)}")
        yield FreshDatabase(server, name)
        _let_sessions_end(connection, name)
        connection.execute(f"drop database {name} with (force)")


def _let_sessions_end(connection: psycopg.Connection, name: str) -> None:
    """A moment for closed connections to vanish: the server itself would look again only after 100 ms."""
    for _ in range(20):
        if not connection.execute("select 1 from pg_stat_activity where datname = %s", [name]).fetchone():
            return
        time.sleep(0.002)


def _remove_abandoned_homes() -> None:
    """A session that was killed leaves its server running; nobody else would ever stop it."""
    temporary = Path(tempfile.gettempdir())
    with locked(temporary / f"{HOMES}{os.geteuid()}.lock", print):
        for home in temporary.glob(f"{HOMES}*/"):
            with suppress(FileNotFoundError):  # a session that ends right now
                _remove_if_abandoned(home)


def _remove_if_abandoned(home: Path) -> None:
    found = home.stat()
    if found.st_uid == os.geteuid() and time.time() - found.st_mtime > 3600:
        abandoned = EmbeddedPostgres(home)
        abandoned.start()
        if abandoned.stop():
            shutil.rmtree(home)


@pytest.fixture(scope="session")
def migrated(cluster: Server) -> Iterator[FreshDatabase]:
    """The newest schema once; tests copy it."""
    with created_database(cluster) as database:
        migrations.upgrade(database.url("app_owner"))
        yield database


@pytest.fixture
def database(fresh_database: Callable[..., FreshDatabase], migrated: FreshDatabase) -> FreshDatabase:
    return fresh_database(migrated.name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"ENVIRONMENT": "test", "DATA_DIR": str(tmp_path), "MARKET_DATA": "sample"}, tmp_path)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 20, 15, 0, tzinfo=UTC))


@pytest.fixture
def services(database: FreshDatabase, settings: Settings, clock: FixedClock) -> Iterator[Services]:
    """The product's own wiring over a fresh database; only the clock stands still and password hashes are cheap."""
    built = build_services(
        settings, DatabaseAccess(database.urls(), lambda: None), clock=clock, password_cost=CHEAP_BCRYPT
    )
    yield built
    built.db.close()


@pytest.fixture
def new_user_of() -> Callable[[Services], Actor]:
    """Makes a real account in any wiring and returns its actor."""
    return lambda services: _account(services, f"user{next(_numbers)}@example.com")


@pytest.fixture
def new_user(services: Services) -> Callable[..., Actor]:
    """Makes a real account and returns its actor."""
    numbers = itertools.count(1)
    return lambda email=None: _account(services, email or f"user{next(numbers)}@example.com")


def _account(services: Services, email: str) -> Actor:
    hashed = services.identity.hash_password(PASSWORD)
    with services.db.transaction(ANONYMOUS) as session:
        user = services.identity.create_account(session, email, "Ada Example", hashed, Visitor())
    return Actor(user_id=user.id, role="user")
