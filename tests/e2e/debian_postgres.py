"""A PostgreSQL server as Debian installs it: initialised, started and stopped here, reached over TCP."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.e2e.product import free_port

SUPERUSER = "postgres"


@dataclass
class DebianPostgres:
    directory: Path
    binaries: Path
    port: int = field(default_factory=free_port)
    password: str = "root of all"

    def url(self, database: str, user: str = SUPERUSER, password: str | None = None) -> str:
        secret = (password or self.password).replace(" ", "%20")
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def create(self) -> None:
        password = self.directory / "password"
        password.write_text(self.password)
        self._run("initdb", "-U", SUPERUSER, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "-N")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.directory}"
        self._run("pg_ctl", "-w", "-l", self.directory / "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def _run(self, program: str, *arguments: object) -> None:
        """As root by way of somebody who may do nothing else: the server refuses to run as root."""
        account = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
        command = [str(self.binaries / program), "-D", str(self.directory / "data"), *map(str, arguments)]
        how = account if os.geteuid() == 0 else {}
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **how)


@contextmanager
def debian_postgres() -> Iterator[DebianPostgres]:
    """Skips where no server is installed; the proof on a clean machine installs one, so there it fails."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not installed:
        if os.environ.get("CI") == "true":
            pytest.fail("no PostgreSQL server in /usr/lib/postgresql, although .ci/run installs one")
        pytest.skip("no PostgreSQL server in /usr/lib/postgresql")
    directory = Path(tempfile.mkdtemp(prefix="sigmasight-debian-"))
    if os.geteuid() == 0:
        shutil.chown(directory, "nobody", pwd.getpwnam("nobody").pw_gid)
    server = DebianPostgres(directory, installed[-1].parent)
    server.create()
    server.start()
    try:
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(directory)
