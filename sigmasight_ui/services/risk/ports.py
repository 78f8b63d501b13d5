"""What the room needs of whoever computes for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Compute(Protocol):
    """Work that needs nothing but its argument, in as many processes as there are. Adapters: a pool of this machine's
    processes, a Dask cluster."""

    def map(self, work: Callable[[Task], Result], tasks: Iterable[Task], /) -> Iterator[Result]:
        """In the order of the tasks. `work` is a function of a module; tasks are taken when there is room for them. A
        task whose process died is done again; one that raises ends all with what it raised."""
        ...
