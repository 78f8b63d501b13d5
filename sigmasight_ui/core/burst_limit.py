"""A rate limit in this process's memory, for what must be refused before it costs anything."""

from __future__ import annotations

import time
from collections.abc import Callable

_REMEMBERED = 10_000


class BurstLimit:
    """`count` per `period` seconds: a full burst is allowed, then one more every period / count."""

    def __init__(self, count: int, period: float, now: Callable[[], float] = time.monotonic) -> None:
        self._step, self._period, self._now = period / count, period, now
        self._due: dict[str, float] = {}

    def allows(self, who: str) -> bool:
        """Counts when it allows."""
        now = self._now()
        due = max(self._due.get(who, now), now) + self._step
        if due - now > self._period:
            return False
        if len(self._due) >= _REMEMBERED:
            self._due = {name: later for name, later in self._due.items() if later > now}
        self._due[who] = due
        return True
