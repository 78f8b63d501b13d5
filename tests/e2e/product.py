"""The whole product as people run it: `python -m sigmasight_ui up` over its own embedded database."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.architecture.rules import ROOT

INVITE = "FIRST-LIGHT-2026"
CLOCK = "2026-11-20T15:00:00+00:00"


@dataclass
class Product:
    """`url` answers pages and REST; `claim_code` was printed because nobody is administrator yet."""

    data_dir: Path
    env: dict[str, str]
    process: subprocess.Popen[str] | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.env["PUBLIC_URL"]

    @property
    def claim_code(self) -> str:
        return re.search(r"[A-Z2-9]{8}(?:-[A-Z2-9]{8}){3}", "\n".join(self.lines)).group()

    def start(self, seconds: float = 420) -> float:
        """Runs `up`; how long it took until the first page was served."""
        began = time.monotonic()
        self.lines.clear()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sigmasight_ui", "up"],
            cwd=ROOT,
            env={**os.environ, **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        while time.monotonic() - began < seconds:
            if self.process.poll() is not None:
                raise RuntimeError("up ended:\n" + "\n".join(self.lines[-40:]))
            if any("is running at" in line for line in self.lines) and self.answers():
                return time.monotonic() - began
            time.sleep(0.05)
        raise TimeoutError("no first page:\n" + "\n".join(self.lines[-40:]))

    def stop(self, number: int = signal.SIGINT) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(40)

    @contextmanager
    def running(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            self.stop()

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))


def new_product(data_dir: Path, market_data_url: str) -> Product:
    data_dir.mkdir(mode=0o711, exist_ok=True)  # as root, PostgreSQL's own user has to get through to keep it inside
    port = free_port()
    return Product(
        data_dir,
        {
            "ENVIRONMENT": "test",
            "PORT": str(port),
            "PUBLIC_URL": f"http://localhost:{port}",
            "DATA_DIR": str(data_dir),
            "BETA_INVITE_CODE": INVITE,
            "MARKET_DATA": "yahoo",
            "MARKET_DATA_BASE_URL": market_data_url,
            "CLOCK": CLOCK,
            "TRUSTED_PROXIES": "1",  # each test sends its own X-Forwarded-For, so limits per address do not add up
        },
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def chromium() -> str | None:
    """CHROMIUM_PATH, an installed browser, else None for Playwright's own."""
    named = os.environ.get("CHROMIUM_PATH")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))
    return named or next((path for path in found if path), None)
