"""The whole way from a loopback Yahoo through the unchanged yfinance into the database and out again."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from sigmasight_ui.adapters.market_data.sample import SampleSource
from sigmasight_ui.adapters.market_data.yahoo import YahooSource
from sigmasight_ui.services.market_data.schemas import SeriesStatus, StoreResult
from sigmasight_ui.services.market_data.service import MarketDataService
from tests.fakes.clock import FixedClock
from tests.fakes.yahoo_server import Currency, Holes, Html, RateLimited, Stale, Unknown, YahooServer
from tests.services.market_data.conftest import END, SESSIONS, Work

pytestmark = pytest.mark.slow


@pytest.fixture
def yahoo() -> Iterator[YahooServer]:
    with YahooServer() as server:
        yield server


@pytest.fixture
def market(yahoo: YahooServer, tmp_path: Path, clock: FixedClock) -> MarketDataService:
    return MarketDataService([YahooSource(tmp_path, yahoo.url), SampleSource()], clock, pause=lambda _seconds: None)


def collect(market: MarketDataService, work: Work, *symbols: str, name: str = "yahoo", **options: bool) -> StoreResult:
    with work() as session:
        plan = market.plan(session, name, symbols, SESSIONS[0], END, **options)
    [fetched] = market.fetch(plan)
    with work() as session:
        return market.store(session, fetched)


def test_what_yahoo_serves_is_what_we_read(market: MarketDataService, yahoo: YahooServer, work: Work) -> None:
    result = collect(market, work, "AAPL", "BRK.B", "SPY")
    assert result.statuses == {SeriesStatus.OK: 3}
    with work() as session:
        table = market.closes(session, "yahoo", ["AAPL", "BRK.B", "SPY"], SESSIONS[0], END)
    for symbol, served in (("AAPL", "AAPL"), ("BRK.B", "BRK-B"), ("SPY", "SPY")):
        prices = yahoo.listing(served).prices
        assert [table.close(symbol, day) for day in SESSIONS] == [Decimal(str(prices[day])) for day in SESSIONS]


def test_a_split_overnight_changes_no_stored_row(market: MarketDataService, yahoo: YahooServer, work: Work) -> None:
    before = {day: 400.0 + number for number, day in enumerate(SESSIONS[:-1])}
    yahoo.serve("NVDA", before)
    with work() as session:
        plan = market.plan(session, "yahoo", ["NVDA"], SESSIONS[0], SESSIONS[-2])
    [fetched] = market.fetch(plan)
    with work() as session:
        market.store(session, fetched)
    yahoo.serve("NVDA", {**before, END: 118.25}, splits={END: 4.0})
    result = collect(market, work, "NVDA")
    assert (result.inserted, result.revised, result.unchanged) == (1, 0, 10)
    with work() as session:
        quote = market.latest_quotes(session, "yahoo", ["NVDA"], END)["NVDA"]
    assert (quote.close, quote.previous_close) == (Decimal("118.25"), Decimal(str(before[SESSIONS[-2]])) / 4)


def test_each_answer_leaves_its_status_and_only_prices_leave_rows(
    market: MarketDataService, yahoo: YahooServer, work: Work
) -> None:
    yahoo.behave("NOPE", Unknown())
    yahoo.behave("PAGE", Html())
    yahoo.behave("VOD", Currency("GBp"))
    yahoo.behave("HOLE", Holes((SESSIONS[7],)))
    yahoo.behave("SIVB", Stale(SESSIONS[30]))
    yahoo.serve("JUMP", {day: 400.0 if day < END else 100.0 for day in SESSIONS})
    collect(market, work, "AAPL", "NOPE", "PAGE", "VOD", "HOLE", "SIVB", "JUMP")
    with work() as session:
        rows = session.execute(text("select symbol, status, reason from symbol_status order by symbol")).all()
        priced = session.execute(text("select symbol, count(*) from prices group by symbol order by symbol")).all()
    assert [tuple(row) for row in rows] == [
        ("AAPL", "ok", None),
        ("HOLE", "partial", f"1 of {len(SESSIONS)} sessions have no price"),
        ("JUMP", "partial", f"prices from {END} held back: possible split (-75%)"),
        ("NOPE", "empty", "Yahoo Finance does not know this symbol"),
        ("PAGE", "error", "Yahoo Finance answered with a page instead of data"),
        ("SIVB", "stale", f"last price of {SESSIONS[30]}"),
        ("VOD", "error", "currency GBp not supported"),
    ]
    full = len(SESSIONS)
    assert [tuple(row) for row in priced] == [("AAPL", full), ("HOLE", full - 1), ("JUMP", full - 1), ("SIVB", 31)]


def test_a_second_round_asks_only_for_what_may_have_changed(
    market: MarketDataService, yahoo: YahooServer, work: Work, clock: FixedClock
) -> None:
    yahoo.behave("NOPE", Unknown())
    collect(market, work, "AAPL", "MSFT", "NOPE")
    yahoo.forget_requests()
    with work() as session:
        again = market.plan(session, "yahoo", ["AAPL", "MSFT", "NOPE"], SESSIONS[0], END)
    assert again.requests == ()
    assert list(market.fetch(again)) == []
    assert yahoo.requests == []
    clock.instant += timedelta(days=1)
    collect(market, work, "NOPE")
    assert yahoo.price_requests("AAPL") == []


def test_fifty_symbols_cost_fifty_price_requests(market: MarketDataService, yahoo: YahooServer, work: Work) -> None:
    symbols = [f"S{number:02}" for number in range(50)]
    assert collect(market, work, *symbols).statuses == {SeriesStatus.OK: 50}
    assert len(yahoo.price_requests()) == 50
    assert len(yahoo.requests) <= 55  # and a cookie and a crumb for all of them


def test_a_429_is_remembered_and_waited_out(
    market: MarketDataService, yahoo: YahooServer, work: Work, clock: FixedClock
) -> None:
    yahoo.behave("AAPL", RateLimited(times=2))
    result = collect(market, work, "AAPL", "MSFT")
    assert result.outage is not None
    with work() as session:
        blocked = market.plan(session, "yahoo", ["MSFT"], SESSIONS[0], END, insist=True).blocked
        coverage = market.coverage(session, "yahoo", ["AAPL", "MSFT"], END)
    assert blocked is not None
    assert blocked.startswith("Yahoo Finance asked us to slow down (429); next try at 22:00 UTC")
    assert {missing.reason for missing in coverage.missing} == {"Yahoo Finance asked us to slow down (429)"}
    clock.instant += timedelta(seconds=38)
    assert collect(market, work, "AAPL", "MSFT").statuses == {SeriesStatus.OK: 2}


def test_down_then_up_again_without_waiting(market: MarketDataService, yahoo: YahooServer, work: Work) -> None:
    yahoo.down = True
    result = collect(market, work, "AAPL", "MSFT")
    assert {problem.reason for problem in result.problems} == {"Yahoo Finance could not be reached"}
    yahoo.down = False
    assert collect(market, work, "AAPL", "MSFT", insist=True).statuses == {SeriesStatus.OK: 2}


def test_a_machine_without_network_runs_on_the_sample(tmp_path: Path, clock: FixedClock, work: Work) -> None:
    market = MarketDataService([YahooSource(tmp_path, "http://127.0.0.1:9"), SampleSource()], clock)
    result = collect(market, work, "AAPL", "SPY")
    with work() as session:
        other = market.fallback(session, "yahoo", result.outage)
    assert other == "sample"
    as_of = market.effective_as_of(other, ["AAPL", "SPY"])
    assert as_of == date(2016, 7, 1)
    with work() as session:
        plan = market.plan(session, other, ["AAPL", "SPY"], date(2015, 7, 1), as_of)
    [fetched] = market.fetch(plan)
    with work() as session:
        market.store(session, fetched)
        assert market.coverage(session, other, ["AAPL", "SPY"], as_of).fraction == 1.0
        assert market.closes(session, other, ["SPY"], date(2015, 7, 1), as_of).closes.shape == (254, 1)
