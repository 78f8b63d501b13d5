"""Which page answers a browser's address: clean paths, and no page shown that would only send the person on."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sigmasight_ui.core.config import LOOPBACK, Settings
from sigmasight_ui.ui.shell.page import Page

HOME, SIGN_IN, DASHBOARD = "/", "/login", "/dashboard"


class PagePaths:
    """A courtesy to people, not a guard: what a session may see is decided per event and in the services."""

    def __init__(self, app: ASGIApp, *, pages: Sequence[Page], settings: Settings) -> None:
        self._app = app
        self._pages = frozenset(page.route for page in pages)
        self._public = frozenset(page.route for page in pages if page.public)
        self._cookie = f"{settings.session_cookie}=".encode()
        self._origin = settings.origin
        self._other_hosts = _other_loopbacks(settings.origin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            elsewhere = self._elsewhere(scope)
            if elsewhere:
                await RedirectResponse(elsewhere, status_code=303)(scope, receive, send)
                return
            if scope["path"] in self._pages and scope["path"] != HOME:
                scope = {**scope, "path": scope["path"] + "/"}  # a folder's index, without the redirect to its slash
        await self._app(scope, receive, send)

    def _elsewhere(self, scope: Scope) -> str:
        path, query = scope["path"], scope["query_string"].decode("latin-1")
        asked = f"{path}?{query}" if query else path
        headers = dict(scope["headers"])
        if headers.get(b"host", b"").decode("latin-1") in self._other_hosts:
            return f"{self._origin}{asked}"
        if path != HOME and path.endswith("/") and path.rstrip("/") in self._pages:
            return path.rstrip("/") + asked.removeprefix(path)
        signed_in = self._cookie in headers.get(b"cookie", b"")
        if path == HOME and signed_in:
            return DASHBOARD
        if path in self._pages and path not in self._public and not signed_in:
            return f"{SIGN_IN}?next={quote(asked)}"
        return ""


def _other_loopbacks(origin: str) -> frozenset[str]:
    """127.0.0.1 and localhost are two origins to a browser, and the event socket accepts one."""
    ours = urlsplit(origin)
    if ours.hostname not in LOOPBACK:
        return frozenset()
    port = f":{ours.port}" if ours.port else ""
    names = (f"[{name}]" if ":" in name else name for name in LOOPBACK)
    return frozenset(f"{name}{port}" for name in names) - {ours.netloc.lower()}
