"""A database with the bundled prices in it, and portfolios calculated by the same calls a run makes."""

from __future__ import annotations

import csv
import gzip
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from sigmasight_ui.adapters.market_data.sample import SampleSource
from sigmasight_ui.bootstrap import Services, build_services
from sigmasight_ui.core.actor import ANONYMOUS, Actor
from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.core.config import load_settings
from sigmasight_ui.core.database_access import DatabaseAccess
from sigmasight_ui.services.batch.rules import STATISTICS
from sigmasight_ui.services.identity.schemas import Visitor
from sigmasight_ui.services.portfolios.classification import position_type_of
from sigmasight_ui.services.portfolios.schemas import PortfolioForm, PositionRow
from sigmasight_ui.services.risk.schemas import PhaseResult
from tests.analytics.conftest import SAMPLE, SamplePrices
from tests.conftest import CHEAP_BCRYPT, created_database
from tests.fakes.clock import FixedClock
from tests.fakes.price_source import FakeSource

SAMPLE_DAY = date(2016, 7, 1)
"""The last session on which every series of the sample has a price."""
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
LIVE_DAY = date(2026, 11, 19)
"""The last session closed at NOW."""
LOOKED_UP = ("overview", "contributions", "symbol_betas", "sector_exposure", "holdings")
"""What is only read; everything else is computed when its transaction is closed."""
FIGURE_PHASES = ("value_positions", "profit_and_loss", *STATISTICS)
_numbers = itertools.count(1)


def lot(
    symbol: str,
    quantity: str | Decimal,
    entry_price: str | Decimal,
    entry_date: date = date(2016, 6, 1),
    **other: Any,
) -> PositionRow:
    values: dict[str, Any] = {
        "investment_class": "PUBLIC", "investment_subtype": None, "underlying_symbol": None, "strike_price": None,
        "expiration_date": None, "option_type": None, "exit_date": None, "exit_price": None, **other,
    }  # fmt: skip
    amount = Decimal(quantity)
    kind = position_type_of(values["investment_class"], amount, values["option_type"])
    return PositionRow(
        row=1, line=1, symbol=symbol, quantity=amount, entry_price=Decimal(entry_price), entry_date=entry_date,
        position_type=kind, **values,
    )  # fmt: skip


@dataclass(frozen=True)
class RiskWorld:
    """The product's services, and shortcuts for what the pipeline and the doors do around them."""

    services: Services
    clock: FixedClock
    live: FakeSource
    statistics: tuple[str, ...] = STATISTICS

    def user(self) -> Actor:
        hashed = self.services.identity.hash_password("Correct-Horse-42")
        address = f"risk{next(_numbers)}@example.com"
        with self.services.db.transaction(ANONYMOUS) as session:
            user = self.services.identity.create_account(session, address, "Ada Example", hashed, Visitor())
        return Actor(user_id=user.id, role="user")

    def portfolio(
        self, owner: Actor, rows: Sequence[PositionRow], equity: str = "1000000", *, is_sample: bool = False
    ) -> UUID:
        form = PortfolioForm("Core", f"Account {next(_numbers)}", "taxable", equity)
        with self.services.db.transaction(owner) as session:
            return self.services.portfolios.create(session, owner, form, rows, is_sample=is_sample).id

    def fetch(self, owner: Actor, portfolio_id: UUID, as_of: date = SAMPLE_DAY, source: str = "sample") -> None:
        market, calculation = self.services.market_data, self.services.calculation
        with self.services.db.transaction(owner, role="app_worker") as session:
            needed = calculation.needed_symbols(session, owner, portfolio_id)
            start = calculation.needed_from(session, owner, portfolio_id, as_of)
            funds = [fund for each in needed.benchmarks if (fund := market.stand_in(source, each)) is not None]
            wanted = (*needed.required, *needed.contracts, *needed.former, *funds)
            plan = market.plan(session, source, wanted, start, as_of)
        for fetched in market.fetch(plan):
            with self.services.db.transaction(owner, role="app_worker") as session:
                market.store(session, fetched)

    def phase(
        self, owner: Actor, portfolio_id: UUID, name: str, as_of: date = SAMPLE_DAY, source: str = "sample"
    ) -> PhaseResult:
        with self.services.db.transaction(owner, role="app_worker") as session:
            calculation, where = self.services.calculation, (session, owner, portfolio_id, uuid4(), as_of, source)
            return calculation.measure(*where, name) if name in STATISTICS else getattr(calculation, name)(*where)

    def calculate(
        self, owner: Actor, portfolio_id: UUID, as_of: date = SAMPLE_DAY, source: str = "sample"
    ) -> dict[str, PhaseResult]:
        self.fetch(owner, portfolio_id, as_of, source)
        return {name: self.phase(owner, portfolio_id, name, as_of, source) for name in FIGURE_PHASES}

    def calculated(self, owner: Actor, rows: Sequence[PositionRow], equity: str = "1000000") -> UUID:
        """At sample prices."""
        made = self.portfolio(owner, rows, equity)
        self.calculate(owner, made)
        return made

    def live_calculated(
        self, owner: Actor, rows: Sequence[PositionRow], equity: str = "1000000", as_of: date = LIVE_DAY
    ) -> UUID:
        """At prices given to the fake source."""
        made = self.portfolio(owner, rows, equity)
        self.calculate(owner, made, as_of, "yahoo")
        return made

    def quote(self, symbol: str, first: date = date(2025, 6, 2), last: date = LIVE_DAY, seed: int = 0) -> None:
        """A random walk for a symbol of the live source."""
        steps = Random(f"{symbol}{seed}")
        close, closes = 100.0, {}
        for day in sessions_between(first, last):
            close *= 1 + steps.gauss(0.0004, 0.012)
            closes[day] = round(close, 2)
        self.live.give(symbol, closes)

    def read(self, actor: Actor, name: str, portfolio_id: UUID | None, *arguments: Any, **options: Any) -> Any:
        ask, open_ = getattr(self.services.risk, name), self.services.db.transaction
        if name not in LOOKED_UP:
            return ask(open_, actor, portfolio_id, *arguments, **options)
        with open_(actor) as session:
            return ask(session, actor, portfolio_id, *arguments, **options)


@pytest.fixture(scope="module")
def world(cluster: Any, migrated: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RiskWorld]:
    """One database for the tests of a module: they tell their users apart, and prices are loaded once."""
    home: Path = tmp_path_factory.mktemp("risk")
    settings = load_settings({"ENVIRONMENT": "test", "DATA_DIR": str(home), "MARKET_DATA": "sample"}, home)
    clock = FixedClock(NOW)
    live = FakeSource()
    with created_database(cluster, migrated.name) as database:
        access = DatabaseAccess(database.urls(), lambda: None)
        services = build_services(
            settings, access, clock=clock, password_cost=CHEAP_BCRYPT, price_sources=[live, SampleSource()]
        )
        with services.db.transaction(ANONYMOUS, role="app_worker") as session:
            services.securities.seed(session)
            services.risk.seed_reference(session)
        world = RiskWorld(services, clock, live)
        world.quote("SPY")
        yield world
        services.db.close()


@pytest.fixture(scope="session")
def prices() -> SamplePrices:
    """The bundled prices as plain dictionaries, for computing the same things by other means."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with gzip.open(SAMPLE, "rt") as lines:
        for row in csv.DictReader(lines):
            found[row["symbol"]][row["date"]] = float(row["price"])
    return SamplePrices(found)


@pytest.fixture
def owner(world: RiskWorld) -> Actor:
    return world.user()
