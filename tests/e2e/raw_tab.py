"""A browser tab without a browser: Reflex's socket protocol spoken by hand, so that anything at all can be sent."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import websocket
from reflex.state import OnLoadInternalState, State
from reflex.utils.format import format_event_handler

from sigmasight_ui.ui.shell.notices import NoticeState

NAMESPACE = "/_event"
_HYDRATE = format_event_handler(State.hydrate)
_ON_LOAD = format_event_handler(OnLoadInternalState.on_load_internal)
_MARKER = format_event_handler(NoticeState.report)
_addresses = (f"198.18.{high}.{low}" for high in range(256) for low in range(1, 255))


class RawTab:
    """Engine.IO and Socket.IO frames over one websocket; `heard` keeps every byte the server sent."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        cookie: str = "",
        origin: str | None = "",
        address: str = "",
    ) -> None:
        """`origin` None sends no Origin at all, "" the product's own. Without an `address` it has one of its own."""
        self.url, self.token, self.heard = url, token or str(uuid4()), ""
        self._socket = websocket.create_connection(
            f"{url.replace('http', 'ws', 1)}/_event/?EIO=4&transport=websocket&token={self.token}",
            timeout=20,
            origin=origin or url,
            suppress_origin=origin is None,
            cookie=cookie or None,
            header={"X-Forwarded-For": address or next(_addresses)},
        )
        self._receive_until('0{"sid"')
        self.send_frame(f"40{NAMESPACE},")
        self._receive_until(f"40{NAMESPACE},")

    def __enter__(self) -> RawTab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def send_frame(self, frame: str | bytes) -> None:
        self._socket.send(frame)

    def send(self, name: str, path: str = "/", /, **payload: Any) -> None:
        """`path` is where the tab says it is: the address of the page with its query."""
        route, _, query = path.partition("?")
        parameters = dict(part.split("=", 1) for part in query.split("&") if part)
        router = {"pathname": route, "asPath": path, "query": parameters}
        self.send_event({"name": name, "payload": payload, "router_data": router})

    def send_event(self, event: Any) -> None:
        self.send_frame(f"42{NAMESPACE},{json.dumps(['event', event])}")

    def ask(self, name: str, path: str = "/", /, **payload: Any) -> str:
        """Everything that came back on this event and on what it set off."""
        before = len(self.heard)
        self.send(name, path, **payload)
        self.settle()
        return self.heard[before:]

    def hydrate(self, path: str = "/") -> str:
        """What a page does first: ask for the whole state, then for what the page loads."""
        before = len(self.heard)
        self.send(_HYDRATE, path)
        self.send(_ON_LOAD, path)
        self.settle()
        return self.heard[before:]

    def settle(self, rounds: int = 3) -> None:
        """Events of a tab are answered in order; one more round for each event that sets off another."""
        for _ in range(rounds):
            marker = f"marker-{uuid4().hex}"
            self.send(_MARKER, text=marker, tone="warn")
            self._receive_until(marker)

    def listen(self, seconds: float) -> str:
        """What comes within some seconds, or until the server hangs up."""
        before, deadline = len(self.heard), time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                self._receive()
            except websocket.WebSocketTimeoutException:
                break
            except (websocket.WebSocketConnectionClosedException, OSError):
                self.heard += "<closed>"
                break
        self._socket.settimeout(20)
        return self.heard[before:]

    def _receive_until(self, text: str) -> None:
        position = len(self.heard)
        while text not in self.heard[position:]:
            self._receive()

    def _receive(self) -> None:
        frame = self._socket.recv()
        if frame == "":
            raise websocket.WebSocketConnectionClosedException("the server hung up")
        if frame == "2":
            self.send_frame("3")
        self.heard += frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
