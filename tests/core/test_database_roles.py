"""Roles on bare servers: the embedded one, and the system's own where it has one; as superuser and as less."""

import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from sigmasight_ui.core.database_roles import (
    LOGIN_ROLES,
    RoleSetupError,
    ensure_roles,
    normalise_url,
    psycopg_dsn,
    role_url,
    server_version_check,
    version_warning,
)
from sigmasight_ui.core.embedded_postgres_home import open_home

PASSWORDS = {role: f"{role} p@ss/w:rd" for role in LOGIN_ROLES}
ROLES = (*LOGIN_ROLES, "app_definer")
SYSTEM_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class BareServer:
    """A server as a distribution delivers it: one superuser, nothing prepared."""

    def __init__(self, binaries: Path, directory: Path) -> None:
        self.directory = directory
        self.binaries = binaries
        self.account = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(directory, nobody.pw_uid, nobody.pw_gid)
        password = directory / "password"
        password.write_text("root of all")
        self._run("initdb", "-U", "postgres", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "-N")
        options = f"-c listen_addresses= -c unix_socket_directories={directory} -c fsync=off"
        self._run("pg_ctl", "-w", "-l", directory / "log", "-o", options, "start")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres:root%20of%20all@/{database}?host={self.directory}&port=5432"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(psycopg_dsn(self.url(database)), autocommit=True)

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.binaries / program), "-D", str(self.directory / "data"), *map(str, arguments)]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **self.account)


@pytest.fixture(scope="module", params=["embedded", *(f"system {path.parent.name}" for path in SYSTEM_BINARIES)])
def server(request: pytest.FixtureRequest) -> Iterator[BareServer]:
    root = Path(tempfile.mkdtemp(prefix="sigmasight-roles-"))
    root.chmod(0o711)
    kind = request.param.split()
    binaries = (
        open_home(root / "home", print).binaries if len(kind) == 1 else Path(f"/usr/lib/postgresql/{kind[1]}/bin")
    )
    (root / "server").mkdir(mode=0o700)
    bare = BareServer(binaries, root / "server")
    yield bare
    bare.stop()
    shutil.rmtree(root)


@pytest.fixture
def database(server: BareServer) -> Iterator[str]:
    """A new database on a server that has never heard of SigmaSight."""
    name = f"Books of {secrets.token_hex(4)}"
    with server.connect() as connection:
        connection.execute(f'create database "{name}"')
        yield name
        connection.execute(f'drop database "{name}" with (force)')
        for role in (*ROLES, "operator"):
            connection.execute(f"drop role if exists {role}")


@pytest.fixture
def superuser(server: BareServer, database: str) -> str:
    return server.url(database.replace(" ", "%20"))


def ask(admin_url: str, role: str, statement: str) -> object:
    with psycopg.connect(psycopg_dsn(role_url(admin_url, role, PASSWORDS[role])), autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


class TestUrls:
    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+psycopg"])
    def test_role_url_swaps_the_login_and_names_the_driver(self, scheme: str) -> None:
        url = role_url(f"{scheme}://admin:secret@db.example.com:6432/books?sslmode=require", "app_user", "p@ss/w:rd")
        assert url == "postgresql+psycopg2://app_user:p%40ss%2Fw%3Ard@db.example.com:6432/books?sslmode=require"

    @pytest.mark.parametrize("url", ["sqlite:///books.db", "mysql://localhost/books", "books"])
    def test_other_databases_are_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="PostgreSQL only"):
            normalise_url(url)

    def test_psycopg_dsn_keeps_every_part(self) -> None:
        dsn = psycopg_dsn("postgresql+psycopg2://app_user:p%40ss@/books?host=%2Frun%2Fmy+db&port=5433")
        assert conninfo_to_dict(dsn) == {
            "user": "app_user", "password": "p@ss", "dbname": "books", "host": "/run/my db", "port": "5433",
        }  # fmt: skip


class TestVersions:
    @pytest.mark.parametrize("patched", [180007, 180008, 170012, 160016, 150020, 140025, 190000])
    def test_patched_servers_pass(self, patched: int) -> None:
        assert version_warning(patched) is None

    @pytest.mark.parametrize(
        ("version", "advice"),
        [
            (180006, "18.7"),
            (170011, "17.12"),
            (160015, "16.16"),
            (150019, "15.20"),
            (140024, "14.25"),
            (130022, "18.7"),
        ],
    )
    def test_others_are_told_what_to_install(self, version: int, advice: str) -> None:
        assert f"Update to {advice}" in str(version_warning(version))

    @pytest.mark.slow
    def test_a_server_is_asked(self, server: BareServer) -> None:
        with server.connect() as connection:
            assert server_version_check(server.url()) == version_warning(connection.info.server_version)


