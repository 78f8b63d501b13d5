"""A Dask cluster somewhere else, found by the address of its scheduler; it runs the same version of this program."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 3  # tasks per core that are under way


class DaskCompute:
    """dask is loaded with the first work: it is an extra that only clusters need."""

    def __init__(self, scheduler: str) -> None:
        self._scheduler = scheduler

    def map(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Tasks are arguments of the call and nothing is scattered: a scattered dict lends its keys to the cluster as
        global names, and equal keys overwrite each other. `pure=False`: equal work is done again, never looked up."""
        from distributed import Client

        waiting = iter(tasks)
        with Client(self._scheduler, set_as_default=False) as client:
            room = _AHEAD * max(1, sum(client.ncores().values()))
            under_way: deque[Any] = deque()
            while True:
                for task in islice(waiting, room - len(under_way)):
                    under_way.append(client.submit(work, task, pure=False, retries=2))
                if not under_way:
                    return
                result: Result = under_way.popleft().result()
                yield result
