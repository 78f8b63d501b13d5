"""The people's door: one service call of a handler, in a thread, in one transaction, as the actor of the event.

    rows = await scope.call(lambda services, session, actor: services.portfolios.list_visible(session, actor))

Use cases that open their own transactions are given `transactions` in place of a session: `scope.call_open`,
and those that hash a password `scope.call_hashing`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session
from starlette.requests import cookie_parser

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.core.turns import Turns
from sigmasight_ui.services.identity.schemas import actor_of
from sigmasight_ui.ui.gate import current_actor

T = TypeVar("T")

AT_ONCE = 4

_provider: list[Callable[[], Services]] = []
_turns = Turns(AT_ONCE)  # for all tabs of a person


def install(provider: Callable[[], Services]) -> None:
    """Done once by the assembling module; services are built when first needed."""
    _provider[:] = [provider]


def services() -> Services:
    return _provider[0]()


async def call(work: Callable[[Services, Session, Actor], T]) -> T:
    actor = current_actor.get()

    def in_transaction() -> T:
        with services().db.transaction(actor) as session:
            return work(services(), session, actor)

    async with _turns.of(actor):
        return await asyncio.to_thread(in_transaction)


async def call_open(work: Callable[[Services, Transactions, Actor], T]) -> T:
    actor = current_actor.get()
    async with _turns.of(actor):
        return await asyncio.to_thread(lambda: work(services(), services().db.transaction, actor))


async def call_hashing(work: Callable[[Services, Transactions, Actor], T]) -> T:
    """Like `call_open`, for what hashes a password: a flood of it must not take the threads of all other events."""
    actor = current_actor.get()
    built = await asyncio.to_thread(services)
    return await built.password_lane.run(lambda: work(built, built.db.transaction, actor))


def resolve(cookie_header: str, ip: str | None) -> Actor | None:
    """The actor behind a Cookie header, for the gate. Blocking: one indexed look-up."""
    built = services()
    value = cookie_parser(cookie_header).get(built.settings.session_cookie, "")  # as REST reads it: of two, the same
    if not value:
        return None
    with built.db.statement() as session:
        live = built.identity.resolve_cookie(session, value)
    return actor_of(live, "browser", ip, None) if live else None
