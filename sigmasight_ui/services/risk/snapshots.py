"""One row per session of a portfolio's life, exact to the last decimal and in one pass.

Lots are folded into one number of units per symbol and session, and multiplied with the closes of all sessions at once
(`market.py`). How a day's change of NAV is told apart:

    nav[t] = nav[t-1] + day_pnl[t] + revaluation[t] + flow[t]

day_pnl is what positions held at a close since their entry gained from the previous close (within 10 days) to this
one, or to their exit price. revaluation is the rest, which no market move of that day made: the step from an entry
price to the first close, a value that appears or disappears with its price, the sale of a private asset, a lot opened
and closed between two closes. flow is what was contributed less what was withdrawn, at the first close on or after its
day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.services.risk.market import Closes, Market, PlacedLot, market_values
from sigmasight_ui.services.risk.valuation import EXACT, Holding, Totals, share, starting_cash

FIRST_SNAPSHOT = "the first snapshot has no day before it"
NOTHING_COMPARABLE = "no position has a close today and one before"
NO_PREVIOUS_NAV = "the previous NAV is not positive"
_WHOLE = Decimal(1)


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
        market = Market.build(sorted({h.symbol for h in holdings if not h.is_private}), closes, sessions)
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


class _Ledger:
    """Cash, costs and what is open, moved forward row by row."""

    def __init__(self, market: Market, lots: Sequence[PlacedLot]) -> None:
        listed = [lot for lot in lots if lot.column >= 0]
        self.market = market
        self.values = market_values(market, listed)
        self.unpriced = [lot for lot in listed if not market.known[lot.enter : lot.leave, lot.column].all()]
        self.events: dict[int, tuple[list[PlacedLot], list[PlacedLot]]] = defaultdict(lambda: ([], []))
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

    def _count_exit(self, lot: PlacedLot, row: int) -> None:
        if lot.first_close < row and lot.exit_price is not None and self.market.has_previous[row, lot.column]:
            (previous,) = self.market.amounts(self.market.previous[row : row + 1, lot.column])
            self.day_gain += lot.units * (lot.exit_price - previous)
            self.comparable += 1

    def _enter(self, lot: PlacedLot) -> None:
        self._move(lot, lot.cost)
        self.size += abs(lot.cost)
        self.lots += 1
        self.cash -= lot.cost

    def _leave(self, lot: PlacedLot) -> None:
        self._move(lot, -lot.cost)
        self.size -= abs(lot.cost)
        self.lots -= 1
        if lot.exit_price is not None:
            self.cash += lot.units * lot.exit_price
            self.realised += lot.units * lot.exit_price - lot.cost

    def _move(self, lot: PlacedLot, cost: Decimal) -> None:
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
