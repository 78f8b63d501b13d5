"""Data folders with a real database server, the processes that use it, and what is left of them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from sigmasight_ui.core import embedded_postgres_home as places
from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres

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


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def query(server: EmbeddedPostgres, statement: str, role: str = "postgres") -> object:
    with psycopg.connect(psycopg_dsn(server.url(role)), autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None
