"""Drives one event through Reflex's real event pipeline: gate, argument coercion, handler, computed vars, deltas."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from reflex.istate.manager.memory import StateManagerMemory
from reflex.utils.format import format_event_handler
from reflex_base.event import Event
from reflex_base.event.processor import BaseStateEventProcessor
from reflex_base.registry import RegistrationContext

from sigmasight_ui.sigmasight_ui import app


@dataclass
class Outcome:
    """What the browser would get: state changes, and events for itself or to be chained."""

    deltas: list[dict] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    error: Exception | None = None

    @property
    def redirects(self) -> list[str]:
        return [event.payload["path"] for event in self.events if event.name == "_redirect"]

    def chained(self, handler: Any) -> list[dict]:
        """The payloads with which this handler was chained."""
        return [event.payload for event in self.events if event.name == format_event_handler(handler)]


class Tab:
    """One browser tab: a token and the state tree the server keeps for it."""

    def __init__(self, gate: Any, token: str = "tab-1") -> None:
        self.token = token
        self._gate = gate
        self._states = StateManagerMemory()

    async def _preprocess(self, state: Any, event: Event) -> Any:
        return await self._gate.preprocess(app=app, state=state, event=event)

    def trees(self) -> list[Any]:
        """The state trees the server keeps, one per tab."""
        return list(self._states.states.values())

    def send(self, handler: Any, cookie: str = "", path: str = "/", **payload: Any) -> Outcome:
        return asyncio.run(self.sent(handler, cookie, path, **payload))

    async def sent(self, handler: Any, cookie: str = "", path: str = "/", **payload: Any) -> Outcome:
        name = handler if isinstance(handler, str) else format_event_handler(handler)
        return await asyncio.wait_for(self._send(name, cookie, path, payload), timeout=10)

    async def _send(self, name: str, cookie: str, path: str, payload: dict[str, Any]) -> Outcome:
        RegistrationContext.ensure_context()
        outcome = Outcome()

        async def emit_event(_token: str, *events: Event) -> None:
            outcome.events.extend(events)

        processor = BaseStateEventProcessor(middleware=self, graceful_shutdown_timeout=1)
        processor.configure(state_manager=self._states)
        object.__setattr__(processor._root_context, "emit_event_impl", emit_event)
        headers = {"cookie": cookie, "origin": "http://localhost:8000", "host": "localhost:8000"}
        router = {"pathname": path, "asPath": path, "query": {}, "headers": headers, "ip": "192.0.2.7"}
        async with processor:
            event = Event(name=name, payload=payload, router_data=router)
            try:
                async for delta in processor.enqueue_stream_delta(self.token, event):
                    outcome.deltas.append(delta)
            except Exception as error:
                outcome.error = error
        return outcome