@pytest.mark.slow
class TestAsSuperuserAndAsOperator:
    @pytest.fixture(params=["superuser", "operator"])
    def admin(self, request: pytest.FixtureRequest, server: BareServer, database: str, superuser: str) -> str:
        """The operator owns the database and may create roles, nothing else, as on managed services."""
        url = superuser
        if request.param == "operator":
            url = role_url(superuser, "operator", "managed")
            with server.connect() as connection:
                connection.execute("create role operator login createrole password 'managed'")
                connection.execute(f'alter database "{database}" owner to operator')
        ensure_roles(url, PASSWORDS)
        return url

    def test_no_role_has_a_privilege_over_the_server(self, admin: str, server: BareServer) -> None:
        with server.connect() as connection:
            rows = connection.execute(
                "select rolname, rolcanlogin from pg_roles where rolname like 'app\\_%' and not"
                " (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication)"
            ).fetchall()
        assert dict(rows) == {**dict.fromkeys(LOGIN_ROLES, True), "app_definer": False}

    def test_the_second_time_nothing_is_written(self, admin: str, server: BareServer) -> None:
        with server.connect() as connection:
            state = "select array_agg(xmin::text || rolname order by rolname) from pg_authid"
            before = connection.execute(state).fetchone()
            ensure_roles(admin, PASSWORDS)
            assert connection.execute(state).fetchone() == before

    def test_timeouts_bound_the_running_application(self, admin: str) -> None:
        def shown(role: str) -> list[object]:
            names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
            return [ask(admin, role, f"show {name}") for name in names]

        assert shown("app_user") == ["30s", "5s", "1min"]
        assert shown("app_worker") == ["2min", "5s", "1min"]
        assert ask(admin, "app_owner", "show statement_timeout") == "0"

    def test_a_statement_ends_with_the_process_that_sent_it(self, admin: str, server: BareServer) -> None:
        """Its locks would stand in the way of whoever takes over."""
        url = psycopg_dsn(role_url(admin, "app_worker", PASSWORDS["app_worker"]))
        sleep = "import psycopg, sys; psycopg.connect(sys.argv[1]).execute('select pg_sleep(600)')"
        client = subprocess.Popen([sys.executable, "-c", sleep, url])
        asleep = "select count(*) from pg_stat_activity where query = 'select pg_sleep(600)'"
        with server.connect() as connection:
            for wanted in (1, 0):
                deadline = time.monotonic() + 20
                while connection.execute(asleep).fetchone() != (wanted,):
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
                client.kill()
        client.wait()

    def test_the_running_application_creates_nothing(self, admin: str) -> None:
        attempts = (
            "create table public.mine ()",
            "create temporary table mine ()",
            "create schema mine",
            "set role app_owner",
            "set role app_definer",
        )
        for role in ("app_user", "app_worker", "app_admin"):
            for attempt in attempts:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    ask(admin, role, attempt)

    def test_strangers_do_not_get_in(self, admin: str, server: BareServer) -> None:
        with server.connect() as connection:
            connection.execute("create role stranger login password 'stranger'")
            try:
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    psycopg.connect(psycopg_dsn(role_url(admin, "stranger", "stranger")))
            finally:
                connection.execute("drop role stranger")

    def test_migrations_hand_functions_to_the_definer_and_stay_blind(self, admin: str) -> None:
        """The owner's tables under FORCE; a policy for app_definer lets its function see rows, and nobody else."""
        with psycopg.connect(psycopg_dsn(role_url(admin, "app_owner", PASSWORDS["app_owner"]))) as connection:
            for statement in (
                "create schema app",
                "create table app.access (level int)",
                "insert into app.access values (4)",
                "alter table app.access enable row level security, force row level security",
                "create policy definer on app.access to app_definer using (true)",
                "grant usage, create on schema app to app_definer",
                "grant select on app.access to app_definer",
                "create function app.levels() returns bigint language sql security definer"
                " as 'select count(*) from app.access'",
                "grant usage on schema app to app_user",
                "alter function app.levels() owner to app_definer",
            ):
                connection.execute(statement)
        assert ask(admin, "app_owner", "select count(*) from app.access") == 0
        assert ask(admin, "app_user", "select app.levels()") == 1

    def test_a_foreign_password_is_replaced_and_ours_is_left_alone(self, admin: str, server: BareServer) -> None:
        with server.connect() as connection:
            stored = "select rolname, rolpassword from pg_authid where rolname = any(%s)"
            before = dict(connection.execute(stored, [list(LOGIN_ROLES)]).fetchall())
            assert all(verifier.startswith("SCRAM-SHA-256$") for verifier in before.values())
            connection.execute("alter role app_worker password 'somebody else'")
            ensure_roles(admin, PASSWORDS)
            after = dict(connection.execute(stored, [list(LOGIN_ROLES)]).fetchall())
        assert ask(admin, "app_worker", "select current_user") == "app_worker"
        assert {role for role in LOGIN_ROLES if before[role] != after[role]} == {"app_worker"}


