"""What `up` makes sure of before it touches anything: nobody else runs this data folder, and the port is free."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from sigmasight_ui.cli.installation import CannotStart
from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.embedded_postgres_home import open_lock

_PATIENCE = 8.0  # seconds: the web process of a supervisor that was killed needs some to end


@contextmanager
def sole_start(settings: Settings, say: Callable[[str], None]) -> Iterator[None]:
    """The kernel keeps the lock as long as this process lives, so no crash leaves one behind."""
    with _lock_file(settings) as lock:
        _take(lock, settings)
        _require_port(settings.port, say)
        yield


def _lock_file(settings: Settings) -> IO[str]:
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open_lock(settings.data_dir / "up.lock")
    except OSError as error:
        raise _unusable(settings, error) from error


def _take(lock: IO[str], settings: Settings) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock.fileno(), 0)
        os.write(lock.fileno(), str(os.getpid()).encode())
    except BlockingIOError as error:
        raise CannotStart(
            f"SigmaSight runs on the data folder {settings.data_dir} already (process {lock.read().strip()}). "
            "Stop it there with Ctrl-C, or choose another folder with DATA_DIR and another PORT."
        ) from error
    except OSError as error:
        raise _unusable(settings, error) from error


def _unusable(settings: Settings, error: OSError) -> CannotStart:
    return CannotStart(
        f"The data folder {settings.data_dir} cannot be used: {error.strerror}. Choose another one with DATA_DIR."
    )


def _require_port(port: int, say: Callable[[str], None]) -> None:
    if _is_free(port):
        return
    say(f"Waiting for port {port}, which another program uses")
    deadline = time.monotonic() + _PATIENCE
    while not _is_free(port):
        if time.monotonic() > deadline:
            raise CannotStart(f"Another program uses port {port}. Stop it, or choose another port with PORT.")
        time.sleep(0.5)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that are closing do no harm
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise CannotStart(f"Port {port} cannot be used: {error.strerror}. Choose another one with PORT.") from error
    return True
