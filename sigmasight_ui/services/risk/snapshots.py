"""One row per session of a portfolio's life, exact to the last decimal and in one pass.

Lots are folded into one number of units per symbol and session, and multiplied with the closes of all sessions at once,
as whole numbers. How a day's change of NAV is told apart:

    nav[t] = nav[t-1] + day_pnl[t] + revaluation[t] + flow[t]

day_pnl is what positions held at a close since their entry gained from the previous close (within 10 days) to this
one, or to their exit price. revaluation is the rest, which no market move of that day made: the step from an entry
price to the first close, a value that appears or disappears with its price, the sale of a private asset, a lot opened
and closed between two closes. flow is what was contributed less what was withdrawn, at the first close on or after its
day.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.services.risk.valuation import EXACT, LOOKBACK_DAYS, Holding, Totals, share, starting_cash

FIRST_SNAPSHOT = "the first snapshot has no day before it"
NOTHING_COMPARABLE = "no position has a close today and one before"
NO_PREVIOUS_NAV = "the previous NAV is not positive"

Whole = NDArray[Any]
"""Whole numbers: of 64 bits, or Python's own where that is not enough."""
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DailySnapshot(Totals):
    """One session.

    day_pnl is None with `reason` on the first day and when no position held overnight has both closes; day_return,
    day_pnl over the previous NAV, is None then and when that NAV is not positive (0 for an empty account). flow:
    contributions less withdrawals since the row before, on the first row all until then. left_out: symbols of open
    positions without a close within 10 days, in no total. coverage: share of the open positions' absolute cost that is
    in the totals.
    """

    session: date
    day_pnl: Decimal | None
    day_return: Decimal | None
    reason: str | None
    revaluation: Decimal
    flow: Decimal
    open_positions: int
    priced_positions: int
    left_out: tuple[str, ...]
    coverage: Decimal

    def in_cents(self) -> DailySnapshot:
        """For storage: the parts rounded to cents and NAV their sum, so that the identity survives rounding."""
        cash, long_value, short_value = cents(self.cash), cents(self.long_value), cents(self.short_value)
        return DailySnapshot(
            nav=cash + long_value + short_value,
            cash=cash,
            long_value=long_value,
            short_value=short_value,
            unrealised_pnl=cents(self.unrealised_pnl),
            realised_pnl=cents(self.realised_pnl),
            session=self.session,
            day_pnl=None if self.day_pnl is None else cents(self.day_pnl),
            day_return=self.day_return,
            reason=self.reason,
            revaluation=cents(self.revaluation),
            flow=cents(self.flow),
            open_positions=self.open_positions,
            priced_positions=self.priced_positions,
            left_out=self.left_out,
            coverage=self.coverage,
        )


@dataclass(frozen=True, eq=False, slots=True)
class Closes:
    """amounts: (T, S) closes of S symbols on T days, times 10**decimals; 0 = none."""

    days: tuple[date, ...]
    symbols: tuple[str, ...]
    amounts: Whole
    decimals: int


def daily_snapshots(
    holdings: Sequence[Holding],
    closes: Closes,
    equity_balance: Decimal,
    sessions: Sequence[date],
    flows: Iterable[tuple[date, Decimal]] = (),
) -> list[DailySnapshot]:
    """A row for every session from the earliest entry on, for all of them when there is no holding.

    closes: in the unit of the quantities; those of the 10 days before the first session are used as previous closes.
    sessions: every trading day of the period without exception, ascending. flows: day and amount, withdrawals negative.
    Private holdings stand at their entry price.
    """
    if not sessions:
        return []
    with localcontext(EXACT):
        market = _Market.build(sorted({h.symbol for h in holdings if not h.is_private}), closes, sessions)
        ledger = _Ledger(market, [market.place(holding) for holding in holdings])
        ledger.cash = starting_cash(holdings, equity_balance)
        for day, amount in flows:
            ledger.flows[market.row(day)] += amount
        first_entry = min((h.entry_date for h in holdings), default=sessions[0])
        start = market.row(max(first_entry, sessions[0]))
        rows: list[DailySnapshot] = []
        for row in range(len(market.days)):
            ledger.step(row)
            if row >= start:
                rows.append(ledger.snapshot(row, rows[-1] if rows else None))
        return rows


