"""How a use case with several steps gets its transactions: from the door that called it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor


class Transactions(Protocol):
    """Opens one transaction as `actor`; it is committed when the block ends well.

    Use cases that must keep something even when they refuse (a counted attempt, an audit row), or that work
    between two transactions (hashing, parsing, the network), take this instead of a session.
    """

    def __call__(self, actor: Actor, role: str = "app_user", reason: str = "") -> AbstractContextManager[Session]: ...
