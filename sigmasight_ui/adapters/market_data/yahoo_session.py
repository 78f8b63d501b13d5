"""The HTTP session yfinance works with: bounded in time, its answers' codes remembered, and reroutable for tests."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit, urlunsplit

CONNECT_TIMEOUT = 5.0
_PRICE_PATH = "/v8/finance/chart/"


class YahooSession:
    """Yahoo turns plain `requests` away by its TLS handshake, so online it is curl_cffi speaking like a browser, as
    yfinance itself does. With a base URL (development and test) every host leads to that server instead."""

    def __init__(self, base_url: str | None, read_timeout: float) -> None:
        self._timeout = (CONNECT_TIMEOUT, read_timeout)  # yfinance itself would wait 30 s for a cookie, and then again
        self.session: Any = _browser() if base_url is None else _rerouted(base_url)
        self._codes = threading.local()
        self._send = self.session.request
        self.session.request = self._request

    @property
    def last_code(self) -> int | None:
        """HTTP status of the newest price answer of this thread; None when none arrived."""
        return getattr(self._codes, "code", None)

    def forget_code(self) -> None:
        self._codes.code = None

    def _request(self, method: str, url: str, **options: Any) -> Any:
        response = self._send(method, url, **{**options, "timeout": self._timeout})
        if _PRICE_PATH in url:
            self._codes.code = response.status_code
        return response


def _browser() -> Any:
    from curl_cffi import requests

    return requests.Session(impersonate="chrome")


def _rerouted(base_url: str) -> Any:
    import requests
    from requests.adapters import HTTPAdapter

    target = urlsplit(base_url)
    adapter = HTTPAdapter()
    send = adapter.send

    def detour(request: Any, *args: Any, **options: Any) -> Any:
        """Only the way differs: cookies, redirects and yfinance still see the host that was meant."""
        meant = request.url
        parts = urlsplit(meant)
        request.headers["X-Forwarded-Host"] = parts.hostname
        request.url = urlunsplit((target.scheme, target.netloc, parts.path or "/", parts.query, ""))
        try:
            response = send(request, *args, **options)
        finally:
            request.url = meant
        response.url = meant
        return response

    adapter.send = detour
    session = requests.Session()
    session.trust_env = False  # a proxy of the environment must not see what is meant for loopback
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter)
    return session
