"""The clock's door: transactions for jobs, as the worker role, in the name of a portfolio's owner or of nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor


class JobScope:
    """Callable like `Database.transaction`, but always app_worker."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @contextmanager
    def __call__(self, actor: Actor, role: str = "app_worker", reason: str = "") -> Iterator[Session]:
        with self.services.db.transaction(actor, role=role, reason=reason) as session:
            yield session
