"""An account of 14,400 positions is computed whole, and every section of a page answers."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.services.risk.inputs import FUNDS
from sigmasight_ui.services.risk.schemas import HoldingsSort
from tests.services.risk.conftest import FIGURE_PHASES, LIVE_DAY, lot

POSITIONS = 14_400
_PRICES = text("""
    insert into prices (symbol, source, session, close, fetched_at)
    select symbol, 'yahoo', day, 60 + (hashtext(symbol || day) % 100) / 50.0, now()
    from unnest(cast(:symbols as text[])) symbol, unnest(cast(:days as date[])) day
""")
SECTIONS = (
    "headline",
    "factor_exposures",
    "stress",
    "correlations",
    "tail",
    "volatility_profile",
    "drawdown",
    "greeks",
)


@pytest.mark.slow
def test_every_section_of_a_large_account_answers(world, owner):
    bought = [lot(f"L{n:05d}", "10", "60", date(2026, 11, 2)) for n in range(POSITIONS)]
    made = world.portfolio(owner, bought, "20000000")
    with world.services.db.transaction(owner, role="app_worker") as session:
        days = sessions_between(date(2026, 8, 3), LIVE_DAY)
        symbols = [*(row.symbol for row in bought), *FUNDS]
        session.execute(_PRICES, {"symbols": symbols, "days": days})
    for phase in FIGURE_PHASES:
        world.phase(owner, made, phase, LIVE_DAY, "yahoo")
    sections = {name: {} for name in ("overview", "figures", "nav_history", "sector_exposure", "data_quality")}
    sections |= {name: {} for name in SECTIONS}
    sections |= {f"holdings by {sort}": {"sort": sort} for sort in HoldingsSort}
    for name, options in sections.items():
        assert world.read(owner, name.split()[0], made, **options) is not None
    factors = world.read(owner, "factor_exposures", made)
    assert (factors.positions_total, len(factors.positions), factors.reason) == (POSITIONS, 200, None)
    assert world.read(owner, "correlations", made).shown == 50
    opened = world.read(owner, "stress_positions", made, "market_down_10")
    assert (opened.total, len(opened.items)) == (POSITIONS, 200)
    total = world.read(owner, "holdings", made, limit=1).total
    assert (total.holdings, total.lots, total.without_value) == (POSITIONS, POSITIONS, 0)
    assert total.market_value == world.read(owner, "overview", made).net.amount
