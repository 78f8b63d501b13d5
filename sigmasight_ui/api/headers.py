"""Security and caching headers for every answer of the web process."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_YEAR = "public, max-age=31536000, immutable"
_FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
_FOR_PAGES = {
    **_FOR_ALL,
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_NO_DOCUMENT = "default-src 'none'; frame-ancestors 'none'"
_PROGRAMS = ("/api/", "/auth/", "/health/")


class SecurityHeaders:
    """Outermost wrapper: the content security policy allows exactly the inline scripts of the built pages."""

    def __init__(self, app: ASGIApp, *, public_url: str, static_dir: Path) -> None:
        self._app = app
        self._policies = page_policies(public_url, static_dir)
        self._fallback = self._policies.get("404", content_security_policy(public_url, ()))
        self._for_pages = dict(_FOR_PAGES)
        if public_url.startswith("https://"):
            self._for_pages["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, query = scope["path"], scope["query_string"]  # read now: routers below rewrite the scope

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(path, query, MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, with_headers)

    def _add(self, path: str, query: bytes, headers: MutableHeaders) -> None:
        """By path alone: an answer 304 has no content type, and its headers replace those of the cached page."""
        no_document = path.startswith(_PROGRAMS) or _is_file(path)
        for name, value in _FOR_ALL.items() if no_document else self._for_pages.items():
            headers[name] = value
        page_policy = self._policies.get(path.strip("/"), self._fallback)
        headers["Content-Security-Policy"] = _NO_DOCUMENT if no_document else page_policy
        if "cache-control" not in headers:
            headers["Cache-Control"] = _caching(path, query)


def page_policies(public_url: str, static_dir: Path) -> dict[str, str]:
    """A policy per built page, keyed by its path without slashes; "404" also serves routes with parameters."""
    policies = {}
    for file in static_dir.rglob("*.html"):
        name = file.relative_to(static_dir).with_suffix("").as_posix().removesuffix("index").strip("/")
        policies[name] = content_security_policy(public_url, inline_script_hashes(file.read_text(encoding="utf-8")))
    return policies


def inline_script_hashes(html: str) -> tuple[str, ...]:
    digests = {hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(html)}
    return tuple(sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests))


def content_security_policy(public_url: str, script_hashes: tuple[str, ...]) -> str:
    """Styles need `unsafe-inline`: the frame's style library and bar widths write style attributes."""
    parts = urlsplit(public_url)
    socket = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    return "; ".join(
        [
            "default-src 'self'",
            " ".join(["script-src 'self'", *script_hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {socket}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def _caching(path: str, query: bytes) -> str:
    if path.startswith(_PROGRAMS):
        return "no-store"
    if path.startswith(("/assets/", "/fonts/")) or query.startswith(b"v="):
        return _YEAR
    return "public, max-age=3600" if _is_file(path) else "no-cache"


def _is_file(path: str) -> bool:
    return "." in path.rpartition("/")[2]
