"""One measured figure: its samples, what it has to reach, and what a known peer took in the same run."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Peer:
    """Measured beside the figure, in its unit, so that the ratio holds on any machine."""

    name: str
    value: float


@dataclass(frozen=True)
class Figure:
    """`judged` says which number the target is about; rates have to be at least the target, all else at most. Where
    the promise is about the peer, `of_peer` is the largest ratio of the medians that keeps it."""

    name: str
    unit: str
    samples: Sequence[float]
    target: float | None
    judged: str = "p95"
    at_least: bool = False
    peer: Peer | None = None
    of_peer: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return median(self.samples)

    @property
    def p95(self) -> float:
        return percentile(self.samples, 95)

    @property
    def value(self) -> float:
        return self.p95 if self.judged == "p95" else self.median

    @property
    def is_met(self) -> bool | None:
        """None where nothing was promised."""
        if self.of_peer is not None and self.ratio is not None:
            return self.ratio <= self.of_peer
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def ratio(self) -> float | None:
        return self.median / self.peer.value if self.peer else None


def percentile(samples: Sequence[float], percent: float) -> float:
    """Nearest rank: always a number that was measured, with few samples the worst one."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = perf_counter()
    work()
    return perf_counter() - began
