"""As many processes as this machine has cores, for as long as there is work."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_IN_PROCESS = 3  # so few tasks are done before other processes have started
_MOST_TRIES = 3


class LocalCompute:
    def __init__(self, processes: int | None = None) -> None:
        self._processes = processes or os.cpu_count() or 1

    def map(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        waiting = iter(tasks)
        first = list(islice(waiting, _IN_PROCESS + 1))
        if len(first) <= _IN_PROCESS:
            yield from (work(task) for task in first)
            return
        yield from self._spread(work, chain(first, waiting))

    def _spread(self, work: Callable[[Task], Result], tasks: Iterator[Task]) -> Iterator[Result]:
        """With twice as many tasks under way as there are processes, so that results do not pile up."""
        under_way: deque[Task] = deque()
        tries = 0
        spawn = multiprocessing.get_context("spawn")
        while tries < _MOST_TRIES:
            try:
                with ProcessPoolExecutor(self._processes, spawn, _belong_to_parent) as pool:
                    coming: deque[Future[Result]] = deque(pool.submit(work, task) for task in under_way)
                    while True:
                        for task in islice(tasks, 2 * self._processes - len(under_way)):
                            under_way.append(task)  # before it is sent, so that it is not lost with the process
                            coming.append(pool.submit(work, task))
                        if not under_way:
                            return
                        result = coming.popleft().result()
                        under_way.popleft()
                        yield result
            except BrokenProcessPool:  # one of the processes was killed: what was under way is done again
                tries += 1
        yield from (work(task) for task in chain(under_way, tasks))


def _belong_to_parent() -> None:
    """In each process: the parent alone is asked to end. Killed, it says nothing, and we would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent watch").start()
