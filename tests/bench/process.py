"""The processes of the running product: how much memory they hold, how long they computed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from tests.e2e.product import Product

MB = 2**20


def child(product: Product, name: str) -> psutil.Process:
    """`web` or `jobs`, as `up` has started it."""
    assert product.process
    children = psutil.Process(product.process.pid).children()
    return next(process for process in children if process.cmdline()[-1:] == [name])


def resident(process: psutil.Process) -> float:
    """MB of physical memory, shared libraries included."""
    return process.memory_info().rss / MB


def processor_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


class Peak:
    """`more` is the MB by which a process grew at most inside the block. Linux keeps the exact high-water mark and lets
    us reset it; elsewhere it is sampled."""

    more: float = 0.0

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._reset = Path(f"/proc/{process.pid}/clear_refs")
        self._done = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Peak:
        self._before = resident(self._process)
        if self._reset.exists():
            self._reset.write_text("5")
        else:
            self._sampler.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._reset.exists():
            self.more = self._high_water() - self._before
        else:
            self._done.set()
            self._sampler.join()

    def _high_water(self) -> float:
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 / MB for line in lines if line.startswith("VmHWM:"))

    def _sample(self) -> None:
        while not self._done.wait(0.002):
            self.more = max(self.more, resident(self._process) - self._before)
