"""One row per session: against a plain computation lot by lot, the identities, and the original's mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigmasight_ui.services.risk import snapshots
from sigmasight_ui.services.risk.snapshots import (
    FIRST_SNAPSHOT,
    NO_PREVIOUS_NAV,
    NOTHING_COMPARABLE,
    DailySnapshot,
)
from sigmasight_ui.services.risk.valuation import Holding, Quote, value_portfolio

THU, FRI, MON, TUE, WED = (date(2024, 5, day) for day in (2, 3, 6, 7, 8))
WEEK = [THU, FRI, MON, TUE, WED]
EQUITY = Decimal(100_000)

Closes = dict[str, dict[date, Decimal]]


def daily_snapshots(holdings: list[Holding], closes: Closes, *others: Any) -> list[DailySnapshot]:
    """From closes by symbol and day."""
    days = sorted({day for series in closes.values() for day in series})
    amounts = [[int(series.get(day, 0) * 10**8) for series in closes.values()] for day in days]
    table = np.array(amounts, dtype=np.int64).reshape(len(days), len(closes))
    return snapshots.daily_snapshots(holdings, snapshots.Closes(tuple(days), tuple(closes), table, 8), *others)


def lot(quantity: Any, entry_price: Any, symbol: str = "AAPL", entry: date = THU, **fields: Any) -> Holding:
    return Holding(
        position_id=uuid4(),
        symbol=symbol,
        quantity=Decimal(quantity),
        entry_price=Decimal(entry_price),
        entry_date=entry,
        **({"investment_class": "PUBLIC"} | fields),
    )


def closes(**series: dict[date, int]) -> Closes:
    return {symbol: {day: Decimal(close) for day, close in days.items()} for symbol, days in series.items()}


def on_week(*prices: int | None) -> dict[date, int]:
    return {day: price for day, price in zip(WEEK, prices, strict=False) if price is not None}


def navs(rows: list[DailySnapshot]) -> list[int]:
    return [int(row.nav) for row in rows]


def test_a_week_of_one_position() -> None:
    rows = daily_snapshots([lot(100, 100)], closes(AAPL=on_week(101, 102, 105, 104, 110)), EQUITY, WEEK)
    assert [row.session for row in rows] == WEEK
    assert navs(rows) == [100_100, 100_200, 100_500, 100_400, 101_000]
    assert [row.day_pnl for row in rows] == [None, 100, 300, -100, 600]
    assert [row.reason for row in rows] == [FIRST_SNAPSHOT, None, None, None, None]
    assert rows[0].day_return is None
    assert rows[2].day_return == Decimal(300) / Decimal(100_200)
    assert [row.unrealised_pnl for row in rows] == [100, 200, 500, 400, 1000]
    assert {row.cash for row in rows} == {Decimal(90_000)}
    assert [row.revaluation for row in rows] == [0] * 5
    assert (rows[0].open_positions, rows[0].priced_positions, rows[0].coverage) == (1, 1, 1)


def test_equity_100_000_and_100_shares_from_100_to_105() -> None:
    rows = daily_snapshots([lot(100, 100, entry=FRI)], closes(AAPL={FRI: 100, MON: 105}), EQUITY, [FRI, MON])
    assert navs(rows) == [100_000, 100_500]
    assert (rows[1].day_pnl, rows[1].day_return) == (500, Decimal("0.005"))


def test_the_step_from_an_invented_entry_price_is_no_gain_of_the_day() -> None:
    """The original measured the first day against the entry price, then not at all; here NAV moves and the day's
    gain does not."""
    holdings = [lot(10, 50), lot(10, 485, "QQQ", entry=MON)]
    rows = daily_snapshots(
        holdings, closes(AAPL=on_week(50, 50, 51, 52, 52), QQQ=on_week(540, 545, 551, 556, 556)), EQUITY, WEEK
    )
    assert [row.day_pnl for row in rows] == [None, 0, 10, 60, 0]
    assert [row.revaluation for row in rows] == [0, 0, 660, 0, 0]
    assert rows[2].nav - rows[1].nav == 670
    assert [row.cumulative_pnl for row in rows] == [0, 0, 670, 730, 730]


def test_rows_begin_with_the_earliest_entry_also_at_a_weekend() -> None:
    rows = daily_snapshots([lot(1, 100, entry=date(2024, 5, 4))], closes(AAPL=on_week(1, 1, 105, 106)), EQUITY, WEEK)
    assert [row.session for row in rows] == [MON, TUE, WED]
    assert [row.day_pnl for row in rows[:2]] == [None, 1]


def test_a_history_that_begins_before_the_first_session_uses_the_closes_before_it() -> None:
    rows = daily_snapshots([lot(1, 90, entry=THU)], closes(AAPL=on_week(100, 101, None, 105, 106)), EQUITY, [MON, TUE])
    assert navs(rows) == [100_011, 100_015]
    assert (rows[0].day_pnl, rows[1].day_pnl) == (None, 4)


def test_cash_alone_keeps_its_nav() -> None:
    rows = daily_snapshots([], {}, EQUITY, WEEK)
    assert navs(rows) == [100_000] * 5
    assert [row.day_pnl for row in rows] == [None, 0, 0, 0, 0]
    assert [row.day_return for row in rows[1:]] == [0] * 4
    assert {row.coverage for row in rows} == {Decimal(1)}


def test_no_sessions_no_rows_and_none_before_the_first_entry() -> None:
    assert daily_snapshots([lot(1, 1)], {}, EQUITY, []) == []
    assert daily_snapshots([lot(1, 1, entry=date(2025, 1, 2))], {}, EQUITY, WEEK) == []


def test_a_sale_counts_against_the_previous_close_and_ends_the_position() -> None:
    sold = lot(100, 100, exit_date=MON, exit_price=Decimal(107))
    rows = daily_snapshots([sold], closes(AAPL=on_week(101, 102, 105, 104, 110)), EQUITY, WEEK)
    assert [row.day_pnl for row in rows] == [None, 100, 500, 0, 0]
    assert navs(rows) == [100_100, 100_200, 100_700, 100_700, 100_700]
    assert [row.realised_pnl for row in rows] == [0, 0, 700, 700, 700]
    assert [row.open_positions for row in rows] == [1, 1, 0, 0, 0]
    assert rows[-1].cash == 100_700


def test_a_lot_closed_before_import_leads_to_the_equity_balance() -> None:
    sold = lot(100, 100, exit_date=MON, exit_price=Decimal(107), closed_at_import=True)
    rows = daily_snapshots([sold, lot(10, 50, "B", entry=TUE)], closes(B=on_week(50, 50, 50, 50, 52)), EQUITY, WEEK)
    assert rows[-2].cash == EQUITY - 500
    assert navs(rows)[-2:] == [100_000, 100_020]
    assert rows[-1].realised_pnl == 700


def test_bought_and_sold_between_two_closes() -> None:
    trade = lot(10, 100, entry=MON, exit_date=MON, exit_price=Decimal(103))
    rows = daily_snapshots([lot(1, 10, "B"), trade], closes(B=on_week(*[10] * 5)), EQUITY, WEEK)
    assert [row.realised_pnl for row in rows] == [0, 0, 30, 30, 30]
    assert (rows[2].day_pnl, rows[2].revaluation, rows[2].open_positions) == (0, 30, 1)


def test_shorts_add_cash_and_gain_when_prices_fall() -> None:
    rows = daily_snapshots([lot(-10, 60)], closes(AAPL=on_week(60, 50, 48)), EQUITY, [THU, FRI, MON])
    assert (rows[0].cash, rows[0].short_value, rows[0].nav) == (100_600, -600, 100_000)
    assert [row.day_pnl for row in rows] == [None, 100, 20]
    assert (rows[2].gross, rows[2].net) == (480, -480)


def test_options_are_contracts_of_a_hundred() -> None:
    calls = lot(2, 4, "CALL", investment_class="OPTIONS")
    rows = daily_snapshots([calls], closes(CALL=on_week(4, 5)), EQUITY, [THU, FRI])
    assert (rows[1].long_value, rows[1].day_pnl) == (1000, 200)


def test_private_assets_stand_still_until_they_are_sold() -> None:
    fund = lot(2, 5000, "FUND", investment_class="PRIVATE", exit_date=TUE, exit_price=Decimal(6000))
    rows = daily_snapshots([fund], closes(FUND=on_week(1, 2, 3, 4, 5)), EQUITY, WEEK)
    assert navs(rows) == [100_000, 100_000, 100_000, 102_000, 102_000]
    assert [row.day_pnl for row in rows] == [None, None, None, None, 0]
    assert rows[1].reason == NOTHING_COMPARABLE
    assert (rows[3].revaluation, rows[3].realised_pnl) == (2000, 2000)
    assert {row.coverage for row in rows} == {Decimal(1)}


def test_two_private_lots_of_one_name_keep_their_own_prices() -> None:
    funds = [lot(1, price, "FUND", investment_class="PRIVATE") for price in (100, 200)]
    assert daily_snapshots(funds, {}, EQUITY, [THU])[0].long_value == 300


def test_a_missing_close_is_carried_and_caught_up_with() -> None:
    rows = daily_snapshots([lot(1, 100)], closes(AAPL=on_week(100, 101, None, None, 107)), EQUITY, WEEK)
    assert [row.day_pnl for row in rows] == [None, 1, None, None, 6]
    assert navs(rows)[1:4] == [100_001] * 3
    assert {row.coverage for row in rows} == {Decimal(1)}


def test_a_zero_is_no_price() -> None:
    rows = daily_snapshots([lot(1, 100)], closes(AAPL=on_week(100, 0, 102)), EQUITY, [THU, FRI, MON])
    assert navs(rows) == [100_000, 100_000, 100_002]
    assert rows[2].day_pnl == 2


def test_after_ten_days_a_position_is_left_out_and_named() -> None:
    sessions = [THU + timedelta(days) for days in range(14)]
    known = dict.fromkeys(sessions, 100)
    rows = daily_snapshots([lot(1, 100), lot(3, 100, "B")], closes(AAPL={THU: 100}, B=known), EQUITY, sessions)
    assert [row.left_out for row in rows] == [()] * 11 + [("AAPL",)] * 3
    assert rows[11].coverage == Decimal("0.75")
    assert (rows[11].open_positions, rows[11].priced_positions) == (2, 1)
    assert (rows[11].day_pnl, rows[11].revaluation, rows[11].unrealised_pnl) == (0, -100, 0)


def test_a_price_that_comes_back_is_a_revaluation() -> None:
    sessions = [THU + timedelta(days) for days in range(14)]
    returning = {THU: 100, sessions[12]: 150, sessions[13]: 151}
    rows = daily_snapshots([lot(1, 100)], closes(AAPL=returning), EQUITY, sessions)
    assert (rows[12].day_pnl, rows[12].reason, rows[12].revaluation) == (None, NOTHING_COMPARABLE, 150)
    assert (rows[13].day_pnl, rows[13].revaluation) == (1, 0)


def test_a_nav_that_is_not_positive_has_no_return() -> None:
    rows = daily_snapshots([lot(100, 100)], closes(AAPL=on_week(90, 80, 95)), Decimal(1000), [THU, FRI, MON])
    assert navs(rows) == [0, -1000, 500]
    assert [row.day_pnl for row in rows] == [None, -1000, 1500]
    assert [row.day_return for row in rows] == [None] * 3
    assert [row.reason for row in rows[1:]] == [NO_PREVIOUS_NAV] * 2


def test_flows_are_cash_from_their_day_and_no_gain() -> None:
    """What comes at a weekend counts at the next close; what was moved before the first row is part of it."""
    prices = closes(AAPL=on_week(101, 102, 105, 104, 110))
    moved = [
        (date(2024, 4, 1), Decimal(50)), (FRI, Decimal(1000)), (date(2024, 5, 5), Decimal(-300)), (MON, Decimal(100)),
        (date(2024, 5, 9), Decimal(7)),
    ]  # fmt: skip
    plain = daily_snapshots([lot(100, 100)], prices, EQUITY, WEEK)
    rows = daily_snapshots([lot(100, 100)], prices, EQUITY, WEEK, moved)
    assert [row.flow for row in rows] == [50, 1000, -200, 0, 0]
    assert [row.nav - before.nav for row, before in zip(rows, plain, strict=True)] == [50, 1050, 850, 850, 850]
    assert [row.day_pnl for row in rows] == [row.day_pnl for row in plain]
    assert [row.revaluation for row in rows] == [0] * 5
    assert rows[2].day_return == Decimal(300) / rows[1].nav


def test_an_account_that_is_emptied_and_filled_again_has_returns_of_nothing() -> None:
    moved = [(FRI, -EQUITY), (TUE, Decimal(500))]
    rows = daily_snapshots([], {}, EQUITY, WEEK, moved)
    assert navs(rows) == [100_000, 0, 0, 500, 500]
    assert [row.day_return for row in rows] == [None, 0, 0, 0, 0]


def test_daily_returns_leave_out_what_was_paid_in_and_out() -> None:
    """(V - F) / V of the day before - 1: GIPS Standards (2020), flows at the end of their day."""
    moved = [(FRI, Decimal(1000)), (TUE, Decimal(-2500))]
    rows = daily_snapshots([lot(100, 100)], closes(AAPL=on_week(101, 102, 105, 104, 110)), EQUITY, WEEK, moved)
    expected = [(row.nav - row.flow) / before.nav - 1 for before, row in pairwise(rows)]
    assert [float(row.day_return or 0) for row in rows[1:]] == pytest.approx(
        [float(each) for each in expected], abs=1e-15
    )


def test_closes_that_are_not_asked_for_do_no_harm() -> None:
    extra = closes(AAPL=on_week(100, 101), OTHER=on_week(1, 2, 3, 4, 5))
    assert navs(daily_snapshots([lot(1, 100)], extra, EQUITY, [THU, FRI])) == [100_000, 100_001]


def test_in_cents_the_identity_still_holds() -> None:
    holdings = [lot("0.333333", "10.005"), lot("-0.777777", "3.335", "B")]
    prices = {"AAPL": {THU: Decimal("10.004999")}, "B": {THU: Decimal("3.3333")}}
    row = daily_snapshots(holdings, prices, EQUITY, [THU])[0]
    stored = row.in_cents()
    assert row.nav != stored.nav
    assert stored.nav == stored.cash + stored.long_value + stored.short_value
    for amount in (stored.nav, stored.cash, stored.long_value, stored.short_value, stored.unrealised_pnl):
        assert amount == amount.quantize(Decimal("0.01"))
    assert (stored.session, stored.coverage, stored.day_pnl) == (row.session, row.coverage, None)


# Against a plain computation, lot by lot, in fractions

PRICES = st.decimals(Decimal("0.00000001"), Decimal(10**6), places=8)
QUANTITIES = st.decimals(Decimal(-(10**9)), Decimal(10**9), places=6).filter(bool)
START = date(2024, 1, 1)
SPAN = 45


@st.composite
def lots(draw: st.DrawFn) -> Holding:
    entry = START + timedelta(draw(st.integers(-15, SPAN)))
    exit_date = draw(st.none() | st.integers(0, 40).map(lambda days: entry + timedelta(days)))
    return Holding(
        position_id=UUID(int=draw(st.integers(0, 2**100))),
        symbol=draw(st.sampled_from("ABC")),
        investment_class=draw(st.sampled_from(["PUBLIC", "PUBLIC", "OPTIONS", "PRIVATE"])),
        quantity=draw(QUANTITIES),
        entry_price=draw(PRICES),
        entry_date=entry,
        exit_price=None if exit_date is None else draw(PRICES),
        exit_date=exit_date,
        closed_at_import=exit_date is not None and draw(st.booleans()),
    )


@dataclass(frozen=True)
class World:
    holdings: list[Holding]
    closes: Closes
    sessions: list[date]
    equity: Decimal
    flows: list[tuple[date, Decimal]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    offsets = sorted(draw(st.sets(st.integers(0, SPAN), min_size=1, max_size=14)))
    sessions = [START + timedelta(offset) for offset in offsets]
    priced = [START - timedelta(days) for days in (14, 10, 9, 2)] + sessions
    series = {
        symbol: {day: draw(PRICES) for day in priced if draw(st.integers(0, 3))}
        for symbol in draw(st.sets(st.sampled_from("ABC")))
    }
    holdings = draw(st.lists(lots(), max_size=6, unique_by=lambda h: h.position_id))
    days = st.integers(-5, SPAN).map(lambda offset: START + timedelta(offset))
    amounts = st.decimals(-(10**6), 10**6, places=2).filter(bool)
    flows = draw(st.lists(st.tuples(days, amounts), max_size=3))
    return World(holdings, series, sessions, draw(st.decimals(1, 10**9, places=2)), flows)


@dataclass
class Plain:
    """What a row must say, from the definitions alone."""

    world: World

    def close_before(self, holding: Holding, day: date, including: bool) -> tuple[date, Fraction] | None:
        series = self.world.closes.get(holding.symbol, {})
        days = [d for d in series if (d < day or (including and d == day)) and (day - d).days <= 10]
        return (max(days), Fraction(series[max(days)])) if days else None

    def value(self, holding: Holding, day: date) -> Fraction | None:
        if holding.investment_class == "PRIVATE":
            return Fraction(holding.cost)
        found = self.close_before(holding, day, including=True)
        return None if found is None else Fraction(holding.units) * found[1]

    def gain(self, holding: Holding, day: date, yesterday: date) -> Fraction | None:
        series = self.world.closes.get(holding.symbol, {})
        seen = any(holding.entry_date <= d <= yesterday for d in series)
        before = self.close_before(holding, day, including=False)
        if holding.investment_class == "PRIVATE" or not seen or before is None:
            return None
        if holding.exit_date is not None and holding.exit_date <= day:
            return Fraction(holding.units) * (Fraction(holding.exit_price or 0) - before[1])
        return Fraction(holding.units) * (Fraction(series[day]) - before[1]) if day in series else None

    def nav(self, day: date) -> tuple[Fraction, Fraction]:
        cash = Fraction(self.world.equity) + self.moved(day)
        for h in self.world.holdings:
            cash -= Fraction(h.realised_pnl or 0) if h.closed_at_import else 0
            cash -= Fraction(h.cost) if h.entry_date <= day else 0
            cash += Fraction(h.proceeds or 0) if h.is_closed(day) else 0
        values = [self.value(h, day) for h in self.world.holdings if h.is_open(day)]
        return cash, cash + sum((v for v in values if v is not None), Fraction(0))

    def moved(self, day: date) -> Fraction:
        return sum((Fraction(amount) for at, amount in self.world.flows if at <= day), Fraction(0))

    def day_pnl(self, day: date, yesterday: date) -> Fraction | None:
        held = [h for h in self.world.holdings if h.is_open(yesterday)]
        gains = [gain for h in held if (gain := self.gain(h, day, yesterday)) is not None]
        return sum(gains, Fraction(0)) if gains or not held else None


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(worlds())
def test_every_row_equals_the_plain_computation(world: World) -> None:
    rows = daily_snapshots(world.holdings, world.closes, world.equity, world.sessions, world.flows)
    first_entry = min((h.entry_date for h in world.holdings), default=START)
    assert [row.session for row in rows] == [day for day in world.sessions if day >= first_entry]
    plain = Plain(world)
    for i, row in enumerate(rows):
        day = row.session
        cash, nav = plain.nav(day)
        open_lots = [h for h in world.holdings if h.is_open(day)]
        values = [(h, plain.value(h, day)) for h in open_lots]
        assert (Fraction(row.cash), Fraction(row.nav)) == (cash, nav)
        assert Fraction(row.long_value) == sum(v for _, v in values if v is not None and v > 0)
        assert Fraction(row.short_value) == sum(v for _, v in values if v is not None and v < 0)
        assert Fraction(row.unrealised_pnl) == sum(v - Fraction(h.cost) for h, v in values if v is not None)
        closed = [h for h in world.holdings if h.is_closed(day)]
        assert Fraction(row.realised_pnl) == sum(Fraction(h.realised_pnl or 0) for h in closed)
        assert row.open_positions == len(open_lots)
        assert row.priced_positions == sum(v is not None for _, v in values)
        assert row.left_out == tuple(sorted({h.symbol for h, v in values if v is None}))
        expected = None if i == 0 else plain.day_pnl(day, rows[i - 1].session)
        assert (None if row.day_pnl is None else Fraction(row.day_pnl)) == expected


@settings(deadline=None, max_examples=200)
@given(worlds())
def test_the_identities_hold_to_the_last_decimal(world: World) -> None:
    rows = daily_snapshots(world.holdings, world.closes, world.equity, world.sessions, world.flows)
    start = Fraction(world.equity) - sum(Fraction(h.realised_pnl or 0) for h in world.holdings if h.closed_at_import)
    plain = Plain(world)
    for i, row in enumerate(rows):
        assert Fraction(row.nav) == Fraction(row.cash) + Fraction(row.long_value) + Fraction(row.short_value)
        open_lots = [h for h in world.holdings if h.is_open(row.session)]
        unpriced = sum(Fraction(h.cost) for h in open_lots if plain.value(h, row.session) is None)
        cumulative = Fraction(row.realised_pnl) + Fraction(row.unrealised_pnl)
        assert Fraction(row.nav) == start + plain.moved(row.session) + cumulative - unpriced
        if i:
            change = Fraction(row.nav) - Fraction(rows[i - 1].nav)
            assert change == Fraction(row.day_pnl or 0) + Fraction(row.revaluation) + Fraction(row.flow)
        assert sum(Fraction(each.flow) for each in rows[: i + 1]) == plain.moved(row.session)
        stored = row.in_cents()
        assert stored.nav == stored.cash + stored.long_value + stored.short_value


@settings(deadline=None, max_examples=200)
@given(worlds())
def test_the_last_row_and_the_valuation_of_that_day_agree(world: World) -> None:
    rows = daily_snapshots(world.holdings, world.closes, world.equity, world.sessions, world.flows)
    if not rows:
        return
    row = rows[-1]
    quotes = {}
    for symbol, series in world.closes.items():
        known = sorted(day for day in series if day <= row.session)
        if known:
            before = known[-2] if len(known) > 1 else None
            quotes[symbol] = Quote(series[known[-1]], known[-1], None if before is None else series[before], before)
    capital = world.equity + sum(amount for day, amount in world.flows if day <= row.session)
    today = value_portfolio(world.holdings, quotes, capital, row.session)
    assert (row.nav, row.cash, row.long_value, row.short_value) == (
        today.nav,
        today.cash,
        today.long_value,
        today.short_value,
    )
    assert (row.unrealised_pnl, row.realised_pnl) == (today.unrealised_pnl, today.realised_pnl)
    assert (row.left_out, row.coverage) == (today.left_out, today.coverage)


def test_ten_thousand_lots_over_a_year() -> None:
    sessions = [START + timedelta(day) for day in range(252)]
    series = {
        f"S{i}": {day: Decimal((i * 7919 + n * 104729) % 10**8 + 10**6) / 10**6 for n, day in enumerate(sessions)}
        for i in range(500)
    }
    holdings = [lot(Decimal(i % 997 - 498 or 1) / 7, 50, f"S{i % 500}", entry=sessions[i % 250]) for i in range(10_000)]
    rows = daily_snapshots(holdings, series, EQUITY, sessions)
    assert len(rows) == 252
    assert rows[-1].open_positions == 10_000
