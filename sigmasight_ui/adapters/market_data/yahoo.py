"""Yahoo Finance through yfinance: one range request per symbol, every answer classified by us.

Yahoo's `Close` is adjusted for all splits up to today, its dividends too. The port wants prices as they traded, so
each request runs to the present day, which brings every later split with it, and the adjustment is taken out again.
"""

from __future__ import annotations

import logging
import math
import struct
import threading
import warnings
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sigmasight_ui.adapters.market_data.yahoo_session import YahooSession
from sigmasight_ui.services.market_data.schemas import Bar, Fault, SeriesStatus, SymbolRange, SymbolSeries
from sigmasight_ui.services.securities.rules import asset_class_of, canonical_sector
from sigmasight_ui.services.securities.schemas import SecurityProfile
from sigmasight_ui.services.securities.symbols import yahoo_ticker

THREADS = 4
READ_TIMEOUT = 20.0
PATIENCE = 3  # questions of one batch left without an answer after which the source counts as unreachable
CURRENCY = "USD"
_PROFILE_URL = "https://query2.finance.yahoo.com/v10/finance/quoteSummary/"
_PROFILE_MODULES = {"modules": "assetProfile,quoteType,price", "formatted": "false"}
_LONGEST_TEXT = 200
_NEW_YORK = "America/New_York"
_NO_END = "2100-01-01"
_SILENCE = {"ConnectionError", "ProxyError", "SSLError", "ConnectTimeout"}  # of requests and of curl_cffi


@dataclass
class _Batch:
    """What the threads of one batch tell each other."""

    stop: threading.Event = field(default_factory=threading.Event)
    answered: bool = False
    unanswered: list[str] = field(default_factory=list)

    def refused(self, symbol: str) -> Fault | None:
        """No connection: enough to give up at once while nothing has been answered yet."""
        self.unanswered.append(symbol)
        return Fault.UNREACHABLE if not self.answered or len(self.unanswered) >= PATIENCE else None

    def too_slow(self, symbol: str) -> Fault | None:
        self.unanswered.append(symbol)
        return Fault.UNREACHABLE if len(self.unanswered) >= PATIENCE else None


class YahooSource:
    name = "yahoo"
    label = "Yahoo Finance"
    note = None
    is_sample = False
    stand_ins: Mapping[str, str | None] = MappingProxyType({})

    def __init__(self, cache_dir: Path, base_url: str | None = None, read_timeout: float = READ_TIMEOUT) -> None:
        self._cache_dir = cache_dir
        self._base_url = base_url
        self._read_timeout = read_timeout
        self._lock = threading.Lock()
        self._loaded: tuple[Any, YahooSession] | None = None

    def last_session(self, _symbols: Sequence[str], /) -> date | None:
        return None

    def fetch(self, requests: Sequence[SymbolRange]) -> Sequence[SymbolSeries]:
        """The first symbol is asked alone: when the network is down, one failure is enough to know."""
        if not requests:
            return []
        batch = _Batch()
        first = self._ask(requests[0], batch)
        with ThreadPoolExecutor(THREADS) as pool:
            rest = pool.map(lambda request: self._ask_unless_stopped(request, batch), requests[1:])
            return [first, *(series for series in rest if series is not None)]

    def profiles(self, symbols: Sequence[str]) -> Sequence[SecurityProfile]:
        stop = threading.Event()
        with ThreadPoolExecutor(THREADS) as pool:
            found = pool.map(lambda symbol: self._profile(symbol, stop), symbols)
            return [profile for profile in found if profile is not None]

    # One symbol

    def _ask_unless_stopped(self, request: SymbolRange, batch: _Batch) -> SymbolSeries | None:
        return None if batch.stop.is_set() else self._ask(request, batch)

    def _ask(self, request: SymbolRange, batch: _Batch) -> SymbolSeries:
        library, connection = self._load()
        connection.forget_code()
        ticker = library.Ticker(yahoo_ticker(request.symbol), session=connection.session)
        ticker._tz = _NEW_YORK  # it only places the start of the range; asking Yahoo for it would double the requests
        try:
            frame = ticker.history(
                start=request.start.isoformat(), end=_NO_END, interval="1d", auto_adjust=False, actions=True,
                keepna=True, timeout=self._read_timeout,
            )  # fmt: skip
            series = _series(request, frame, ticker.history_metadata.get("currency"))
        except Exception as error:  # a foreign library may raise anything; whatever it is becomes a status
            series = self._explain(request.symbol, error, batch)
        if series.fault is not None:
            batch.stop.set()
        batch.answered |= connection.last_code is not None
        return series

    def _explain(self, symbol: str, error: Exception, batch: _Batch) -> SymbolSeries:
        kinds = {kind.__name__ for kind in type(error).__mro__}
        code = self._connection.last_code
        if "YFRateLimitError" in kinds or code == 429:
            return _failed(symbol, f"{self.label} asked us to slow down (429)", Fault.RATE_LIMITED)
        if kinds & _SILENCE:
            return _failed(symbol, f"{self.label} could not be reached", batch.refused(symbol))
        if "Timeout" in kinds:
            return _failed(symbol, f"{self.label} did not answer in time", batch.too_slow(symbol))
        if code is not None and code >= 400 and code != 404:
            return _failed(symbol, f"{self.label} answered with error {code}")
        if "YFTickerMissingError" in kinds:
            return _missing(symbol, str(getattr(error, "yahoo_reason", None) or ""))
        if isinstance(error, ValueError):  # JSON expected: a consent page, a maintenance page
            return _failed(symbol, f"{self.label} answered with a page instead of data")
        return _failed(symbol, f"{self.label}: answer not understood ({type(error).__name__})")

    def _profile(self, symbol: str, stop: threading.Event) -> SecurityProfile | None:
        if stop.is_set():
            return None
        library, connection = self._load()
        asker = library.data.YfData(session=connection.session)  # Ticker.info asks three servers for the same facts
        try:
            return _as_profile(symbol, asker.get_raw_json(_PROFILE_URL + yahoo_ticker(symbol), params=_PROFILE_MODULES))
        except (
            Exception
        ) as error:  # as above; a profile is a convenience: anything but an unknown symbol ends the round
            if getattr(getattr(error, "response", None), "status_code", None) != 404:
                stop.set()
            return None

    # The library

    @property
    def _connection(self) -> YahooSession:
        return self._load()[1]

    def _load(self) -> tuple[Any, YahooSession]:
        """On the first question: half a second and 50 MB that a process which never asks need not spend."""
        with self._lock:
            if self._loaded is None:
                self._loaded = _quiet_library(self._cache_dir), YahooSession(self._base_url, self._read_timeout)
            return self._loaded


