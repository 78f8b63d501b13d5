from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from sigmasight_ui.core import calendar
from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.db import Database
from sigmasight_ui.services.market_data.schemas import StoreResult
from sigmasight_ui.services.market_data.service import MarketDataService
from tests.conftest import FreshDatabase
from tests.fakes.clock import FixedClock
from tests.fakes.price_source import FakeSource

END = date(2026, 11, 19)
SESSIONS = calendar.sessions_between(date(2026, 8, 3), END)
Work = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def work(database: FreshDatabase) -> Iterator[Work]:
    """Opens a transaction of the worker, the role that writes shared facts."""
    db = Database(database.urls())
    yield lambda: db.transaction(job_actor("test"), role="app_worker")
    db.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 19, 22, 0, tzinfo=UTC))


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture
def sample() -> FakeSource:
    return FakeSource(name="sample", label="Sample", note="Sample prices.", is_sample=True)


@pytest.fixture
def market(source: FakeSource, sample: FakeSource, clock: FixedClock) -> MarketDataService:
    return MarketDataService([source, sample], clock, pause=lambda _seconds: None)


@pytest.fixture
def collect(market: MarketDataService, work: Work) -> Callable[..., list[StoreResult]]:
    """The whole round as a run does it: plan, fetch and store batch by batch, each in its own transaction."""

    def run(*symbols: str, start: date = SESSIONS[0], end: date = END, name: str = "yahoo", **options: bool):
        with work() as session:
            plan = market.plan(session, name, symbols, start, end, **options)
        results = []
        for fetched in market.fetch(plan):
            with work() as session:
                results.append(market.store(session, fetched))
        return results

    return run
