"""The only place that reads the clock; everything else is given one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class OffsetClock:
    """Time running on from a chosen instant: the CLOCK setting, for development and tests only."""

    start: datetime
    _started: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.start + (datetime.now(UTC) - self._started)


def make_clock(start: datetime | None) -> Clock:
    return SystemClock() if start is None else OffsetClock(start)
