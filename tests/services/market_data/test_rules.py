"""What to ask for, when to ask again, what to believe: the pure rules of collecting prices."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.core import calendar
from sigmasight_ui.services.market_data import rules
from sigmasight_ui.services.market_data.rules import Known
from sigmasight_ui.services.market_data.schemas import Bar, SeriesStatus, SymbolRange, SymbolSeries

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
SESSIONS = calendar.sessions_between(date(2026, 1, 2), date(2026, 11, 20))
WHOLE = SymbolRange("AAPL", SESSIONS[0], SESSIONS[-1])


def bars(*closes: float | str, splits: dict[int, str] | None = None) -> list[Bar]:
    ratios = {at: Decimal(ratio) for at, ratio in (splits or {}).items()}
    return [Bar(SESSIONS[at], Decimal(str(close)), ratios.get(at)) for at, close in enumerate(closes)]


def answer(found: Sequence[Bar]) -> SymbolSeries:
    return SymbolSeries("AAPL", SeriesStatus.OK, tuple(found), currency="USD")


def judged(found: Sequence[Bar], sessions: Sequence[date], *, continues: bool = False) -> SymbolSeries:
    return rules.judge(answer(found), SymbolRange("AAPL", sessions[0], sessions[-1], continues), sessions)


class TestNeededRange:
    def test_nothing_stored_means_everything(self) -> None:
        assert rules.needed_range("AAPL", SESSIONS, Known(), refresh=False) == WHOLE

    def test_complete_means_nothing(self) -> None:
        known = Known(stored=len(SESSIONS), last_stored=SESSIONS[-1])
        assert rules.needed_range("AAPL", SESSIONS, known, refresh=False) is None

    def test_the_newest_sessions_are_read_again_when_refreshing(self) -> None:
        known = Known(stored=len(SESSIONS), last_stored=SESSIONS[-1])
        needed = rules.needed_range("AAPL", SESSIONS, known, refresh=True)
        assert needed == SymbolRange("AAPL", SESSIONS[-10], SESSIONS[-1], continues=True)

    def test_a_missing_tail_overlaps_what_is_stored(self) -> None:
        known = Known(stored=len(SESSIONS) - 3, last_stored=SESSIONS[-4])
        needed = rules.needed_range("AAPL", SESSIONS, known, refresh=False)
        assert needed == SymbolRange("AAPL", SESSIONS[-13], SESSIONS[-1], continues=True)

    @pytest.mark.parametrize(("share", "whole"), [(0.96, False), (0.94, True)])
    def test_95_percent_present_counts_as_cached(self, share: float, whole: bool) -> None:
        known = Known(stored=int(share * len(SESSIONS)), last_stored=SESSIONS[-1])
        assert rules.needed_range("AAPL", SESSIONS, known, refresh=False) == (WHOLE if whole else None)

    def test_a_young_listing_is_complete_from_its_first_day(self) -> None:
        known = Known(stored=20, last_stored=SESSIONS[-1], history_starts=SESSIONS[-20])
        assert rules.needed_range("AAPL", SESSIONS, known, refresh=False) is None

    def test_a_rebased_history_is_read_again_from_the_start(self) -> None:
        known = Known(stored=len(SESSIONS), last_stored=SESSIONS[-1], reason=rules.REBASED)
        assert rules.needed_range("AAPL", SESSIONS, known, refresh=False) == WHOLE


class TestWaiting:
    def test_nobody_waits_without_a_date(self) -> None:
        assert not rules.must_wait(Known(status=SeriesStatus.ERROR), NOW, insist=False)

    def test_waiting_ends_on_time(self) -> None:
        known = Known(status=SeriesStatus.ERROR, next_retry_at=NOW + timedelta(seconds=1), checked_at=NOW)
        assert rules.must_wait(known, NOW, insist=False)
        assert not rules.must_wait(known, NOW + timedelta(seconds=1), insist=False)

    def test_a_person_may_insist_except_for_symbols_just_found_unknown(self) -> None:
        known = Known(status=SeriesStatus.ERROR, next_retry_at=NOW + timedelta(hours=1), checked_at=NOW)
        assert not rules.must_wait(known, NOW, insist=True)
        unknown = replace(known, status=SeriesStatus.EMPTY)
        assert rules.must_wait(unknown, NOW + timedelta(minutes=14), insist=True)
        assert not rules.must_wait(unknown, NOW + timedelta(minutes=15), insist=True)

    @pytest.mark.parametrize("failures", range(1, 12))
    def test_pauses_grow_from_half_a_minute_to_a_quarter_of_an_hour(self, failures: int) -> None:
        full = min(30 * 2 ** (failures - 1), 900)
        assert 0.75 * full <= rules.pause("AAPL", failures).total_seconds() <= 1.25 * full

    def test_pauses_of_many_symbols_are_spread(self) -> None:
        pauses = [rules.pause(f"S{number}", 3).total_seconds() for number in range(200)]
        assert max(pauses) - min(pauses) > 50
        assert rules.pause("AAPL", 3) == rules.pause("AAPL", 3)

    @pytest.mark.parametrize(
        ("status", "failures", "wait"),
        [
            (SeriesStatus.OK, 0, None),
            (SeriesStatus.PARTIAL, 0, timedelta(hours=6)),
            (SeriesStatus.EMPTY, 1, timedelta(days=1)),
            (SeriesStatus.EMPTY, 4, timedelta(days=1)),
            (SeriesStatus.EMPTY, 5, timedelta(days=7)),
        ],
    )
    def test_each_status_has_its_wait(self, status: SeriesStatus, failures: int, wait: timedelta | None) -> None:
        due = rules.retry_at(SymbolSeries("X", status), failures, SESSIONS[-1], NOW)
        assert due == (None if wait is None else NOW + wait)

    def test_a_fund_that_publishes_late_is_asked_again_soon_and_a_dead_share_is_not(self) -> None:
        late = SymbolSeries("FXAIX", SeriesStatus.STALE, (Bar(SESSIONS[-2], Decimal(1)),))
        dead = SymbolSeries("SIVB", SeriesStatus.STALE, (Bar(SESSIONS[-60], Decimal(1)),))
        assert rules.retry_at(late, 1, SESSIONS[-1], NOW) == NOW + timedelta(hours=1)
        assert rules.retry_at(dead, 1, SESSIONS[-1], NOW) == NOW + timedelta(days=1)


class TestJudging:
    def test_a_full_series_is_ok(self) -> None:
        series = judged(bars(100, 101, 102), SESSIONS[:3])
        assert (series.status, series.reason, series.history_starts) == (SeriesStatus.OK, None, None)

    def test_holes_make_it_partial(self) -> None:
        series = judged(bars(100, "NaN", 102, 103), SESSIONS[:4])
        assert (series.status, series.reason) == (SeriesStatus.PARTIAL, "1 of 4 sessions have no price")
        assert len(series.bars) == 3

    def test_an_early_end_makes_it_stale(self) -> None:
        series = judged(bars(100, 101), SESSIONS[:4])
        assert (series.status, series.reason) == (SeriesStatus.STALE, f"last price of {SESSIONS[1]}")

    @pytest.mark.parametrize(("late", "starts"), [(1, None), (5, None), (6, SESSIONS[6])])
    def test_a_late_start_is_a_young_listing_not_a_hole(self, late: int, starts: date | None) -> None:
        series = judged(bars(*[100] * 10)[late:], SESSIONS[:10])
        assert (series.status, series.history_starts) == (SeriesStatus.OK, starts)
        tail = judged(bars(*[100] * 10)[late:], SESSIONS[:10], continues=True)
        assert tail.history_starts is None

    @pytest.mark.parametrize("close", ["0", "-1", "NaN", "Infinity", "1e-300", "0.0000001", "1e9", "1e308"])
    def test_only_prices_that_can_be_count(self, close: str) -> None:
        series = judged(bars(close), SESSIONS[:1])
        assert (series.status, series.bars) == (SeriesStatus.EMPTY, ())
        assert series.reason == f"no price between {SESSIONS[0]} and {SESSIONS[0]}"

    def test_days_without_a_session_are_dropped(self) -> None:
        saturday = Bar(date(2026, 1, 3), Decimal(100))
        assert judged([*bars(100, 101), saturday], SESSIONS[:2]).bars == tuple(bars(100, 101))

    def test_splits_and_dividends_of_dropped_days_are_not_lost(self) -> None:
        found = [
            Bar(SESSIONS[0], Decimal(100)),
            Bar(SESSIONS[1], Decimal("NaN"), split_ratio=Decimal(2), dividend=Decimal("0.5")),
            Bar(SESSIONS[2], Decimal(51), dividend=Decimal("0.25")),
        ]
        assert judged(found, SESSIONS[:3]).bars[1] == Bar(
            SESSIONS[2], Decimal(51), split_ratio=Decimal(2), dividend=Decimal("0.75")
        )

    @pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "-4", "0", "1e300", "1e-300"])
    def test_splits_and_dividends_that_cannot_be_are_none(self, amount: str) -> None:
        first, second = bars(100, 101)
        odd = replace(second, split_ratio=Decimal(amount), dividend=Decimal(amount))
        series = judged([first, odd], SESSIONS[:2])
        assert (series.status, series.bars) == (SeriesStatus.OK, (first, second))

    @pytest.mark.parametrize("status", [SeriesStatus.EMPTY, SeriesStatus.ERROR])
    def test_no_answer_stays_what_it_is(self, status: SeriesStatus) -> None:
        series = SymbolSeries("X", status, reason="why")
        assert rules.judge(series, WHOLE, SESSIONS) == series


class TestHoldingBack:
    def test_a_split_that_is_announced_is_no_move(self) -> None:
        found = bars(400, 400, 100, 101, splits={2: "4"})
        assert rules.hold_back(found) == (found, None)

    @pytest.mark.parametrize("move", [0.61, 1.39])
    def test_moves_up_to_40_percent_are_believed(self, move: float) -> None:
        found = bars(100, 100, 100 * move)
        assert rules.hold_back(found) == (found, None)

    def test_a_fresh_jump_is_held_back(self) -> None:
        kept, reason = rules.hold_back(bars(400, 401, 100, 101))
        assert kept == bars(400, 401)
        assert reason == f"prices from {SESSIONS[2]} held back: possible split (-75%)"

    def test_five_sessions_confirm_a_real_crash(self) -> None:
        found = bars(100, 100, *[45] * 5)
        assert rules.hold_back(found) == (found, None)
        assert rules.hold_back(found[:-1])[0] == found[:2]

    def test_a_confirmed_step_of_a_split_keeps_the_newer_side(self) -> None:
        kept, reason = rules.hold_back(bars(400, 402, *[100] * 5))
        assert kept == bars(400, 402, *[100] * 5)[2:]
        assert reason == f"prices before {SESSIONS[2]} held back: possible split (-75%)"
        series = judged(bars(400, 402, *[100] * 5), SESSIONS[:7])
        assert (series.status, series.older_is_void, series.history_starts) == (SeriesStatus.PARTIAL, True, None)

    def test_a_reverse_split_nobody_announced(self) -> None:
        kept, reason = rules.hold_back(bars(2, 2, *[20] * 6))
        assert kept[0].close == 20
        assert reason is not None

    def test_a_bad_tick_is_taken_out_alone(self) -> None:
        kept, reason = rules.hold_back(bars(100, 101, 10100, 102, 103))
        assert [bar.close for bar in kept] == [100, 101, 102, 103]
        assert reason == f"the price of {SESSIONS[2]} held back: +9900% and back in one session"

    def test_amd_of_april_2016_rose_by_half_and_is_believed(self) -> None:
        found = bars(2.62, 2.62, *[3.99] * 5)
        assert rules.hold_back(found) == (found, None)

    @given(st.lists(st.floats(min_value=0.65, max_value=1.35), min_size=1, max_size=60))
    def test_ordinary_histories_pass_untouched(self, moves: list[float]) -> None:
        closes, price = [], 100.0
        for move in moves:
            price *= move
            closes.append(round(price, 30))
        found = [Bar(SESSIONS[at], Decimal(close)) for at, close in enumerate(closes)]
        assert rules.hold_back(found) == (found, None)

    @given(st.lists(st.sampled_from([0.2, 0.5, 1.0, 1.01, 2.0, 5.0]), min_size=1, max_size=40))
    def test_what_is_left_is_in_order_and_from_the_input(self, moves: list[float]) -> None:
        price, closes = 100.0, []
        for move in moves:
            price *= move
            closes.append(price)
        found = [Bar(SESSIONS[at], Decimal(close)) for at, close in enumerate(closes)]
        kept, reason = rules.hold_back(found)
        assert kept
        assert [bar.session for bar in kept] == sorted({bar.session for bar in kept})
        assert set(kept) <= set(found)
        assert (reason is None) == (kept == found)


STORED = dict(zip(SESSIONS, map(Decimal, ("400", "404", "396", "408")), strict=False))


class TestRebased:
    def test_one_common_factor_is_a_rebase(self) -> None:
        assert rules.is_rebased(bars(100, 101, 99, 102), STORED)

    @pytest.mark.parametrize("closes", [(400, 404, 396, 408), (400, 404, 396, 409.5), (100, 101, 99, 408), (100, 101)])
    def test_anything_else_is_not(self, closes: tuple[float, ...]) -> None:
        assert not rules.is_rebased(bars(*closes), STORED)
