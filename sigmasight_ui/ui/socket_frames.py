"""Ends a socket that sends what no page sends.

The socket server reads a frame's packet type outside its error handling: on a frame that has none, it forgets the
connection without closing it, and what is left of it keeps the process from ending.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSE, _PONG = "1", "3"
_MESSAGE = re.compile(r"4[0-6]")  # Engine.IO message, then the type of the Socket.IO packet in it
_PROTOCOL_ERROR = 1002


class SocketFrames:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        async def receive_packets() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive" or is_packet(message.get("text")):
                return message
            return {"type": "websocket.disconnect", "code": _PROTOCOL_ERROR}

        await self._app(scope, receive_packets, send)


def is_packet(text: str | None) -> bool:
    """Pages send no binary frames, whose text is None."""
    return text in (_CLOSE, _PONG) or bool(text and _MESSAGE.match(text))
