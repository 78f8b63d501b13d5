"""A person with a portfolio of four symbols, prices for it in memory, runs carried out in the test's own process."""

import math
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from sigmasight_ui.bootstrap import Services, build_services
from sigmasight_ui.core import calendar
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.database_access import DatabaseAccess
from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.batch.schemas import RunStatus, RunView, Trigger
from sigmasight_ui.services.portfolios.schemas import PortfolioForm, PositionRow
from tests.conftest import CHEAP_BCRYPT, SUPERUSER, FreshDatabase, Server, created_database
from tests.fakes.clock import FixedClock
from tests.fakes.price_source import FakeSource

SYMBOLS = ("AAPL", "MSFT", "XOM", "KO")
AS_OF = date(2026, 11, 19)
_FILLED = (
    "users", "prices", "symbol_status", "source_status", "symbol_figures", "symbol_estimates",
    "jobs.procrastinate_jobs", "jobs.procrastinate_workers",
)  # fmt: skip


def lot(symbol: str, quantity: int = 10, price: str = "100", **changes: object) -> PositionRow:
    values: dict[str, object] = {
        "row": 2, "line": 2, "symbol": symbol, "quantity": Decimal(quantity), "entry_price": Decimal(price),
        "entry_date": date(2026, 6, 1), "investment_class": "PUBLIC", "investment_subtype": None,
        "underlying_symbol": None, "strike_price": None, "expiration_date": None, "option_type": None,
        "exit_date": None, "exit_price": None, "position_type": "LONG" if quantity > 0 else "SHORT",
    }  # fmt: skip
    return PositionRow(**{**values, **changes})


def with_prices(source: FakeSource, *symbols: str, until: date = AS_OF) -> None:
    """Two years of closes for each, all different, none moving more than a few percent a day."""
    sessions = calendar.sessions_between(until - timedelta(days=730), until)
    for number, symbol in enumerate(symbols, start=1):
        wave = [100 + 10 * number * math.sin(day / (5 + number)) / 10 + day / 50 for day in range(len(sessions))]
        source.give(symbol, {day: f"{close:.4f}" for day, close in zip(sessions, wave, strict=True)})


def states(run) -> dict[str, str]:
    return {phase.phase: phase.status for phase in run.phases}


def messages(services, owner, portfolio, run_id) -> list[str]:
    with services.db.transaction(owner) as session:
        return [line.message for line in services.batch.log(session, owner, portfolio, run_id).lines]


@pytest.fixture(scope="module")
def shared_database(cluster: Server, migrated: FreshDatabase) -> Iterator[FreshDatabase]:
    with created_database(cluster, migrated.name) as database:
        yield database


@pytest.fixture
def database(shared_database: FreshDatabase) -> FreshDatabase:
    """Emptied for every test, which is quicker than a database for each."""
    with psycopg.connect(psycopg_dsn(shared_database.url(SUPERUSER)), autocommit=True) as connection:
        connection.execute(f"truncate {', '.join(_FILLED)} cascade")
    return shared_database


@pytest.fixture
def source() -> FakeSource:
    source = FakeSource()
    with_prices(source, *SYMBOLS, "SPY")
    return source


@pytest.fixture
def services(database: FreshDatabase, settings: Settings, clock: FixedClock, source: FakeSource) -> Iterator[Services]:
    access = DatabaseAccess(database.urls(), lambda: None)
    built = build_services(settings, access, clock=clock, password_cost=CHEAP_BCRYPT, price_sources=[source])
    with JobScope(built)(Actor(role="job")) as session:
        built.securities.seed(session)
        built.risk.seed_reference(session)
    yield built
    built.db.close()


@pytest.fixture
def owner(new_user: Callable[..., Actor]) -> Actor:
    return new_user()


@pytest.fixture
def new_portfolio(services: Services) -> Callable[..., UUID]:
    """A portfolio of that person with the given lots."""

    def make(owner: Actor, *lots: PositionRow, account: str = "Taxable") -> UUID:
        form = PortfolioForm("Core Growth", account, "taxable", "100000")
        with services.db.transaction(owner) as session:
            return services.portfolios.create(session, owner, form, lots).id

    return make


@pytest.fixture
def portfolio(new_portfolio: Callable[..., UUID], owner: Actor) -> UUID:
    return new_portfolio(owner, *(lot(symbol) for symbol in SYMBOLS))


@pytest.fixture
def request_run(services: Services) -> Callable[..., RunView]:
    def request(
        actor: Actor, portfolio: UUID, trigger: Trigger = Trigger.USER, retry_of: UUID | None = None
    ) -> RunView:
        with services.db.transaction(actor) as session:
            return services.batch.request_run(session, actor, portfolio, trigger, retry_of)

    return request


@pytest.fixture
def status(services: Services) -> Callable[..., RunStatus]:
    def read(actor: Actor, portfolio: UUID, run_id: UUID) -> RunStatus:
        with services.db.transaction(actor) as session:
            return services.batch.status(session, actor, portfolio, run_id)

    return read


@pytest.fixture
def calculated(services: Services, request_run, status) -> Callable[..., RunStatus]:
    """Request a run and carry it out, as the worker would."""

    def calculate(actor: Actor, portfolio: UUID, *arguments: object) -> RunStatus:
        run = request_run(actor, portfolio, *arguments)
        services.pipeline.execute(JobScope(services), run.id, actor.user_id)
        return status(actor, portfolio, run.id)

    return calculate
