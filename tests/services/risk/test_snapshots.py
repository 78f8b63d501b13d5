"""One row per session: by example, and the original's mistakes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from sigmasight_ui.services.risk import market, snapshots
from sigmasight_ui.services.risk.snapshots import (
    FIRST_SNAPSHOT,
    NO_PREVIOUS_NAV,
    NOTHING_COMPARABLE,
    DailySnapshot,
)
from sigmasight_ui.services.risk.valuation import Holding

THU, FRI, MON, TUE, WED = (date(2024, 5, day) for day in (2, 3, 6, 7, 8))
WEEK = [THU, FRI, MON, TUE, WED]
EQUITY = Decimal(100_000)

Closes = dict[str, dict[date, Decimal]]


def daily_snapshots(holdings: list[Holding], closes: Closes, *others: Any) -> list[DailySnapshot]:
    """From closes by symbol and day."""
    days = sorted({day for series in closes.values() for day in series})
    amounts = [[int(series.get(day, 0) * 10**8) for series in closes.values()] for day in days]
    table = np.array(amounts, dtype=np.int64).reshape(len(days), len(closes))
    return snapshots.daily_snapshots(holdings, market.Closes(tuple(days), tuple(closes), table, 8), *others)


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
    assert [row.realised_pnl + row.unrealised_pnl for row in rows] == [0, 0, 670, 730, 730]


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
