"""Daily snapshots against a plain computation, lot by lot and in fractions, with Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigmasight_ui.services.risk.valuation import Holding, Quote, value_portfolio
from tests.services.risk.test_snapshots import EQUITY, Closes, daily_snapshots, lot

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
