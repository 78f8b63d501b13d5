"""Whom proxies speak for, in one line: some extend the header they were sent, others add a line of their own after it,
and whoever reads only the first line believes what the visitor wrote."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

_NAME = b"x-forwarded-for"


class OneForwardedFor:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lines = [value for name, value in scope.get("headers", ()) if name == _NAME]
        if len(lines) > 1:
            others = [(name, value) for name, value in scope["headers"] if name != _NAME]
            scope = {**scope, "headers": [*others, (_NAME, b", ".join(lines))]}
        await self._app(scope, receive, send)
