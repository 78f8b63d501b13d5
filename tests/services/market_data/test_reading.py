"""Reading prices: newest closes, coverage with reasons, and matrices that agree with plain arithmetic."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sqlalchemy import text

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.db import Database
from sigmasight_ui.services.market_data import repository
from sigmasight_ui.services.market_data.schemas import Bar, Coverage, Fault, MissingPrice, Quote
from sigmasight_ui.services.market_data.service import MarketDataService
from tests.conftest import FreshDatabase
from tests.fakes.clock import FixedClock
from tests.fakes.price_source import FakeSource
from tests.services.market_data.conftest import END, SESSIONS, Work

Put = Callable[..., None]
A, B, C, D = SESSIONS[-4:]


@pytest.fixture
def put(work: Work, clock: FixedClock) -> Put:
    def put(symbol: str, *bars: Bar, name: str = "yahoo") -> None:
        with work() as session:
            repository.put_bars(session, name, [(symbol, bar) for bar in bars], clock.now())

    return put


def bar(day: date, close: str, split: str | None = None, dividend: str | None = None) -> Bar:
    return Bar(day, Decimal(close), Decimal(split) if split else None, Decimal(dividend) if dividend else None)


def quotes(work: Work, market: MarketDataService, *symbols: str, as_of: date = END) -> dict[str, Quote]:
    with work() as session:
        return dict(market.latest_quotes(session, "yahoo", symbols, as_of))


def test_the_newest_close_and_the_one_before(put: Put, work: Work, market: MarketDataService) -> None:
    put("AAPL", bar(B, "99"), bar(C, "100.25"), bar(D, "101.50"))
    put("MSFT", bar(A, "400"))
    found = quotes(work, market, "AAPL", "MSFT", "NOPE")
    assert found["AAPL"] == Quote("AAPL", D, Decimal("101.5"), C, Decimal("100.25"))
    assert found["MSFT"] == Quote("MSFT", A, Decimal(400), None, None)
    assert "NOPE" not in found


def test_nothing_after_the_day_asked_about(put: Put, work: Work, market: MarketDataService) -> None:
    put("AAPL", bar(B, "99"), bar(C, "100"), bar(D, "101"))
    assert quotes(work, market, "AAPL", as_of=C)["AAPL"] == Quote("AAPL", C, Decimal(100), B, Decimal(99))


def test_on_the_day_of_a_split_yesterday_is_on_todays_basis(put: Put, work: Work, market: MarketDataService) -> None:
    put("NVDA", bar(C, "400"), bar(D, "101", split="4"))
    assert quotes(work, market, "NVDA")["NVDA"].previous_close == Decimal(100)


@pytest.mark.parametrize(("age", "priced"), [(0, True), (10, True), (11, False)])
def test_a_close_is_a_price_for_ten_days(
    put: Put, work: Work, market: MarketDataService, age: int, priced: bool
) -> None:
    put("OLD", bar(date(2026, 11, 5), "10"))
    as_of = date(2026, 11, 5) + timedelta(days=age)
    assert ("OLD" in quotes(work, market, "OLD", as_of=as_of)) is priced


@pytest.mark.parametrize(("gap", "counts"), [(10, True), (11, False)])
def test_the_close_before_counts_within_ten_days_too(
    put: Put, work: Work, market: MarketDataService, gap: int, counts: bool
) -> None:
    newest = date(2026, 11, 13)
    put("GAP", bar(newest - timedelta(days=gap), "9"), bar(newest, "10"))
    quote = quotes(work, market, "GAP")["GAP"]
    assert (quote.previous_close is not None) is counts


def test_coverage_names_what_is_missing_and_why(
    put: Put, work: Work, market: MarketDataService, source: FakeSource
) -> None:
    put("AAPL", bar(D, "101"))
    put("OLD", bar(SESSIONS[0], "10"))
    with work() as session:
        plan = market.plan(session, "yahoo", ["NOPE"], SESSIONS[0], END)
    for fetched in market.fetch(plan):
        with work() as session:
            market.store(session, fetched)
    with work() as session:
        coverage = market.coverage(session, "yahoo", ["AAPL", "NOPE", "OLD", "AAPL"], END)
    assert (coverage.needed, coverage.priced) == (3, 1)
    assert coverage.fraction == pytest.approx(1 / 3)
    assert coverage.missing == (
        MissingPrice("NOPE", "unknown symbol"),
        MissingPrice("OLD", "no price in the ten days to 2026-11-19"),
    )


def test_coverage_says_when_the_source_was_away(work: Work, market: MarketDataService, source: FakeSource) -> None:
    source.fault = Fault.UNREACHABLE
    with work() as session:
        plan = market.plan(session, "yahoo", ["AAPL", "MSFT"], SESSIONS[0], END)
    [fetched] = market.fetch(plan)
    with work() as session:
        market.store(session, fetched)
        coverage = market.coverage(session, "yahoo", ["AAPL", "MSFT"], END)
    assert coverage.missing == (MissingPrice("AAPL", "the source is away"), MissingPrice("MSFT", "the source is away"))


def test_no_symbols_have_no_coverage(work: Work, market: MarketDataService) -> None:
    with work() as session:
        assert market.coverage(session, "yahoo", [], END) == Coverage(0, 0, ())
    assert Coverage(0, 0, ()).fraction is None


def test_matrices_have_every_session_and_symbol(put: Put, work: Work, market: MarketDataService) -> None:
    put("AAPL", bar(A, "99.123456"), bar(C, "100"), bar(D, "101"))
    put("MSFT", bar(B, "400.5"))
    with work() as session:
        table = market.closes(session, "yahoo", ["MSFT", "NOPE", "AAPL", "MSFT"], A, D)
    assert (table.sessions, table.symbols) == ((A, B, C, D), ("MSFT", "NOPE", "AAPL"))
    expected = [[np.nan, np.nan, 99.123456], [400.5, np.nan, np.nan], [np.nan, np.nan, 100], [np.nan, np.nan, 101]]
    assert_allclose(table.closes, expected, rtol=0, atol=0)
    assert_allclose(table.total_return, expected, rtol=1e-15)
    assert table.close("AAPL", A) == Decimal("99.123456")
    assert table.close("MSFT", A) is None


def test_a_split_puts_older_closes_on_the_basis_of_the_last_session(
    put: Put, work: Work, market: MarketDataService
) -> None:
    put("NVDA", bar(A, "800"), bar(B, "404", split="2"), bar(C, "101", split="4"), bar(D, "102"))
    with work() as session:
        table = market.closes(session, "yahoo", ["NVDA"], A, D)
        before = market.closes(session, "yahoo", ["NVDA"], A, B)
    assert_allclose(table.closes[:, 0], [100, 101, 101, 102], rtol=1e-15)
    assert_allclose(table.traded[:, 0], [800, 404, 101, 102])
    assert table.close("NVDA", A) == Decimal(100)
    assert_allclose(before.closes[:, 0], [400, 404], rtol=1e-15)


def test_total_return_counts_dividends_and_splits_exactly(put: Put, work: Work, market: MarketDataService) -> None:
    put("T", bar(A, "100"), bar(B, "99", dividend="2"), bar(C, "50", split="2", dividend="0.5"), bar(D, "51"))
    with work() as session:
        index = market.closes(session, "yahoo", ["T"], A, D).total_return[:, 0]
    assert_allclose(index[1:] / index[:-1], [(99 + 2) / 100, 2 * (50 + 0.5) / 99, 51 / 50], rtol=1e-14)
    assert index[-1] == pytest.approx(51)


def test_a_missing_close_leaves_a_gap_and_no_dividend_behind(put: Put, work: Work, market: MarketDataService) -> None:
    put("T", bar(A, "100"), bar(C, "99", dividend="2"), bar(D, "100"))
    with work() as session:
        index = market.closes(session, "yahoo", ["T"], A, D).total_return[:, 0]
    assert np.isnan(index[1])
    assert index[2] / index[0] == pytest.approx(101 / 100)


def test_more_symbols_than_one_chunk(work: Work, market: MarketDataService, clock: FixedClock) -> None:
    symbols = [f"S{number:04}" for number in range(2100)]
    with work() as session:
        rows = [(symbol, bar(D, str(number + 1))) for number, symbol in enumerate(symbols)]
        repository.put_bars(session, "yahoo", rows, clock.now())
        table = market.closes(session, "yahoo", symbols, C, D)
    assert_allclose(table.closes[1], np.arange(1, 2101))
    assert np.isnan(table.closes[0]).all()


@pytest.mark.parametrize(("symbols", "first"), [([], A), (["AAPL"], date(2026, 11, 21))])
def test_an_empty_question_has_an_empty_answer(
    work: Work, market: MarketDataService, symbols: list[str], first: date
) -> None:
    with work() as session:
        table = market.closes(session, "yahoo", symbols, first, date(2026, 11, 22) if not symbols else first)
    assert table.closes.size == 0
    assert table.total_return.size == 0


def test_sources_are_never_mixed(put: Put, work: Work, market: MarketDataService) -> None:
    put("AAPL", bar(C, "100"))
    put("AAPL", bar(D, "22"), name="sample")
    with work() as session:
        live = market.latest_quotes(session, "yahoo", ["AAPL"], END)["AAPL"]
        assert (live.close, live.session) == (Decimal(100), C)
        assert np.isnan(market.closes(session, "yahoo", ["AAPL"], D, D).closes).all()
        assert market.closes(session, "sample", ["AAPL"], D, D).closes[0, 0] == 22


def test_people_may_read_and_not_write(database: FreshDatabase, put: Put, market: MarketDataService) -> None:
    put("AAPL", bar(D, "101"))
    db = Database(database.urls())
    with db.transaction(Actor(role="user")) as session:
        assert market.latest_quotes(session, "yahoo", ["AAPL"], END)["AAPL"].close == 101
        assert market.closes(session, "yahoo", ["AAPL"], D, D).closes[0, 0] == 101
        assert not session.execute(text("select has_table_privilege('prices', 'insert, update, delete')")).scalar()
    db.close()
