"""A Yahoo Finance on loopback: chart, profile, cookie and crumb, with every kind of misbehaviour switchable per symbol.

    with YahooServer() as yahoo:
        yahoo.serve("AAPL", {date(2026, 11, 19): 189.98, ...}, splits={...}, dividends={...})
        yahoo.behave("MSFT", Slow(3.0))
        ... MARKET_DATA_BASE_URL=yahoo.url ...

Symbols without a table get a deterministic random walk. `yahoo.down = True` refuses connections by closing them
unanswered; `yahoo.requests` lists what was asked. Prices are given as they traded; like Yahoo, the server adjusts
closes and dividends for later splits and rounds them to 32-bit floats.
"""

from __future__ import annotations

import json
import struct
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from sigmasight_ui.core import calendar

NEW_YORK = ZoneInfo("America/New_York")
LAST = date(2026, 11, 19)


@dataclass(frozen=True)
class Ok:
    pass


@dataclass(frozen=True)
class Unknown:
    """404, as for a symbol that does not exist."""


@dataclass(frozen=True)
class Empty:
    """The symbol exists, the range holds nothing."""


@dataclass(frozen=True)
class Holes:
    """Null rows on these sessions."""

    sessions: tuple[date, ...]


@dataclass(frozen=True)
class RateLimited:
    """429 for the next `times` price requests of the symbol, then as usual."""

    times: int = 10**9


@dataclass(frozen=True)
class Html:
    """A consent or maintenance page with status 200."""


@dataclass(frozen=True)
class ServerError:
    code: int = 503


@dataclass(frozen=True)
class Slow:
    seconds: float


@dataclass(frozen=True)
class Currency:
    """Quoted in another unit: pence ('GBp') or another currency."""

    unit: str


@dataclass(frozen=True)
class Stale:
    """Nothing after this session."""

    last: date


Behaviour = Ok | Unknown | Empty | Holes | RateLimited | Html | ServerError | Slow | Currency | Stale


@dataclass
class Listing:
    prices: dict[date, float]
    splits: dict[date, float] = field(default_factory=dict)
    dividends: dict[date, float] = field(default_factory=dict)
    kind: str = "EQUITY"
    profile: dict[str, Any] = field(default_factory=dict)


