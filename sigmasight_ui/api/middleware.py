"""Round every call of the API: answers are not cached, and a body is small, unless its route reads it in a stream, and
has an end."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS = ("/api/", "/auth/", "/health/")
MAX_BODY = 1024 * 1024
BODY_SECONDS = 60
FILE_SECONDS = 900  # 10 MB over a slow line


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
    """JSON and forms are read whole before a route sees them, so somebody without an account could fill the memory.
    And no body takes for ever: each holds a connection, of which there is a limited number."""

    def __init__(self, app: ASGIApp, *, but: Collection[str]) -> None:
        self._app = app
        self._but = but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(OURS):
            return await self._app(scope, receive, send)
        is_streamed = scope["path"] in self._but
        taken, is_whole, until = 0, False, 0.0

        async def receive_little() -> Message:
            nonlocal taken, is_whole, until
            until = until or asyncio.get_running_loop().time() + (FILE_SECONDS if is_streamed else BODY_SECONDS)
            if not is_streamed and declared_length(Headers(scope=scope)) > MAX_BODY:
                raise HTTPException(413)
            message = await receive() if is_whole else await _in_time(receive, until)
            is_whole = not message.get("more_body", False)
            taken += len(message.get("body", b""))
            if not is_streamed and taken > MAX_BODY:
                raise HTTPException(413)
            return message

        return await self._app(scope, receive_little, send)


async def _in_time(receive: Receive, until: float) -> Message:
    try:
        async with asyncio.timeout_at(until):
            return await receive()
    except TimeoutError:
        raise HTTPException(408) from None


def declared_length(headers: Headers) -> int:
    declared = headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdecimal() and len(declared) < 20 else 0
