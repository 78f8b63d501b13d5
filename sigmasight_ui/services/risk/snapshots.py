"""One row per session of a portfolio's life, exact to the last decimal and in one pass.

Lots are folded into one number of units per symbol, so a session costs two products over the symbols held, however
many lots there are. How a day's change of NAV is told apart:

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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.services.risk.valuation import EXACT, LOOKBACK_DAYS, Holding, Totals, share, starting_cash

FIRST_SNAPSHOT = "the first snapshot has no day before it"
NOTHING_COMPARABLE = "no position has a close today and one before"
NO_PREVIOUS_NAV = "the previous NAV is not positive"

Amounts = NDArray[Any]
"""An object array of Decimals."""
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
        return replace(
            self,
            nav=cash + long_value + short_value,
            cash=cash,
            long_value=long_value,
            short_value=short_value,
            unrealised_pnl=cents(self.unrealised_pnl),
            realised_pnl=cents(self.realised_pnl),
            day_pnl=None if self.day_pnl is None else cents(self.day_pnl),
            revaluation=cents(self.revaluation),
            flow=cents(self.flow),
        )


def daily_snapshots(
    holdings: Sequence[Holding],
    closes: Mapping[str, Mapping[date, Decimal]],
    equity_balance: Decimal,
    sessions: Sequence[date],
    flows: Iterable[tuple[date, Decimal]] = (),
) -> list[DailySnapshot]:
    """A row for every session from the earliest entry on, for all of them when there is no holding.

    closes: by symbol and session, positive (others count as no close), in the unit of the quantities; those of the 10
    days before the first session are used as previous closes. sessions: every trading day of the period without
    exception, ascending. flows: day and amount, withdrawals negative. Private holdings stand at their entry price.
    """
    if not sessions:
        return []
    with localcontext(EXACT):
        market = _Market.build(holdings, closes, sessions)
        ledger = _Ledger(market, starting_cash(holdings, equity_balance))
        for holding in holdings:
            ledger.schedule(holding)
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


@dataclass(frozen=True, eq=False, slots=True)
class _Market:
    """Closes as tables of days by columns; a column is a symbol, or one private lot at its entry price.

    price: latest close up to the day, usable where `known`. previous: latest close before the day, usable where
    `has_previous`. traded: a close of this very day.
    """

    days: list[date]
    columns: dict[str, int]
    names: list[str]
    price: Amounts
    known: Bools
    previous: Amounts
    has_previous: Bools
    traded: Bools

    @classmethod
    def build(
        cls, holdings: Sequence[Holding], closes: Mapping[str, Mapping[date, Decimal]], sessions: Sequence[date]
    ) -> _Market:
        symbols = sorted({h.symbol for h in holdings if not h.is_private})
        by_symbol = [closes.get(symbol, {}) for symbol in symbols]
        days = _days_before(by_symbol, sessions[0]) + list(sessions)
        close = np.empty((len(days), len(symbols)), dtype=object)
        for column, series in enumerate(by_symbol):
            close[:, column] = list(map(series.get, days, repeat(ZERO)))
        traded = np.asarray(close > ZERO, dtype=np.bool_)
        latest = np.maximum.accumulate(np.where(traded, np.arange(len(days))[:, None], -1), axis=0)
        before = np.vstack([np.full((1, len(symbols)), -1), latest[:-1]])
        each = np.arange(len(symbols))
        market = cls(
            days=days,
            columns={symbol: column for column, symbol in enumerate(symbols)},
            names=symbols,
            price=close[latest, each],
            known=_is_recent(days, latest),
            previous=close[before, each],
            has_previous=_is_recent(days, before),
            traded=traded,
        )
        return market._with_private([h for h in holdings if h.is_private])

    def _with_private(self, lots: Sequence[Holding]) -> _Market:
        if not lots:
            return self
        keys = {str(lot.position_id): len(self.names) + i for i, lot in enumerate(lots)}
        price = np.tile(np.array([lot.entry_price for lot in lots], dtype=object), (len(self.days), 1))
        always, never = np.ones(price.shape, dtype=np.bool_), np.zeros(price.shape, dtype=np.bool_)
        return _Market(
            days=self.days,
            columns=self.columns | keys,
            names=[*self.names, *(lot.symbol for lot in lots)],
            price=np.hstack([self.price, price]),
            known=np.hstack([self.known, always]),
            previous=np.hstack([self.previous, price]),
            has_previous=np.hstack([self.has_previous, never]),
            traded=np.hstack([self.traded, never]),
        )

    def row(self, day: date) -> int:
        """The first row on or after the day."""
        return bisect_left(self.days, day)

    def column(self, holding: Holding) -> int:
        return self.columns[str(holding.position_id) if holding.is_private else holding.symbol]

    def first_trade(self, column: int, row: int) -> int:
        """The first row from `row` on with a close of its own, len(days) if none follows."""
        later = self.traded[row:, column]
        return row + int(later.argmax()) if later.any() else len(self.days)


def _days_before(closes: Sequence[Mapping[date, Decimal]], first: date) -> list[date]:
    earliest = first - timedelta(days=LOOKBACK_DAYS)
    return sorted({day for series in closes for day in series if earliest <= day < first})


def _is_recent(days: Sequence[date], row_of_close: NDArray[np.int64]) -> Bools:
    ordinals = np.array([day.toordinal() for day in days])
    recent: Bools = ordinals[:, None] - ordinals[row_of_close] <= LOOKBACK_DAYS
    return recent & (row_of_close >= 0)


class _Lot(NamedTuple):
    """A holding placed on the rows of a market: held at the closes of rows enter to leave - 1; its day gains count in
    rows after `first_close`."""

    column: int
    units: Decimal
    cost: Decimal
    exit_price: Decimal | None
    enter: int
    leave: int
    first_close: int


class _Ledger:
    """Cash and units held, moved forward row by row; every array has one entry per column of the market."""

    def __init__(self, market: _Market, cash: Decimal) -> None:
        n = len(market.names)
        self.market = market
        self.cash = cash
        self.realised = ZERO
        self.long = np.full(n, ZERO, dtype=object)
        self.short = np.full(n, ZERO, dtype=object)
        self.cost = np.full(n, ZERO, dtype=object)
        self.size = np.full(n, ZERO, dtype=object)
        self.lots = np.zeros(n, dtype=np.int64)
        self.counted = np.full(n, ZERO, dtype=object)
        self.counted_lots = np.zeros(n, dtype=np.int64)
        self.flows: dict[int, Decimal] = defaultdict(Decimal)
        self.flow = ZERO
        self.events: dict[int, tuple[list[_Lot], list[_Lot], list[_Lot]]] = defaultdict(lambda: ([], [], []))
        self.held_overnight = 0
        self.comparable = 0
        self.day_gain = ZERO

    def schedule(self, holding: Holding) -> None:
        market, never = self.market, len(self.market.days)
        enter = market.row(holding.entry_date)
        leave = never if holding.exit_date is None else market.row(holding.exit_date)
        column = market.column(holding)
        first_close = market.first_trade(column, enter)
        lot = _Lot(column, holding.units, holding.cost, holding.exit_price, enter, leave, first_close)
        self.events[enter][0].append(lot)
        self.events[leave][1].append(lot)
        if first_close < leave:
            self.events[first_close][2].append(lot)

    def step(self, row: int) -> None:
        """Move to the close of the row: the day's gain of what was held, then purchases, sales and flows."""
        entering, leaving, counting_from_now = self.events[row]
        self.held_overnight = int(self.lots.sum())
        self.flow += self.flows[row]
        self.cash += self.flows[row]
        self.day_gain, self.comparable = ZERO, 0
        for lot in leaving:
            self._count_exit(lot, row)
        self._count_day(row)
        for lot in entering:
            self._enter(lot)
        for lot in leaving:
            self._leave(lot)
        for lot in counting_from_now:
            self.counted[lot.column] += lot.units
            self.counted_lots[lot.column] += 1

    def _count_exit(self, lot: _Lot, row: int) -> None:
        if lot.first_close >= row:
            return
        self.counted[lot.column] -= lot.units
        self.counted_lots[lot.column] -= 1
        if lot.exit_price is not None and self.market.has_previous[row, lot.column]:
            self.day_gain += lot.units * (lot.exit_price - self.market.previous[row, lot.column])
            self.comparable += 1

    def _count_day(self, row: int) -> None:
        market = self.market
        held = np.flatnonzero(market.traded[row] & market.has_previous[row] & (self.counted_lots > 0))
        self.day_gain += _dot(self.counted[held], market.price[row, held] - market.previous[row, held])
        self.comparable += int(self.counted_lots[held].sum())

    def _enter(self, lot: _Lot) -> None:
        side = self.long if lot.units > 0 else self.short
        side[lot.column] += lot.units
        self.cost[lot.column] += lot.cost
        self.size[lot.column] += abs(lot.cost)
        self.lots[lot.column] += 1
        self.cash -= lot.cost

    def _leave(self, lot: _Lot) -> None:
        side = self.long if lot.units > 0 else self.short
        side[lot.column] -= lot.units
        self.cost[lot.column] -= lot.cost
        self.size[lot.column] -= abs(lot.cost)
        self.lots[lot.column] -= 1
        if lot.exit_price is not None:
            self.cash += lot.units * lot.exit_price
            self.realised += lot.units * lot.exit_price - lot.cost

    def snapshot(self, row: int, previous: DailySnapshot | None) -> DailySnapshot:
        known = self.market.known[row]
        valued, unknown = np.flatnonzero(known & (self.lots > 0)), np.flatnonzero(~known & (self.lots > 0))
        price = self.market.price[row, valued]
        long_value, short_value = _dot(self.long[valued], price), _dot(self.short[valued], price)
        size = _sum(self.size[valued])
        nav = self.cash + long_value + short_value
        day_pnl, day_return, reason = self._day(previous)
        flow, self.flow = self.flow, ZERO
        return DailySnapshot(
            session=self.market.days[row],
            nav=nav,
            cash=self.cash,
            long_value=long_value,
            short_value=short_value,
            unrealised_pnl=long_value + short_value - _sum(self.cost[valued]),
            realised_pnl=self.realised,
            day_pnl=day_pnl,
            day_return=day_return,
            reason=reason,
            revaluation=ZERO if previous is None else nav - previous.nav - (day_pnl or ZERO) - flow,
            flow=flow,
            open_positions=int(self.lots.sum()),
            priced_positions=int(self.lots[valued].sum()),
            left_out=tuple(sorted({self.market.names[column] for column in unknown})),
            coverage=share(size, size + _sum(self.size[unknown])),
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


def _dot(units: Amounts, prices: Amounts) -> Decimal:
    total: Decimal = np.dot(units, prices) if len(units) else ZERO
    return total


def _sum(amounts: Amounts) -> Decimal:
    total: Decimal = amounts.sum() if len(amounts) else ZERO
    return total