class YahooServer:
    def __init__(self, last: date = LAST, sessions: int = 520) -> None:
        first = calendar.sessions_between(date(last.year - sessions // 240 - 1, 1, 1), last)[-sessions]
        self._sessions = calendar.sessions_between(first, last)
        self._listings: dict[str, Listing] = {}
        self._behaviour: dict[str, Behaviour] = {}
        self._limited: dict[str, int] = {}
        self._lock = threading.Lock()
        self.down = False
        self.requests: list[str] = []  # paths, in order of arrival

    # Switches

    def serve(self, symbol: str, prices: Mapping[date, float], *, splits: Mapping[date, float] | None = None,
              dividends: Mapping[date, float] | None = None, kind: str = "EQUITY",
              profile: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        """Prices and dividends as they traded; splits as new shares per old, on the session they take effect."""
        self._listings[symbol] = Listing(
            dict(prices), dict(splits or {}), dict(dividends or {}), kind, dict(profile or {})
        )

    def behave(self, symbol: str, behaviour: Behaviour) -> None:
        self._behaviour[symbol] = behaviour
        self._limited[symbol] = behaviour.times if isinstance(behaviour, RateLimited) else 0

    def price_requests(self, symbol: str | None = None) -> list[str]:
        found = [path for path in self.requests if path.startswith("/v8/finance/chart/")]
        return [path for path in found if symbol is None or _symbol(path) == symbol]

    def forget_requests(self) -> None:
        self.requests.clear()

    def listing(self, symbol: str) -> Listing:
        with self._lock:
            return self._listings.setdefault(symbol, Listing(random_walk(symbol, self._sessions)))

    # Life

    def __enter__(self) -> YahooServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"yahoo": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    # Answers

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, content type and body."""
        parts = urlsplit(path)
        if parts.path == "/v1/test/getcrumb":
            return 200, "text/plain", "crumb"
        if parts.path.startswith("/v8/finance/chart/"):
            return self._chart(_symbol(path), parse_qs(parts.query))
        if parts.path.startswith("/v10/finance/quoteSummary/"):
            return self._summary(_symbol(path))
        return 404, "text/plain", ""

    def _chart(self, symbol: str, query: Mapping[str, list[str]]) -> tuple[int, str, str]:
        behaviour = self._behaviour.get(symbol, Ok())
        with self._lock:
            if self._limited.get(symbol, 0) > 0:
                self._limited[symbol] -= 1
                return 429, "text/plain", "Too Many Requests"
        match behaviour:
            case Unknown():
                error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
                return _json({"chart": {"result": None, "error": error}}, 404)
            case Html():
                return 200, "text/html", "<html><body>Before you continue to Yahoo</body></html>"
            case ServerError(code):
                return code, "text/html", "<html><body>Our engineers are working on it</body></html>"
            case Slow(seconds):
                time.sleep(seconds)
        start, end = int(query.get("period1", ["0"])[0]), int(query.get("period2", [str(2**40)])[0])
        return _json(_chart(symbol, self.listing(symbol), behaviour, start, end))

    def _summary(self, symbol: str) -> tuple[int, str, str]:
        if isinstance(self._behaviour.get(symbol), Unknown):
            error = {"code": "Not Found", "description": f"Quote not found for symbol: {symbol}"}
            return _json({"quoteSummary": {"result": None, "error": error}}, 404)
        listing = self.listing(symbol)
        facts = {"sector": "Technology", "industry": "Software", **listing.profile}
        quote = {
            "quoteType": listing.kind,
            "longName": facts.pop("longName", f"{symbol} Incorporated"),
            "symbol": symbol,
        }
        result = {"assetProfile": facts, "quoteType": quote, "price": {"currency": "USD", "exchangeName": "NasdaqGS"}}
        return _json({"quoteSummary": {"result": [result], "error": None}})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    yahoo: YahooServer

    def log_message(self, *_: object) -> None:
        """Tests read `yahoo.requests` instead."""

    def do_GET(self) -> None:
        if self.yahoo.down:
            self.close_connection = True
            self.connection.close()
            return
        self.yahoo.requests.append(self.path)
        self._send(*self.yahoo.answer(self.path))

    do_POST = do_GET

    def _send(self, status: int, content_type: str, text: str) -> None:
        body = text.encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            if self.path == "/":
                self.send_header("Set-Cookie", "A3=visitor; Domain=.yahoo.com; Path=/; Max-Age=31536000")
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client lost patience, which is what some tests are about


def random_walk(symbol: str, sessions: list[date]) -> dict[date, float]:
    """The same prices for a symbol in every run, between a few dollars and a few hundred."""
    state = zlib.crc32(symbol.encode()) or 1
    price, prices = 20.0 + state % 300, {}
    for session in sessions:
        state = (1103515245 * state + 12345) % 2**31
        price *= 1 + (state / 2**31 - 0.495) * 0.03
        prices[session] = round(price, 2)
    return prices


def _chart(symbol: str, listing: Listing, behaviour: Behaviour, start: int, end: int) -> dict[str, Any]:
    sessions = [day for day in sorted(listing.prices) if start <= _timestamp(day) < end]
    if isinstance(behaviour, Stale):
        sessions = [day for day in sessions if day <= behaviour.last]
    holes = behaviour.sessions if isinstance(behaviour, Holes) else ()
    shares = {day: _later_splits(listing, day) for day in sessions}
    closes = [None if day in holes else _float32(listing.prices[day] / shares[day]) for day in sessions]
    meta = _meta(symbol, listing.kind, behaviour.unit if isinstance(behaviour, Currency) else "USD", sessions)
    if isinstance(behaviour, Empty) or not sessions:
        return {"chart": {"result": [{"meta": meta, "indicators": {"quote": [{}], "adjclose": [{}]}}], "error": None}}
    quote = dict.fromkeys(("open", "high", "low", "close"), closes) | {"volume": [1000] * len(sessions)}
    result = {
        "meta": meta,
        "timestamp": [_timestamp(day) for day in sessions],
        "events": _events(listing, sessions, shares),
        "indicators": {"quote": [quote], "adjclose": [{"adjclose": closes}]},
    }
    return {"chart": {"result": [result], "error": None}}


def _later_splits(listing: Listing, day: date) -> float:
    shares = 1.0
    for session, ratio in listing.splits.items():
        shares *= ratio if session > day else 1.0
    return shares


def _events(listing: Listing, sessions: list[date], shares: Mapping[date, float]) -> dict[str, Any]:
    dividends = {
        str(_timestamp(day)): {"amount": listing.dividends[day] / shares[day], "date": _timestamp(day)}
        for day in sessions
        if day in listing.dividends
    }
    splits = {
        str(_timestamp(day)): {
            "date": _timestamp(day),
            "splitRatio": f"{ratio}:1",
            "numerator": ratio,
            "denominator": 1,
        }
        for day, ratio in listing.splits.items()
        if day in shares
    }
    return {name: events for name, events in (("dividends", dividends), ("splits", splits)) if events}


def _meta(symbol: str, kind: str, currency: str, sessions: list[date]) -> dict[str, Any]:
    last = _timestamp(sessions[-1]) if sessions else 0
    period = {"timezone": "EST", "start": last, "end": last + 23400, "gmtoffset": -18000}
    return {
        "currency": currency,
        "symbol": symbol,
        "exchangeName": "NMS",
        "fullExchangeName": "NasdaqGS",
        "instrumentType": kind,
        "firstTradeDate": 345479400,
        "regularMarketTime": last,
        "gmtoffset": -18000,
        "timezone": "EST",
        "exchangeTimezoneName": "America/New_York",
        "priceHint": 2,
        "currentTradingPeriod": dict.fromkeys(("pre", "regular", "post"), period),
        "dataGranularity": "1d",
        "range": "",
        "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
    }


def _timestamp(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 9, 30, tzinfo=NEW_YORK).astimezone(UTC).timestamp())


def _float32(number: float) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])


def _symbol(path: str) -> str:
    return unquote(urlsplit(path).path.rsplit("/", 1)[1])


def _json(content: dict[str, Any], status: int = 200) -> tuple[int, str, str]:
    return status, "application/json", json.dumps(content)
