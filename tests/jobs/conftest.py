"""Jobs processes to start, kill and wait for."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import FreshDatabase
from tests.fakes.clock import FixedClock
from tests.services.batch import conftest as batch

ROOT = Path(__file__).parents[2]
source, services, owner, new_portfolio, portfolio, request_run, status = (
    batch.source, batch.services, batch.owner, batch.new_portfolio, batch.portfolio, batch.request_run, batch.status,
)  # fmt: skip


class JobsProcess:
    def __init__(self, module: str, arguments: str, log: Path) -> None:
        self._log = log.open("ab")
        self.process = subprocess.Popen([sys.executable, "-m", module, arguments], cwd=ROOT, stderr=self._log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def terminate(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()
        self._log.close()


@pytest.fixture
def start_jobs(database: FreshDatabase, clock: FixedClock, tmp_path: Path) -> Iterator[Callable[..., JobsProcess]]:
    started: list[JobsProcess] = []

    def start(module: str = "tests.jobs.jobs_process") -> JobsProcess:
        given = {"urls": database.urls(), "data_dir": str(tmp_path), "clock": clock.now().isoformat()}
        started.append(JobsProcess(module, json.dumps(given), tmp_path / "jobs.log"))
        return started[-1]

    yield start
    for each in started:
        each.close()


def wait_until(true: Callable[[], object], seconds: float) -> float:
    """How long it took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - begun
