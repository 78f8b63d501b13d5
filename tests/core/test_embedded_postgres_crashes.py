"""An embedded server and its users die at any moment: nothing acknowledged is lost, nothing is left behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from sigmasight_ui.core import embedded_postgres_home as places
from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres
from tests.core.database_servers import App, children, is_running, postmaster, processes_with, query, wait_until

pytestmark = pytest.mark.slow
IS_ROOT = os.geteuid() == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_after_the_death_of_every_user_the_next_joins_and_stops_it(home: Path, number: signal.Signals) -> None:
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


def test_ctrl_c_ends_the_app_and_not_the_server_of_others(home: Path) -> None:
    app = App(home)
    assert app.says() == "started"
    with EmbeddedPostgres(home) as server:
        app.kill(signal.SIGINT)
        assert app.says() == "left"
        assert query(server, "select 1") == 1


def test_ctrl_c_of_the_only_user_leaves_no_process(home: Path) -> None:
    app = App(home)
    assert app.says() == "started"
    pid = postmaster(home / json.loads((home / "postgres.json").read_text())["directory"])
    app.kill(signal.SIGINT)
    assert app.says() == "stopped"
    wait_until(lambda: not is_running(pid))


@pytest.mark.parametrize("stage", ["postgres/initdb-*/data/global", "postgres/data/postmaster.pid"])
def test_ctrl_c_during_the_first_start_leaves_no_process(new_home: Callable[..., Path], stage: str) -> None:
    home = new_home()
    app = App(home)
    wait_until(lambda: any(home.glob(stage)))
    app.kill(signal.SIGINT)
    wait_until(lambda: not processes_with(home))
    with EmbeddedPostgres(home) as server:
        assert query(server, "select 1") == 1


def test_a_process_that_ends_without_having_left_leaves_no_server(home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres; "
        "print(EmbeddedPostgres(Path(sys.argv[1])).start().joined); raise KeyboardInterrupt"
    )
    command = [sys.executable, "-c", program, str(home)]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "False\n"
    assert not processes_with(home)


def test_the_number_of_a_dead_server_now_belongs_to_another_process(home: Path) -> None:
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
def test_a_torn_pid_file(home: Path, content: str) -> None:
    directory = home / json.loads((home / "postgres.json").read_text())["directory"]
    (directory / "data" / "postmaster.pid").write_text(content)
    with EmbeddedPostgres(home) as server:
        assert query(server, "select 1") == 1


def test_stopping_a_crashed_server_spares_the_process_that_has_its_number(home: Path) -> None:
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


def test_eight_cold_starts_make_one_server(new_home: Callable[..., Path]) -> None:
    home = new_home()
    apps = [App(home) for _ in range(8)]
    assert sorted(app.says() for app in apps) == ["joined"] * 7 + ["started"]
    assert [app.leave() for app in apps] == ["left"] * 7 + ["stopped"]


@pytest.mark.parametrize("initdb_dies_too", [True, False])
def test_death_during_initdb(new_home: Callable[..., Path], initdb_dies_too: bool) -> None:
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


def test_death_between_initdb_and_the_roles(home: Path) -> None:
    with EmbeddedPostgres(home) as server, psycopg.connect(psycopg_dsn(server.url("postgres"))) as connection:
        connection.execute("drop owned by app_admin")
        connection.execute("drop role app_admin")
    with EmbeddedPostgres(home) as server:
        assert query(server, "select current_user", "app_admin") == "app_admin"


def test_a_killed_postmaster_loses_no_acknowledged_commit(home: Path) -> None:
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
            assert query(server, f"select count(*) from ledger where writer = {writer} and entry < {count}") == count


def test_backends_that_outlive_a_killed_postmaster_are_waited_for(home: Path) -> None:
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


def test_a_server_that_is_shutting_down_is_waited_for(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        guest = psycopg.connect(psycopg_dsn(server.url("app_user")))
        os.kill(postmaster(server.start().directory), signal.SIGTERM)  # "smart": ends when the guest goes
        threading.Timer(1, guest.close).start()
        said: list[str] = []
        assert not server.start(said.append).joined
        assert any("shutting down" in message for message in said)


def test_a_server_that_died_is_revived(home: Path) -> None:
    with EmbeddedPostgres(home) as server:
        assert not server.revive()
        dead = postmaster(server.start().directory)
        os.kill(dead, signal.SIGKILL)
        assert server.revive()
        assert query(server, "select 1") == 1
        assert postmaster(server.start().directory) != dead
        assert not server.revive()


def test_nothing_is_made_anew_where_the_data_is_gone(new_home: Callable[..., Path]) -> None:
    server = EmbeddedPostgres(new_home())
    directory = server.start().directory
    os.kill(postmaster(directory), signal.SIGKILL)
    (directory / "data").rename(directory / "kept")
    assert not server.revive()
    (directory / "kept").rename(directory / "data")
    assert server.revive()
    assert server.stop()


def test_a_folder_deleted_under_a_running_server(new_home: Callable[..., Path]) -> None:
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
    """Until its server is killed, which it does not outlive."""
    with suppress(psycopg.OperationalError), psycopg.connect(psycopg_dsn(server.url("postgres"))) as connection:
        connection.execute("select count(i) from (select generate_series(1, 25000000) i) many")
