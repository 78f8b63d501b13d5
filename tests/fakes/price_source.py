"""A price source in memory: answers what it was told to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.market_data.schemas import Bar, Fault, SeriesStatus, SymbolRange, SymbolSeries
from sigmasight_ui.services.securities.schemas import SecurityProfile


@dataclass
class FakeSource:
    name: str = "yahoo"
    label: str = "Fake prices"
    note: str | None = None
    is_sample: bool = False
    stand_ins: Mapping[str, str | None] = field(default_factory=dict)
    last: date | None = None
    bars: dict[str, list[Bar]] = field(default_factory=dict)
    fault: Fault | None = None
    calls: list[tuple[SymbolRange, ...]] = field(default_factory=list)

    def give(self, symbol: str, closes: Mapping[date, float | str | Decimal]) -> None:
        self.bars[symbol] = [Bar(day, Decimal(str(close))) for day, close in sorted(closes.items())]

    def amend(self, symbol: str, day: date, **changes: Decimal) -> None:
        self.bars[symbol] = [replace(bar, **changes) if bar.session == day else bar for bar in self.bars[symbol]]

    def last_session(self, symbols: Sequence[str], /) -> date | None:
        return self.last

    def fetch(self, requests: Sequence[SymbolRange]) -> Sequence[SymbolSeries]:
        self.calls.append(tuple(requests))
        if self.fault is not None:
            return [SymbolSeries(requests[0].symbol, SeriesStatus.ERROR, reason="the source is away", fault=self.fault)]
        return [self._answer(request) for request in requests]

    def _answer(self, request: SymbolRange) -> SymbolSeries:
        if request.symbol not in self.bars:
            return SymbolSeries(request.symbol, SeriesStatus.EMPTY, reason="unknown symbol")
        bars = tuple(bar for bar in self.bars[request.symbol] if request.start <= bar.session <= request.end)
        return SymbolSeries(request.symbol, SeriesStatus.OK, bars, currency="USD")

    def profiles(self, symbols: Sequence[str]) -> Sequence[SecurityProfile]:
        return []

    @property
    def asked(self) -> list[str]:
        return [request.symbol for call in self.calls for request in call]
