"""How many sockets one address may open: each tab's state stays in memory for a while, whoever asked for it."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from sigmasight_ui.core.burst_limit import BurstLimit
from sigmasight_ui.core.network import client_address, is_loopback

PER_MINUTE = 300  # an office behind one address, all reloading at once
_TRY_AGAIN_LATER = 1013


class SocketRate:
    def __init__(self, app: ASGIApp, *, trusted_proxies: int) -> None:
        self._app = app
        self._trusted_proxies = trusted_proxies
        self._limit = BurstLimit(PER_MINUTE, 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self._allows(scope):
            await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
            return
        await self._app(scope, receive, send)

    def _allows(self, scope: Scope) -> bool:
        """This machine's own address may stand for everybody: a proxy nobody told us of."""
        peer = scope["client"][0] if scope.get("client") else None
        address = client_address(peer, Headers(scope=scope).get("x-forwarded-for", ""), self._trusted_proxies)
        return is_loopback(address) or self._limit.allows(address or "unknown")
