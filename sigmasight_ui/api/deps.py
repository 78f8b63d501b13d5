"""What routes are given: services, the actor behind the request, and one transaction round one service call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import uuid4

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import ANONYMOUS, Actor
from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.errors import AppError, ErrorKind, unauthenticated
from sigmasight_ui.core.network import client_address
from sigmasight_ui.core.transactions import Transactions
from sigmasight_ui.core.turns import Turns
from sigmasight_ui.services.identity.schemas import Visitor, actor_of

T = TypeVar("T")

AT_ONCE = 8
_turns = Turns(AT_ONCE)  # for all programs of a person
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


@dataclass(frozen=True)
class Door:
    """One request: who asks, and the services it may call."""

    services: Services
    actor: Actor
    visitor: Visitor

    @property
    def transactions(self) -> Transactions:
        return self.services.db.transaction

    @property
    def turn(self) -> asyncio.Semaphore:
        return _turns.of(self.actor)

    def transaction(self) -> AbstractContextManager[Session]:
        return self.services.db.transaction(self.actor)


def get_services(request: Request) -> Services:
    services: Services = request.app.state.services()
    return services


def client_ip(request: Request, settings: Settings) -> str | None:
    peer = request.client.host if request.client else None
    return client_address(peer, request.headers.get("x-forwarded-for", ""), settings.trusted_proxies)


def visitor_of(request: Request, settings: Settings) -> Visitor:
    return Visitor(client_ip(request, settings), request.headers.get("user-agent"))


def anonymous_door(request: Request) -> Door:
    services = get_services(request)
    visitor = visitor_of(request, services.settings)
    return Door(services, _anonymous(visitor), visitor)


def signed_in_door(request: Request) -> Door:
    """Cookie or bearer token, resolved to the same kind of actor; both are checked on every request."""
    services = get_services(request)
    visitor = visitor_of(request, services.settings)
    actor = _resolve(request, services, visitor)
    if actor is None:
        raise unauthenticated()
    return Door(services, actor, visitor)


Anonymous = Annotated[Door, Depends(anonymous_door)]
SignedIn = Annotated[Door, Depends(signed_in_door)]


async def in_turn(door: Door, work: Callable[[], T]) -> T:
    """For a route that reads a body as it comes: it takes turn and thread only when it has something to do."""
    async with door.turn:
        return await run_in_threadpool(work)


async def hash_in_turn(door: Door, work: Callable[[], T]) -> T:
    """For what hashes the password of somebody signed in: of the threads for that there are few for all."""
    async with door.turn:
        return await door.services.password_lane.run(work)


def check_origin(request: Request, settings: Settings) -> None:
    """A cookie travels with requests other sites cause; only our own pages may write with it."""
    origin = request.headers.get("origin")
    fetched_from = request.headers.get("sec-fetch-site")
    if (origin is not None and origin != settings.origin) or (origin is None and fetched_from == "cross-site"):
        raise AppError(
            ErrorKind.FORBIDDEN,
            "ERR_AUTH_006",
            "This request came from another site.",
            hint="Open SigmaSight itself and try again.",
        )


def _resolve(request: Request, services: Services, visitor: Visitor) -> Actor | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(services.settings.session_cookie)
    with services.db.statement() as session:
        if scheme.lower() == "bearer":
            live, origin = services.identity.resolve_token(session, token.strip()), "token"
        elif cookie:
            live, origin = services.identity.resolve_cookie(session, cookie), "browser"
        else:
            return None
    if live is None:
        return None
    if origin == "browser" and request.method not in SAFE_METHODS:
        check_origin(request, services.settings)
    return actor_of(live, origin, visitor.ip, uuid4().hex)


def _anonymous(visitor: Visitor) -> Actor:
    return Actor(role=ANONYMOUS.role, ip=visitor.ip, request_id=uuid4().hex)