@pytest.mark.slow
class TestAwkwardServers:
    def test_a_role_that_is_too_powerful_is_cut_back(self, server: BareServer, superuser: str) -> None:
        with server.connect() as connection:
            connection.execute("create role app_user superuser bypassrls createdb")
        ensure_roles(superuser, PASSWORDS)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(superuser, "app_user", "select * from pg_authid")

    def test_a_powerless_login_gets_the_statements_its_operator_must_run(
        self, server: BareServer, database: str, superuser: str
    ) -> None:
        with server.connect() as connection:
            connection.execute("create role operator login password 'powerless'")
        powerless = role_url(superuser, "operator", "powerless")
        with pytest.raises(RoleSetupError, match="may not prepare the database") as refusal:
            ensure_roles(powerless, PASSWORDS)
        statements = [line.strip() for line in str(refusal.value).splitlines() if line.startswith("  ")]
        assert len(statements) > 20
        with server.connect(database.replace(" ", "%20")) as connection:
            for statement in statements:
                role = statement.split()[2]
                secret = PASSWORDS.get(role, "")
                connection.execute(statement.replace(f"<the password SigmaSight keeps for {role}>", secret))
            connection.execute(f'grant connect on database "{database}" to operator')
        ensure_roles(powerless, PASSWORDS)
        assert ask(powerless, "app_user", "select current_user") == "app_user"

    def test_no_password_is_in_a_refusal(self, server: BareServer, superuser: str) -> None:
        with server.connect() as connection:
            connection.execute("create role operator login password 'powerless'")
        with pytest.raises(RoleSetupError) as refusal:
            ensure_roles(role_url(superuser, "operator", "powerless"), PASSWORDS)
        assert not any(password in str(refusal.value) for password in [*PASSWORDS.values(), "powerless"])

    def test_a_server_that_lets_our_roles_in_by_no_password_says_so(self, server: BareServer, superuser: str) -> None:
        hba = server.directory / "data" / "pg_hba.conf"
        original = hba.read_text()
        with server.connect() as connection:
            hba.write_text(f"local all app_user reject\n{original}")
            connection.execute("select pg_reload_conf()")
            try:
                with pytest.raises(
                    RoleSetupError, match="app_user cannot log in although its password is set: .*reject"
                ):
                    ensure_roles(superuser, PASSWORDS)
            finally:
                hba.write_text(original)
                connection.execute("select pg_reload_conf()")

    def test_databases_of_one_server_are_prepared_at_the_same_time(self, server: BareServer, superuser: str) -> None:
        failures: list[BaseException] = []

        def prepare(url: str) -> None:
            try:
                ensure_roles(url, PASSWORDS)
            except BaseException as error:
                failures.append(error)

        names = [f"parallel_{number}" for number in range(3)]
        with server.connect() as connection:
            for name in names:
                connection.execute(f"create database {name}")
            threads = [threading.Thread(target=prepare, args=(server.url(name),)) for name in names * 2]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for name in names:
                connection.execute(f"drop database {name}")
        assert failures == []


def test_fresh_databases_are_ready_for_each_role(fresh_database) -> None:
    database = fresh_database()
    for role, url in database.urls().items():
        with psycopg.connect(psycopg_dsn(url)) as connection:
            assert connection.execute("select current_user, current_database()").fetchone() == (role, database.name)
