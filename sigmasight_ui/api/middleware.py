"""Round every call of the API: answers are not cached, and a body is small unless its route reads it in a stream."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS = ("/api/", "/auth/", "/health/")
MAX_BODY = 1024 * 1024


class NotCached:
    """Answers are never stored, unless the route says otherwise itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(OURS):
            return await self._app(scope, receive, send)

        async def send_uncached(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
            await send(message)

        return await self._app(scope, receive, send_uncached)


class SmallBodies:
    """JSON and forms are read whole before a route sees them, so somebody without an account could fill the memory."""

    def __init__(self, app: ASGIApp, *, but: Collection[str]) -> None:
        self._app = app
        self._but = but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(OURS) or scope["path"] in self._but:
            return await self._app(scope, receive, send)
        taken = 0

        async def receive_little() -> Message:
            nonlocal taken
            if declared_length(Headers(scope=scope)) > MAX_BODY:
                raise _too_large()
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MAX_BODY:
                raise _too_large()
            return message

        return await self._app(scope, receive_little, send)


def declared_length(headers: Headers) -> int:
    declared = headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdecimal() and len(declared) < 20 else 0


def _too_large() -> HTTPException:
    return HTTPException(413)