class _Lot(NamedTuple):
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
class _Market:
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
    def build(cls, symbols: Sequence[str], closes: Closes, sessions: Sequence[date]) -> _Market:
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

    def place(self, holding: Holding) -> _Lot:
        never = len(self.days)
        enter = self.row(holding.entry_date)
        leave = never if holding.exit_date is None else self.row(holding.exit_date)
        column = -1 if holding.is_private else self.columns[holding.symbol]
        first_close = never if holding.is_private else self._first_trade(column, enter)
        return _Lot(
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
class _MarketValues:
    """By row, of all that has closes. day_gain: from close to close, without what is sold on the row; comparable: of
    how many lots."""

    long: list[Decimal]
    short: list[Decimal]
    day_gain: list[Decimal]
    comparable: list[int]


def _market_values(market: _Market, lots: Sequence[_Lot]) -> _MarketValues:
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
    return _MarketValues(long, short, gain, (_running(held.counted_lots) * comparable).sum(axis=1).tolist())


_MOST = 2**62
_WHOLE = Decimal(1)


class _Held:
    """Changes of units and lots on every row, by column; the row after the last one takes what is never sold."""

    def __init__(self, days: int, columns: int, kind: np.dtype[Any]) -> None:
        shape = (days + 1, columns)
        self.long, self.short, self.counted = (np.zeros(shape, dtype=kind) for _ in range(3))
        self.counted_lots = np.zeros(shape, dtype=np.int64)

    def add(self, lot: _Lot, units: int) -> None:
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


class _Ledger:
    """Cash, costs and what is open, moved forward row by row."""

    def __init__(self, market: _Market, lots: Sequence[_Lot]) -> None:
        listed = [lot for lot in lots if lot.column >= 0]
        self.market = market
        self.values = _market_values(market, listed)
        self.unpriced = [lot for lot in listed if not market.known[lot.enter : lot.leave, lot.column].all()]
        self.events: dict[int, tuple[list[_Lot], list[_Lot]]] = defaultdict(lambda: ([], []))
        for lot in lots:
            self.events[lot.enter][0].append(lot)
            self.events[lot.leave][1].append(lot)
        self.cash = self.realised = self.cost = self.size = ZERO
        self.private_long = self.private_short = ZERO
        self.lots = self.held_overnight = self.comparable = 0
        self.flows: dict[int, Decimal] = defaultdict(Decimal)
        self.flow = self.day_gain = ZERO

    def step(self, row: int) -> None:
        """Move to the close of the row: the day's gain of what was held, then purchases, sales and flows."""
        entering, leaving = self.events.get(row, ((), ()))
        self.held_overnight = self.lots
        self.flow += self.flows[row]
        self.cash += self.flows[row]
        self.day_gain, self.comparable = self.values.day_gain[row], self.values.comparable[row]
        for lot in leaving:
            self._count_exit(lot, row)
        for lot in entering:
            self._enter(lot)
        for lot in leaving:
            self._leave(lot)

    def _count_exit(self, lot: _Lot, row: int) -> None:
        if lot.first_close < row and lot.exit_price is not None and self.market.has_previous[row, lot.column]:
            (previous,) = self.market.amounts(self.market.previous[row : row + 1, lot.column])
            self.day_gain += lot.units * (lot.exit_price - previous)
            self.comparable += 1

    def _enter(self, lot: _Lot) -> None:
        self._move(lot, lot.cost)
        self.size += abs(lot.cost)
        self.lots += 1
        self.cash -= lot.cost

    def _leave(self, lot: _Lot) -> None:
        self._move(lot, -lot.cost)
        self.size -= abs(lot.cost)
        self.lots -= 1
        if lot.exit_price is not None:
            self.cash += lot.units * lot.exit_price
            self.realised += lot.units * lot.exit_price - lot.cost

    def _move(self, lot: _Lot, cost: Decimal) -> None:
        """A private lot is worth its cost."""
        self.cost += cost
        if lot.column < 0 and lot.units > 0:
            self.private_long += cost
        elif lot.column < 0:
            self.private_short += cost

    def snapshot(self, row: int, previous: DailySnapshot | None) -> DailySnapshot:
        known = self.market.known[row]
        missing = [lot for lot in self.unpriced if lot.enter <= row < lot.leave and not known[lot.column]]
        without_size = sum((abs(lot.cost) for lot in missing), ZERO)
        cost = self.cost - sum((lot.cost for lot in missing), ZERO)
        long_value = self.values.long[row] + self.private_long
        short_value = self.values.short[row] + self.private_short
        nav = self.cash + long_value + short_value
        day_pnl, day_return, reason = self._day(previous)
        flow, self.flow = self.flow, ZERO
        return DailySnapshot(
            session=self.market.days[row],
            nav=nav,
            cash=self.cash,
            long_value=long_value,
            short_value=short_value,
            unrealised_pnl=long_value + short_value - cost,
            realised_pnl=self.realised,
            day_pnl=day_pnl,
            day_return=day_return,
            reason=reason,
            revaluation=ZERO if previous is None else nav - previous.nav - (day_pnl or ZERO) - flow,
            flow=flow,
            open_positions=self.lots,
            priced_positions=self.lots - len(missing),
            left_out=tuple(sorted({lot.symbol for lot in missing})),
            coverage=share(self.size - without_size, self.size) if missing else _WHOLE,
        )

    def _day(self, previous: DailySnapshot | None) -> tuple[Decimal | None, Decimal | None, str | None]:
        if previous is None:
            return None, None, FIRST_SNAPSHOT
        if self.held_overnight and not self.comparable:
            return None, None, NOTHING_COMPARABLE
        if previous.nav == 0 and not self.held_overnight:
            return ZERO, ZERO, None
        if previous.nav <= 0:
            return self.day_gain, None, NO_PREVIOUS_NAV
        return self.day_gain, share(self.day_gain, previous.nav), None
