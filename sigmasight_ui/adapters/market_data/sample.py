"""The bundled sample: real prices of the past, for use without a network and labelled wherever they appear."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import groupby
from types import MappingProxyType

from sigmasight_ui.services.market_data.schemas import Bar, SeriesStatus, SymbolRange, SymbolSeries
from sigmasight_ui.services.securities.schemas import AssetClass, SecurityProfile

_DATA = resources.files(__package__) / "sample_data"


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    asset_class: AssetClass
    sector: str | None
    last: date


class SampleSource:
    name = "sample"
    label = "Sample market data"
    note = "Sample prices of the past, not current ones."
    is_sample = True
    stand_ins: Mapping[str, str | None] = MappingProxyType({"VTV": "VLUE", "IWM": "SIZE", "VUG": None})

    def last_session(self, symbols: Sequence[str], /) -> date | None:
        """Stocks and factor funds end in 2022, the other funds in 2016: the day all of `symbols` still have a price.
        Symbols that are not in the sample do not count; with none of them in it, the day everything is complete."""
        listed = _listed()
        ends = [listed[symbol].last for symbol in symbols if symbol in listed]
        return min(ends or (each.last for each in listed.values()))

    def fetch(self, requests: Sequence[SymbolRange]) -> Sequence[SymbolSeries]:
        return [_series(request) for request in requests]

    def profiles(self, symbols: Sequence[str]) -> Sequence[SecurityProfile]:
        listed = _listed()
        return [
            SecurityProfile(symbol, found.name, found.asset_class, self.name, found.sector)
            for symbol in symbols
            if (found := listed.get(symbol)) is not None
        ]


def _series(request: SymbolRange) -> SymbolSeries:
    prices = _prices().get(request.symbol)
    if prices is None:
        return SymbolSeries(request.symbol, SeriesStatus.EMPTY, reason="not in the sample market data")
    first, last = request.start.isoformat(), request.end.isoformat()
    bars = tuple(Bar(date.fromisoformat(day), Decimal(price)) for day, price in prices if first <= day <= last)
    return SymbolSeries(request.symbol, SeriesStatus.OK, bars, currency="USD")


@cache
def _prices() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Days and prices as text: most of them are never asked for."""
    with (_DATA / "demo_prices.csv.gz").open("rb") as packed:
        lines = gzip.decompress(packed.read()).decode("ascii").splitlines()
    rows = groupby((line.split(",") for line in lines[1:]), key=lambda row: row[0])
    return {symbol: tuple((day, price) for _, day, price in series) for symbol, series in rows}


@cache
def _listed() -> Mapping[str, _Listed]:
    lines = (_DATA / "symbols.csv").read_text(encoding="utf-8").splitlines()
    return {row["symbol"]: _listing(row) for row in csv.DictReader(lines)}


def _listing(row: Mapping[str, str]) -> _Listed:
    if row["price_kind"] == "index_level":
        asset_class, sector = AssetClass.OTHER, None
    elif row["group"].startswith("ETF"):
        asset_class, sector = AssetClass.ETF, None
    else:
        asset_class, sector = AssetClass.STOCK, row["group"]
    return _Listed(row["name"], asset_class, sector, date.fromisoformat(row["last"]))
