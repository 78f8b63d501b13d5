"""What a request may say about itself before anybody has looked who asks.

Cookies are read on the event loop, for every request and every event of a tab, and Python needs time that grows with
the square of a quoted cookie full of backslashes: one request of a stranger would hold up everybody for minutes. No
cookie of ours has a backslash. And the headers of a socket stay in the state of its tab, for as long as that is kept.
"""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sigmasight_ui.core.errors import AppError, ErrorKind

MOST_HEADERS = 32 * 1024  # bytes; a host's cookies together take a quarter of it
_PROTOCOL_ERROR = 1002


class LeanHeaders:
    """Refuses enormous headers, and passes on only cookies that are read at once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope.get("headers", ())
        if sum(len(name) + len(value) for name, value in headers) > MOST_HEADERS:
            await _refuse(scope, receive, send)
            return
        if any(name == b"cookie" and b"\\" in value for name, value in headers):
            scope = {**scope, "headers": [(name, _plain(name, value)) for name, value in headers]}
        await self._app(scope, receive, send)


def _plain(name: bytes, value: bytes) -> bytes:
    if name != b"cookie":
        return value
    return b";".join(cookie for cookie in value.split(b";") if b"\\" not in cookie)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _PROTOCOL_ERROR})
        return
    hint = f"Send at most {MOST_HEADERS // 1024} KB; in a browser, delete the cookies of this site."
    refusal = AppError(ErrorKind.INVALID, "ERR_REQUEST_003", "The headers of the request are too large.", hint=hint)
    await JSONResponse(refusal.envelope(), 431)(scope, receive, send)
