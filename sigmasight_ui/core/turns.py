"""A few at a time for each person: who asks for a hundred at once waits for themselves, not everybody for them."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from sigmasight_ui.core.actor import Actor


class Turns:
    """Waiting takes no thread; somebody without an account waits with all others of their address."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._taken: WeakValueDictionary[tuple[int, str], asyncio.Semaphore] = WeakValueDictionary()

    def of(self, actor: Actor) -> asyncio.Semaphore:
        loop = id(asyncio.get_running_loop())  # a semaphore wakes nobody of another loop
        return self._taken.setdefault((loop, str(actor.user_id or actor.ip)), asyncio.Semaphore(self._at_once))
