"""A market over many sessions: closes as tables of whole numbers, lots placed on their rows, what they are worth."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sigmasight_ui.services.risk.valuation import LOOKBACK_DAYS, Holding

Whole = NDArray[Any]
"""Whole numbers: of 64 bits, or Python's own where that is not enough."""
Bools = NDArray[np.bool_]

_MOST = 2**62


@dataclass(frozen=True, eq=False, slots=True)
class Closes:
    """amounts: (T, S) closes of S symbols on T days, times 10**decimals; 0 = none."""

    days: tuple[date, ...]
    symbols: tuple[str, ...]
    amounts: Whole
    decimals: int


class PlacedLot(NamedTuple):
    """A holding placed on the rows of a market: held at the closes of rows enter to leave - 1; its day gains count in
    rows after `first_close`. column: -1 for a private one, which has no close."""

    symbol: str
    column: int
    units: Decimal
    cost: Decimal
    exit_price: Decimal | None
    enter: int
    leave: int
    first_close: int


@dataclass(frozen=True, eq=False, slots=True)
class Market:
    """Closes as tables of days by symbols, in whole numbers.

    price: latest close up to the day, usable where `known`. previous: latest close before the day, usable where
    `has_previous`. traded: a close of this very day.
    """

    days: list[date]
    columns: dict[str, int]
    price: Whole
    known: Bools
    previous: Whole
    has_previous: Bools
    traded: Bools
    decimals: int

    @classmethod
    def build(cls, symbols: Sequence[str], closes: Closes, sessions: Sequence[date]) -> Market:
        earliest = sessions[0] - timedelta(days=LOOKBACK_DAYS)
        days = [day for day in closes.days if earliest <= day < sessions[0]] + list(sessions)
        close = _chosen(closes, days, symbols)
        traded = np.asarray(close > 0, dtype=np.bool_)
        latest = np.maximum.accumulate(np.where(traded, np.arange(len(days))[:, None], -1), axis=0)
        before = np.vstack([np.full((1, len(symbols)), -1), latest[:-1]])
        each = np.arange(len(symbols))
        return cls(
            days=days,
            columns={symbol: column for column, symbol in enumerate(symbols)},
            price=close[latest, each],
            known=_is_recent(days, latest),
            previous=close[before, each],
            has_previous=_is_recent(days, before),
            traded=traded,
            decimals=closes.decimals,
        )

    def row(self, day: date) -> int:
        """The first row on or after the day."""
        return bisect_left(self.days, day)

    def place(self, holding: Holding) -> PlacedLot:
        never = len(self.days)
        enter = self.row(holding.entry_date)
        leave = never if holding.exit_date is None else self.row(holding.exit_date)
        column = -1 if holding.is_private else self.columns[holding.symbol]
        first_close = never if holding.is_private else self._first_trade(column, enter)
        return PlacedLot(
            holding.symbol, column, holding.units, holding.cost, holding.exit_price, enter, leave, first_close
        )  # fmt: skip

    def _first_trade(self, column: int, row: int) -> int:
        """The first row from `row` on with a close of its own, len(days) if none follows."""
        later = self.traded[row:, column]
        return row + int(later.argmax()) if later.any() else len(self.days)

    def amounts(self, whole: Whole, more_decimals: int = 0) -> list[Decimal]:
        """In dollars again."""
        return [Decimal(number).scaleb(-self.decimals - more_decimals) for number in whole.tolist()]


def _chosen(closes: Closes, days: Sequence[date], symbols: Sequence[str]) -> Whole:
    """(days, symbols), 0 where there is none."""
    rows = {day: row for row, day in enumerate(closes.days)}
    columns = {symbol: column for column, symbol in enumerate(closes.symbols)}
    with_none = np.pad(closes.amounts, ((0, 1), (0, 1)))  # what is not found, at -1, has no close
    return with_none[np.ix_([rows.get(day, -1) for day in days], [columns.get(symbol, -1) for symbol in symbols])]


def _is_recent(days: Sequence[date], row_of_close: NDArray[np.int64]) -> Bools:
    ordinals = np.array([day.toordinal() for day in days])
    recent: Bools = ordinals[:, None] - ordinals[row_of_close] <= LOOKBACK_DAYS
    return recent & (row_of_close >= 0)


@dataclass(frozen=True, eq=False, slots=True)
class MarketValues:
    """By row, of all that has closes. day_gain: from close to close, without what is sold on the row; comparable: of
    how many lots."""

    long: list[Decimal]
    short: list[Decimal]
    day_gain: list[Decimal]
    comparable: list[int]


def market_values(market: Market, lots: Sequence[PlacedLot]) -> MarketValues:
    """Exact: units and prices are whole numbers, of 64 bits where that holds the largest sum there could be."""
    decimals = max((-int(lot.units.as_tuple().exponent) for lot in lots), default=0)
    decimals = max(decimals, 0)
    units = [int(lot.units.scaleb(decimals)) for lot in lots]
    highest = market.price.max(axis=0, initial=0).tolist()
    largest = sum(abs(number) * highest[lot.column] for lot, number in zip(lots, units, strict=True))
    kind = np.dtype(np.int64 if largest < _MOST else object)
    held = _Held(len(market.days), len(market.columns), kind)
    for lot, number in zip(lots, units, strict=True):
        held.add(lot, number)
    price = np.where(market.known, market.price, 0).astype(kind)
    comparable = market.traded & market.has_previous
    step = np.where(comparable, market.price - market.previous, 0).astype(kind)
    long, short, gain = (
        market.amounts((_running(changes) * prices).sum(axis=1), decimals)
        for changes, prices in ((held.long, price), (held.short, price), (held.counted, step))
    )
    return MarketValues(long, short, gain, (_running(held.counted_lots) * comparable).sum(axis=1).tolist())


class _Held:
    """Changes of units and lots on every row, by column; the row after the last one takes what is never sold."""

    def __init__(self, days: int, columns: int, kind: np.dtype[Any]) -> None:
        shape = (days + 1, columns)
        self.long, self.short, self.counted = (np.zeros(shape, dtype=kind) for _ in range(3))
        self.counted_lots = np.zeros(shape, dtype=np.int64)

    def add(self, lot: PlacedLot, units: int) -> None:
        side = self.long if units > 0 else self.short
        side[lot.enter, lot.column] += units
        side[lot.leave, lot.column] -= units
        if lot.first_close < lot.leave:
            self.counted[lot.first_close + 1, lot.column] += units
            self.counted[lot.leave, lot.column] -= units
            self.counted_lots[lot.first_close + 1, lot.column] += 1
            self.counted_lots[lot.leave, lot.column] -= 1


def _running(changes: Whole) -> Whole:
    """What is there on each row."""
    totals: Whole = np.cumsum(changes, axis=0)[:-1]
    return totals
