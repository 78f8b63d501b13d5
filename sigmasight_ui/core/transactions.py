"""How a use case with several steps gets its transactions: from the door that called it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor

T = TypeVar("T")
Later = Callable[[], T]
"""What is left of a piece of work when everything it needs is read: it asks no session any more."""


class Transactions(Protocol):
    """Opens one transaction as `actor`; it is committed when the block ends well.

    Use cases that must keep something even when they refuse (a counted attempt, an audit row), or that work
    between two transactions (hashing, parsing, the network), take this instead of a session.
    """

    def __call__(self, actor: Actor, role: str = "app_user", reason: str = "") -> AbstractContextManager[Session]: ...


def read_then_compute(open_: Transactions, actor: Actor, read: Callable[[Session], Later[T]]) -> T:
    """Reads in one transaction and computes when it is closed: connections are few, and figures take their time."""
    with open_(actor) as session:
        compute = read(session)
    return compute()
