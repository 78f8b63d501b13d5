"""Threads of their own for work that is slow on purpose, so that a flood of it leaves everybody else's threads free."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


class SlowLane:
    """`refusal` is raised for work that had to wait for a thread longer than `patience` seconds."""

    def __init__(self, threads: int, patience: float, refusal: Callable[[], Exception]) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="slow lane")
        self._patience = patience
        self._refusal = refusal

    async def run(self, work: Callable[[], T]) -> T:
        """Work that has begun is finished, also when the caller is gone; waiting work is given up."""
        job = self._threads.submit(copy_context().run, work)
        outcome = asyncio.wrap_future(job)
        try:
            await asyncio.wait({outcome}, timeout=self._patience)
            if job.cancel():
                raise self._refusal()
            return await outcome
        finally:
            job.cancel()