def _quiet_library(cache_dir: Path) -> Any:
    import yfinance

    warnings.filterwarnings("ignore", module="^yfinance")
    for name in ("yfinance", "bs4.dammit"):  # every miss is logged as an error; our statuses say it better
        logging.getLogger(name).setLevel(logging.CRITICAL)
    cache_dir.mkdir(parents=True, exist_ok=True)
    yfinance.set_tz_cache_location(str(cache_dir))
    yfinance.config.debug.hide_exceptions = False
    return yfinance


def _series(request: SymbolRange, frame: Any, currency: str | None) -> SymbolSeries:
    if currency != CURRENCY:
        return _failed(request.symbol, f"currency {currency or 'unknown'} not supported", currency=currency)
    bars = tuple(bar for bar in _as_traded(frame) if request.start <= bar.session <= request.end)
    return SymbolSeries(request.symbol, SeriesStatus.OK, bars, currency=currency)


def _as_traded(frame: Any) -> Iterable[Bar]:
    """From the newest row back: one share of a session has become `shares` of today."""
    shares, bars = 1.0, []
    columns = frame.index, frame["Close"], frame["Dividends"], frame["Stock Splits"]
    for moment, close, dividend, split in reversed(list(zip(*columns, strict=True))):
        paid = Decimal(str(round(dividend * shares, 6))) if dividend else None
        ratio = Decimal(str(round(split, 8))) if split else None
        bars.append(Bar(moment.date(), _price(close, shares), ratio, paid))
        shares *= split or 1.0
    return reversed(bars)


def _price(close: float, shares: float) -> Decimal:
    if math.isnan(close):
        return Decimal("NaN")
    if shares != 1.0:
        return Decimal(str(round(close * shares, 4)))  # what is left behind the fourth decimal is noise of the ratio
    return Decimal(str(_printed(close)))


def _printed(close: float) -> float:
    """Yahoo sends 32-bit floats (189.97999572753906): give back the decimals the exchange printed (189.98)."""
    if _as_float32(close) == close:
        for places in (2, 3, 4):
            if _as_float32(round(close, places)) == close:
                return round(close, places)
    return round(close, 6)


def _as_float32(number: float) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])


def _missing(symbol: str, reason: str) -> SymbolSeries:
    """Yahoo speaks of symbols it does not know, and of ranges it has nothing in; anything else is its own trouble."""
    if reason and not reason.startswith(("No data found", "Data doesn't exist", "Not Found")):
        return _failed(symbol, f"Yahoo Finance: {_text(reason)}")
    known = reason.startswith("Data doesn't exist")
    text = "Yahoo Finance has no prices in this range" if known else "Yahoo Finance does not know this symbol"
    return SymbolSeries(symbol, SeriesStatus.EMPTY, reason=text)


def _failed(symbol: str, reason: str, fault: Fault | None = None, currency: str | None = None) -> SymbolSeries:
    return SymbolSeries(symbol, SeriesStatus.ERROR, reason=reason, fault=fault, currency=currency)


def _as_profile(symbol: str, answer: Mapping[str, Any]) -> SecurityProfile | None:
    results = (answer.get("quoteSummary") or {}).get("result") or [{}]
    parts = [part for part in results[0].values() if isinstance(part, Mapping)]
    facts = {key: text for part in parts for key, value in part.items() if (text := _text(value))}
    name = facts.get("longName") or facts.get("shortName")
    if not name:
        return None
    return SecurityProfile(
        symbol=symbol,
        name=name,
        asset_class=asset_class_of(facts.get("quoteType")),
        source=YahooSource.name,
        sector=canonical_sector(facts.get("sector")),
        industry=facts.get("industry"),
        currency=facts.get("currency", CURRENCY),
        exchange=facts.get("exchangeName"),
    )


def _text(value: object) -> str:
    """What is a text, as it can be stored and shown; "" for anything else."""
    if not isinstance(value, str):
        return ""
    return "".join(character for character in value if character.isprintable()).strip()[:_LONGEST_TEXT]
