"""Figures are computed when the transaction they were read in is closed, so that they hold no connection."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sigmasight_ui.services.risk import estimates, falls, measuring, performance, recomputing, valuing, what_if
from sigmasight_ui.services.risk.schemas import PositionChange
from sigmasight_ui.services.scenarios.schemas import ScenarioForm
from tests.services.risk.conftest import lot

COMPUTING = (
    (measuring, "assemble"), (estimates, "estimated"), (falls, "from_days"), (performance, "from_days"),
    (performance, "_nav_history"), (recomputing, "every_figure"), (recomputing, "book_of"), (what_if, "every_figure"),
    (valuing, "value_portfolio"), (valuing, "daily_snapshots"),
)  # fmt: skip
SECTIONS = ("factor_exposures", "correlations", "tail", "volatility_profile", "greeks", "stress", "headline", "figures")
OF_DAYS = ("drawdown", "performance", "nav_history")
KEYS = ("beta_252", "net", "max_drawdown", "time_weighted:All", "factor:market", "stress:market_down_10")
LOTS = [lot("AAPL", "100", "24"), lot("XOM", "-20", "90"), lot("KO", "50", "44")]


@pytest.fixture(scope="module")
def owner(world):
    return world.user()


@pytest.fixture(scope="module")
def two(world, owner):
    with world.services.db.transaction(owner) as session:
        world.services.scenarios.create(session, owner, ScenarioForm("Oil", {"market": -0.2}))
    return [world.calculated(owner, lots, "20000") for lots in (LOTS, LOTS[:2])]


@pytest.fixture
def connections(world, monkeypatch):
    """How many are in use each time something is computed."""
    pools, found = [engine.pool for engine in world.services.db._engines.values()], []

    def noted(compute):
        def call(*arguments, **options):
            found.append(sum(pool.checkedout() for pool in pools))
            return compute(*arguments, **options)

        return call

    for module, name in COMPUTING:
        monkeypatch.setattr(module, name, noted(getattr(module, name)))
    return found


@pytest.mark.parametrize("name", [*SECTIONS, *OF_DAYS, "data_quality"])
def test_all_accounts_together(world, owner, two, connections, name):
    world.read(owner, name, None)
    assert set(connections) == {0}


@pytest.mark.parametrize("name", [*OF_DAYS, "stress", "headline"])
def test_one_account(world, owner, two, connections, name):
    world.read(owner, name, two[0])
    assert set(connections) == {0}


def test_what_is_tried_out(world, owner, two, connections):
    world.read(owner, "what_if", two[0], [PositionChange("KO", Decimal(10))])
    world.read(owner, "stress_with", two[0], {"market": -0.1})
    world.read(owner, "stress_positions", two[0], "market_down_10")
    assert (len(connections) > 4, set(connections)) == (True, {0})


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("of_all", [True, False])
def test_receipts_and_what_is_computed_again(world, owner, two, connections, key, of_all):
    world.read(owner, "receipt", None if of_all else two[0], key)
    assert set(connections) <= {0}
    assert world.read(owner, "recompute", None if of_all else two[0], key).same
    assert set(connections) == {0}
