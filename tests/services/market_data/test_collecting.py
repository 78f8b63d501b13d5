"""Collecting prices: asked once, stored once, good rows kept, and a source in trouble left in peace."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sigmasight_ui.core import calendar
from sigmasight_ui.services.market_data import rules
from sigmasight_ui.services.market_data.schemas import (
    Fault,
    MissingPrice,
    Outage,
    Plan,
    SeriesStatus,
    StoreResult,
    SymbolRange,
)
from sigmasight_ui.services.market_data.service import MarketDataService
from tests.fakes.clock import FixedClock
from tests.fakes.price_source import FakeSource
from tests.services.market_data.conftest import END, SESSIONS, Work

Collect = Callable[..., list[StoreResult]]
FLAT = dict.fromkeys(SESSIONS, 100.0)


def stored(work: Work, symbol: str, name: str = "yahoo") -> dict[date, Decimal]:
    query = text("select session, close from prices where symbol = :symbol and source = :name order by session")
    with work() as session:
        return {row.session: row.close for row in session.execute(query, {"symbol": symbol, "name": name})}


def status(work: Work, symbol: str) -> tuple[str, str | None, int]:
    query = text("select status, reason, failures from symbol_status where symbol = :symbol")
    with work() as session:
        return tuple(session.execute(query, {"symbol": symbol}).one())


def test_what_is_missing_is_asked_for_once(source: FakeSource, collect: Collect, work: Work) -> None:
    source.give("AAPL", FLAT)
    source.give("MSFT", FLAT)
    [result] = collect("AAPL", "MSFT", "AAPL")
    assert (result.inserted, result.revised, result.unchanged) == (2 * len(SESSIONS), 0, 0)
    assert result.statuses == {SeriesStatus.OK: 2}
    assert stored(work, "AAPL") == dict.fromkeys(SESSIONS, Decimal(100))
    assert collect("AAPL", "MSFT") == []
    assert source.asked == ["AAPL", "MSFT"]


def test_one_call_for_fifty_symbols_and_a_pause_between_calls(
    source: FakeSource, sample: FakeSource, clock: FixedClock, work: Work
) -> None:
    pauses: list[float] = []
    market = MarketDataService([source, sample], clock, pause=pauses.append)
    symbols = [f"S{number}" for number in range(120)]
    with work() as session:
        plan = market.plan(session, "yahoo", symbols, SESSIONS[0], END)
        local = market.plan(session, "sample", symbols, SESSIONS[0], END)
    assert [len(fetched.requests) for fetched in market.fetch(plan)] == [50, 50, 20]
    assert pauses == [1.5, 1.5]
    assert len(list(market.fetch(local))) == 3
    assert len(pauses) == 2


def test_the_next_day_only_the_tail_is_asked_for(source: FakeSource, collect: Collect, work: Work) -> None:
    source.give("AAPL", FLAT)
    collect("AAPL", end=SESSIONS[-2])
    [result] = collect("AAPL")
    assert (result.inserted, result.unchanged) == (1, 10)
    assert source.calls[1][0].start == SESSIONS[-11]
    assert len(stored(work, "AAPL")) == len(SESSIONS)


def test_the_nightly_refresh_reads_the_newest_sessions_again(source: FakeSource, collect: Collect, work: Work) -> None:
    source.give("AAPL", FLAT)
    collect("AAPL")
    source.amend("AAPL", SESSIONS[-3], close=Decimal("100.5"))
    [result] = collect("AAPL", refresh=True)
    assert (result.inserted, result.revised, result.unchanged) == (0, 1, 9)
    assert stored(work, "AAPL")[SESSIONS[-3]] == Decimal("100.5")


def test_a_good_price_survives_an_answer_without_it(source: FakeSource, collect: Collect, work: Work) -> None:
    source.give("AAPL", FLAT)
    collect("AAPL")
    source.amend("AAPL", SESSIONS[-2], close=Decimal("NaN"))
    source.bars["AAPL"] = source.bars["AAPL"][:-1]
    [result] = collect("AAPL", refresh=True)
    assert stored(work, "AAPL") == dict.fromkeys(SESSIONS, Decimal(100))
    assert result.statuses == {SeriesStatus.STALE: 1}
    source.bars["AAPL"] = []
    collect("AAPL", refresh=True, insist=True)
    assert len(stored(work, "AAPL")) == len(SESSIONS)


@pytest.mark.parametrize("close", ["0", "-1"])
def test_the_database_refuses_a_price_that_is_none(work: Work, close: str) -> None:
    insert = (
        "insert into prices (symbol, source, session, close, fetched_at) values ('X', 'y', '2026-01-02', :c, now())"
    )
    with pytest.raises(IntegrityError, match="close_positive"), work() as session:
        session.execute(text(insert), {"c": close})


def test_an_unknown_symbol_is_not_asked_for_every_time(
    market: MarketDataService, source: FakeSource, collect: Collect, clock: FixedClock, work: Work
) -> None:
    [result] = collect("NOPE")
    assert result.problems == (MissingPrice("NOPE", "unknown symbol"),)
    assert status(work, "NOPE") == ("empty", "unknown symbol", 1)
    with work() as session:
        plan = market.plan(session, "yahoo", ["NOPE"], SESSIONS[0], END)
        assert (plan.requests, plan.waiting) == ((), (MissingPrice("NOPE", "unknown symbol"),))
    assert collect("NOPE", insist=True) == []
    clock.instant += timedelta(minutes=15)
    assert len(collect("NOPE", insist=True)) == 1
    clock.instant += timedelta(days=1)
    assert len(collect("NOPE")) == 1
    assert status(work, "NOPE") == ("empty", "unknown symbol", 3)


def test_a_young_listing_is_not_asked_for_again_and_again(source: FakeSource, collect: Collect) -> None:
    source.give("IPO", dict.fromkeys(SESSIONS[-15:], 20.0))
    [result] = collect("IPO")
    assert result.statuses == {SeriesStatus.OK: 1}
    assert collect("IPO") == []


def test_a_refusal_opens_the_breaker_for_everybody(
    market: MarketDataService, source: FakeSource, collect: Collect, clock: FixedClock, work: Work
) -> None:
    source.fault = Fault.RATE_LIMITED
    [result] = collect("AAPL", "MSFT")
    assert result.outage is not None
    assert {problem.symbol for problem in result.problems} == {"AAPL", "MSFT"}
    source.fault = None
    with work() as session:
        plan = market.plan(session, "yahoo", ["SPY"], SESSIONS[0], END, insist=True)
        assert plan.blocked is not None
        assert plan.blocked.startswith("the source is away; next try at 22:00 UTC")
    assert list(market.fetch(plan)) == []
    assert len(source.calls) == 1
    clock.instant += timedelta(seconds=38)
    assert len(collect("SPY")) == 1


def test_repeated_refusals_pause_longer_and_an_answer_forgives(
    source: FakeSource, collect: Collect, clock: FixedClock, work: Work
) -> None:
    waits = []
    source.fault = Fault.RATE_LIMITED
    for _ in range(8):
        assert len(collect("AAPL")) == 1
        with work() as session:
            until = session.execute(text("select open_until from source_status")).scalar_one()
        waits.append((until - clock.instant).total_seconds())
        clock.instant = until
    assert 22 <= waits[0] <= 38
    assert all(later > earlier for earlier, later in pairwise(waits[:5]))
    assert max(waits) <= 900 * 1.25
    source.fault = None
    collect("AAPL")
    with work() as session:
        row = session.execute(text("select open_until, failures, reason from source_status")).one()
    assert tuple(row) == (None, 0, None)


def test_without_a_network_a_fresh_installation_falls_back_to_the_sample(
    market: MarketDataService, source: FakeSource, collect: Collect, work: Work
) -> None:
    source.fault = Fault.UNREACHABLE
    [result] = collect("AAPL")
    with work() as session:
        assert market.fallback(session, "yahoo", result.outage) == "sample"
        assert market.fallback(session, "sample", result.outage) is None
        assert market.fallback(session, "yahoo", None) is None
        assert session.execute(text("select count(*) from symbol_status")).scalar() == 0


def test_a_source_that_has_delivered_is_never_replaced(
    market: MarketDataService, source: FakeSource, collect: Collect, work: Work
) -> None:
    source.give("AAPL", FLAT)
    collect("AAPL")
    source.fault = Fault.UNREACHABLE
    [result] = collect("MSFT")
    with work() as session:
        assert market.fallback(session, "yahoo", result.outage) is None


def test_being_unreachable_does_not_forbid_the_next_try(source: FakeSource, collect: Collect) -> None:
    source.fault = Fault.UNREACHABLE
    collect("AAPL")
    source.fault = None
    source.give("AAPL", FLAT)
    [result] = collect("AAPL")
    assert result.inserted == len(SESSIONS)


def test_an_outage_ends_the_round(source: FakeSource, collect: Collect) -> None:
    source.fault = Fault.UNREACHABLE
    assert len(collect(*(f"S{number}" for number in range(120)))) == 1
    assert len(source.calls) == 1


def test_a_fresh_jump_is_not_stored_until_confirmed(source: FakeSource, collect: Collect, work: Work) -> None:
    source.give("JUMP", {**FLAT, SESSIONS[-1]: 25.0})
    [result] = collect("JUMP")
    assert result.statuses == {SeriesStatus.PARTIAL: 1}
    assert result.problems[0].reason == f"prices from {END} held back: possible split (-75%)"
    assert END not in stored(work, "JUMP")


def test_a_missed_split_takes_the_older_prices_away(
    source: FakeSource, collect: Collect, clock: FixedClock, work: Work
) -> None:
    source.give("GAP", FLAT)
    collect("GAP", end=SESSIONS[-6])
    source.give("GAP", {day: 100.0 if day < SESSIONS[-5] else 25.0 for day in SESSIONS})
    collect("GAP")
    assert list(stored(work, "GAP")) == SESSIONS[-5:]
    source.amend("GAP", SESSIONS[-5], split_ratio=Decimal(4))  # the vendor learns of it
    clock.instant += timedelta(hours=6)
    [result] = collect("GAP")
    assert result.statuses == {SeriesStatus.OK: 1}
    assert list(stored(work, "GAP")) == SESSIONS


def test_a_rebased_history_is_read_again_as_a_whole(source: FakeSource, collect: Collect, work: Work) -> None:
    source.give("BASE", FLAT)
    collect("BASE", start=SESSIONS[0], end=SESSIONS[-2])
    source.give("BASE", dict.fromkeys(SESSIONS, 50.0))
    [refused] = collect("BASE", start=SESSIONS[5])
    assert refused.problems == (MissingPrice("BASE", rules.REBASED),)
    assert set(stored(work, "BASE").values()) == {Decimal(100)}
    [result] = collect("BASE", start=SESSIONS[5])
    assert result.statuses == {SeriesStatus.OK: 1}
    assert stored(work, "BASE") == dict.fromkeys(SESSIONS[5:], Decimal(50))


def test_splits_and_dividends_are_stored_beside_the_close(source: FakeSource, collect: Collect, work: Work) -> None:
    source.give("AAPL", {SESSIONS[0]: 400, SESSIONS[1]: 100, SESSIONS[2]: 101})
    source.amend("AAPL", SESSIONS[1], split_ratio=Decimal(4))
    source.amend("AAPL", SESSIONS[2], dividend=Decimal("0.25"))
    collect("AAPL", end=SESSIONS[2])
    [again] = collect("AAPL", end=SESSIONS[2], refresh=True)
    assert (again.inserted, again.revised) == (0, 0)
    with work() as session:
        rows = session.execute(text("select close, split_ratio, dividend from prices order by session")).all()
    assert [tuple(row) for row in rows] == [
        (400, None, None),
        (100, 4, None),
        (101, None, Decimal("0.25")),
    ]


def test_a_source_that_was_not_chosen_is_no_fallback(clock: FixedClock, sample: FakeSource, work: Work) -> None:
    source = FakeSource(fault=Fault.UNREACHABLE)
    market = MarketDataService([source], clock, others=[sample])
    with work() as session:
        outage = Outage(Fault.UNREACHABLE, "the source is away")
        assert market.fallback(session, "yahoo", outage) is None
        assert market.fallback(session, "sample", outage) is None


def test_a_process_that_only_reads_loads_no_numerics() -> None:
    code = (
        "import sys, sigmasight_ui.services.market_data.service, sigmasight_ui.adapters.market_data.sample,"
        " sigmasight_ui.adapters.market_data.yahoo; print([m for m in ('numpy', 'pandas') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_two_workers_may_store_the_same_symbols_at_once(
    source: FakeSource, market: MarketDataService, work: Work
) -> None:
    symbols = [f"S{number:02}" for number in range(40)]
    for symbol in symbols:
        source.give(symbol, FLAT)

    def store(ordered: list[str]) -> int:
        requests = tuple(SymbolRange(symbol, SESSIONS[0], END) for symbol in ordered)
        [fetched] = market.fetch(Plan("yahoo", requests))
        with work() as session:
            return market.store(session, fetched).statuses[SeriesStatus.OK]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(store, [symbols, symbols[::-1]] * 4)) == [40] * 8


def test_facts_are_asked_for_politely_too(
    market: MarketDataService, source: FakeSource, collect: Collect, clock: FixedClock, work: Work
) -> None:
    def worth_asking(*symbols: str) -> list[str]:
        with work() as session:
            return market.worth_asking(session, "yahoo", symbols)

    many = [f"S{number:03}" for number in range(120)]
    assert worth_asking(*many) == many[:50]
    assert worth_asking() == []
    collect("NOPE")
    assert worth_asking("NOPE", "NEWCO", "NEWCO") == ["NEWCO"]
    source.fault = Fault.RATE_LIMITED
    collect("AAPL")
    assert worth_asking("NEWCO") == []
    clock.instant += timedelta(days=1)
    assert worth_asking("NOPE", "NEWCO") == ["NOPE", "NEWCO"]


def test_nothing_to_ask_is_no_question(market: MarketDataService, collect: Collect, work: Work) -> None:
    assert collect() == []
    assert collect("AAPL", start=date(2026, 11, 21), end=date(2026, 11, 22)) == []
    assert market.fetch_profiles("yahoo", []) == ()


def test_the_session_a_run_values_at(
    market: MarketDataService, source: FakeSource, sample: FakeSource, clock: FixedClock
) -> None:
    sample.last = date(2016, 7, 1)
    assert market.effective_as_of("yahoo", ["AAPL"]) == calendar.last_closed_session(clock.now()) == END
    assert market.effective_as_of("sample", ["AAPL"]) == date(2016, 7, 1)
    clock.instant = clock.instant.replace(year=2015)
    assert market.effective_as_of("sample", ["AAPL"]) == date(2015, 11, 19)


def test_a_source_can_be_named_on_screen(market: MarketDataService, sample: FakeSource, clock: FixedClock) -> None:
    assert market.preferred_source == "yahoo"
    view = market.source_view("sample")
    assert (view.label, view.is_sample, view.note) == ("Sample", True, "Sample prices.")
    later = MarketDataService([FakeSource()], clock, others=[sample])
    assert later.source_view("sample").is_sample
    assert market.source_view("quandl").note == "This source is not configured any more."
    sample.stand_ins = {"VTV": "VLUE", "VUG": None}
    assert [market.stand_in("sample", proxy) for proxy in ("VTV", "VUG", "SPY")] == ["VLUE", None, "SPY"]
    assert [market.stand_in(name, "VTV") for name in ("yahoo", "quandl")] == ["VTV", "VTV"]
