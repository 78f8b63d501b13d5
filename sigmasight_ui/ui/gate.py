"""Default-deny gate: every state event passes here before its handler, whatever the browser sent.

A public method of a state is a network endpoint that any socket may call with any payload, and a tab's token is no
credential. So each event is resolved to an Actor from the session cookie of its socket, the tab's state tree is bound
to that session (another session finds an empty tree), and a handler runs for nobody but signed-in people unless it is
marked `@public`. What an Actor may do to which object is decided by the services.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from urllib.parse import quote

import reflex as rx
from reflex.state import BaseState, StateUpdate
from reflex_base.constants import RouteVar
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext

from sigmasight_ui.core.actor import ANONYMOUS, Actor
from sigmasight_ui.ui.problems import incident
from sigmasight_ui.ui.public import is_public
from sigmasight_ui.ui.shell.outage import OutageState

Resolve = Callable[[str, str | None], Actor | None]

SIGN_IN = "/login"
LONGEST_ADDRESS = 8_000
"""Characters. Where a tab says it is stays in its state, several times over, and anybody may open a tab."""
_OF_THE_CONNECTION = (RouteVar.CLIENT_IP, RouteVar.CLIENT_TOKEN, RouteVar.SESSION_ID, RouteVar.HEADERS)

current_actor: ContextVar[Actor] = ContextVar("current_actor", default=ANONYMOUS)


class SessionState(rx.State):
    """Whose tree this is; nothing of it reaches the browser."""

    _owner: str = ""


class Gate(rx.Middleware):
    """`resolve` turns a Cookie header and an address into an Actor. It may block; its threads are its own, so that
    handlers waiting for something slow, a flood of sign-ins say, keep nobody else from being recognised. A database
    that has stopped without hanging up is not waited for longer than `patience` seconds before the page says so."""

    def __init__(self, resolve: Resolve, patience: float = 20) -> None:
        self._resolve = resolve
        self._patience = patience
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="gate")

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        del app  # part of Reflex's signature
        root = state._get_root_state()
        if _address_length(event) > LONGEST_ADDRESS:
            _forget_address(root)
            return StateUpdate()
        registered = RegistrationContext.get().event_handlers.get(event.name)
        if registered is None or event.name.endswith(".setvar"):  # Reflex gives every state a setter by name
            return StateUpdate()
        if not _can_be_sent_back(event):
            return StateUpdate()
        try:
            actor = await self._actor(root)
        except Exception as error:
            return await _refuse_unresolved(root, error)
        await _end_outage(root)
        await _bind(root, _owner_of(actor))
        current_actor.set(actor)
        if actor.is_signed_in or is_public(registered.handler.fn) or _is_framework(registered.states):
            return None
        return StateUpdate(events=Event.from_event_type(rx.redirect(_sign_in_path(root))))

    async def _actor(self, root: BaseState) -> Actor:
        cookie, address = root.router.headers.cookie, root.router.session.client_ip or None
        if not cookie:
            return Actor(ip=address)
        loop = asyncio.get_running_loop()
        resolved = loop.run_in_executor(self._threads, self._resolve, cookie, address)
        return await asyncio.wait_for(resolved, self._patience) or Actor(ip=address)


def _can_be_sent_back(event: Event) -> bool:
    """Half a character (of a surrogate pair) arrives as JSON but does not leave: its socket would fall silent."""
    try:
        json.dumps([event.payload, event.router_data], ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def _address_length(event: Event) -> int:
    """Of all that the tab says about its page; what belongs to its connection comes from the server."""
    told = {name: value for name, value in event.router_data.items() if name not in _OF_THE_CONNECTION}
    return len(json.dumps(told, default=str))


def _forget_address(root: BaseState) -> None:
    """The state has it already when the gate is asked."""
    kept = {name: value for name, value in root.router_data.items() if name in _OF_THE_CONNECTION}
    nowhere = {RouteVar.PATH: "/", RouteVar.ORIGIN: "/", RouteVar.QUERY: {}}
    root.router_data = root._update_router_vars({**kept, **nowhere}, {})


async def _bind(root: BaseState, owner: str) -> None:
    """A tree that belongs to another session is wiped before anything of it can be sent."""
    session = await root.get_state(SessionState)
    if session._owner != owner:
        root.reset()
        session._owner = owner


async def _refuse_unresolved(root: BaseState, error: Exception) -> StateUpdate:
    """Nobody can be told apart from anybody: nothing of the tree is sent, only that it is not the person's fault."""
    outage = await root.get_state(OutageState)
    outage.reference = outage.reference or incident("session_not_resolved", error)
    delta = await outage._get_resolved_delta()
    outage._clean()
    return StateUpdate(delta=delta)


async def _end_outage(root: BaseState) -> None:
    outage = await root.get_state(OutageState)
    if outage.reference:
        outage.reference = ""


def _owner_of(actor: Actor) -> str:
    return str(actor.session_id) if actor.is_signed_in else ""


def _is_framework(states: tuple[type[BaseState], ...]) -> bool:
    return all(not state.is_user_defined() for state in states)


def _sign_in_path(root: BaseState) -> str:
    """Back to the page that asked, once signed in; only a path of our own can come out of here."""
    url = root.router.url
    wanted = url.path + (f"?{url.query}" if url.query else "")
    return f"{SIGN_IN}?next={quote(wanted)}" if wanted.startswith("/") and wanted != "/" else SIGN_IN
