"""The event socket as an attacker uses it: no browser, any headers, any event."""

from __future__ import annotations

import json
import uuid
from typing import Any

import websocket

NAMESPACE = "/_event"
QUIET_SECONDS = 1.0


class RawSocket:
    """Speaks just enough Engine.IO and Socket.IO to send events and to collect what comes back."""

    def __init__(self, url: str, *, origin: str | None = None, cookie: str = "", token: str = "") -> None:
        address = f"{url.replace('http', 'ws', 1)}{NAMESPACE}/?token={token or uuid.uuid4()}&EIO=4&transport=websocket"
        self._socket = websocket.create_connection(address, origin=origin or url, cookie=cookie or None, timeout=5)
        self._socket.recv()  # the handshake's parameters
        self._socket.send(f"40{NAMESPACE},")

    def send(self, name: str, path: str = "/dashboard", **payload: Any) -> list[dict[str, Any]]:
        """What the server answers until it is quiet."""
        event = {"name": name, "payload": payload, "router_data": {"pathname": path, "asPath": path, "query": {}}}
        self._socket.send(f"42{NAMESPACE},{json.dumps(['event', event])}")
        return list(self._answers())

    def close(self) -> None:
        self._socket.close()

    def _answers(self) -> Any:
        self._socket.settimeout(QUIET_SECONDS)
        while True:
            try:
                frame = self._socket.recv()
            except websocket.WebSocketTimeoutException:
                return
            if frame == "2":
                self._socket.send("3")
            elif frame.startswith(f"42{NAMESPACE},"):
                yield json.loads(frame.removeprefix(f"42{NAMESPACE},"))[1]


def redirects(answers: list[dict[str, Any]]) -> list[str]:
    events = [event for answer in answers for event in answer.get("events", [])]
    return [event["payload"]["path"] for event in events if event["name"] == "_redirect"]
