"""Transactions: one per service call, opened and closed at a door, with the actor as its context.

Row-level security reads the context (`app.user_id`) in every policy. It is set with `set_config(..., true)` as the
first statement of each transaction, so a pooled connection can never carry one person's context to another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import busy, storage_full, unavailable

_CONTEXT = text(
    "select set_config('app.user_id', :user, true), set_config('app.impersonator_id', :impersonator, true),"
    " set_config('app.request_id', :request, true), set_config('app.admin_reason', :reason, true)"
)


class Database:
    """One engine per database role; nothing is connected before the first transaction."""

    def __init__(self, urls: Mapping[str, str], pool_size: int = 8) -> None:
        self._engines = {role: _engine(url, pool_size) for role, url in urls.items()}
        # Connections of their own: one that is told to commit by itself for a while has to be told back when it is
        # given back, and a server that is gone by then would take its place in the pool along.
        self._statements = _engine(urls["app_user"], pool_size, isolation_level="AUTOCOMMIT")

    @contextmanager
    def transaction(self, actor: Actor, role: str = "app_user", reason: str = "") -> Iterator[Session]:
        """Commits when the block ends well, rolls back when it raises; `reason` opens the app_admin policies."""
        with _ended(self._engines[role]) as session:
            session.info["context"] = {
                "user": str(actor.user_id or ""),
                "impersonator": str(actor.impersonator_id or ""),
                "request": actor.request_id or "",
                "reason": reason,
            }
            yield session

    def statement(self) -> AbstractContextManager[Session]:
        """For a single statement of nobody, committed by itself: a transaction around it costs three round trips more,
        and whoever is asked for who they are waits for them with every click."""
        return _ended(self._statements)

    def close(self) -> None:
        for engine in (*self._engines.values(), self._statements):
            engine.dispose()


@contextmanager
def _ended(engine: Engine) -> Iterator[Session]:
    try:
        # Whoever asks a session that is closed already raises, instead of beginning another transaction. Closing rolls
        # back what was not committed, and may find the server gone too.
        with Session(engine, expire_on_commit=False, close_resets_only=False) as session:
            yield session
            session.commit()
    except (DBAPIError, PoolTimeout) as error:
        if _state_of(error) == _DISK_FULL:
            raise storage_full() from error
        if _state_of(error) == _LOCKED:
            raise busy() from error
        if _is_away(error):
            raise unavailable("The database") from error
        raise


@event.listens_for(Session, "after_begin")
def _set_context(session: Session, _transaction: Any, connection: Any) -> None:
    context = session.info.get("context")
    if context is not None:
        connection.execute(_CONTEXT, context)


def _engine(url: str, pool_size: int, **options: Any) -> Engine:
    return create_engine(
        url,
        **options,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "sigmasight"},
    )


# Classes of SQLSTATE that mean "the server is not there", as opposed to "the statement is wrong":
# 08 connection, 53 out of resources, 57 operator intervention (shutdown, cancel), 58 system error.
_AWAY = ("08", "53", "57", "58")
_OF_THE_CONNECTION = (OperationalError, InterfaceError, DatabaseError)
_DISK_FULL = "53100"
_LOCKED = "55P03"  # waited as long as the role may for what another transaction holds


def _is_away(error: Exception) -> bool:
    if isinstance(error, PoolTimeout):
        return True
    state = _state_of(error)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    # What libpq says without the server has no state, and may be of the driver's most general kind.
    return (state is None and type(error) in _OF_THE_CONNECTION) or (state or "").startswith(_AWAY)


def _state_of(error: Exception) -> str | None:
    return getattr(getattr(error, "orig", None), "pgcode", None)
