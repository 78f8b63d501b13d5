"""An account of 14,400 positions is computed whole, and every section of a page answers."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.services.risk.schemas import HoldingsSort
from tests.services.risk.conftest import FIGURE_PHASES, LIVE_DAY, lot

POSITIONS = 14_400
_PRICES = text("""
    insert into prices (symbol, source, session, close, fetched_at)
    select 'L' || lpad(n::text, 5, '0'), 'yahoo', day, 50 + n % 100 + extract(doy from day)::int % 7, now()
    from generate_series(0, :last) n, unnest(cast(:days as date[])) day
""")


@pytest.mark.slow
def test_every_section_of_a_large_account_answers(world, owner):
    bought = [lot(f"L{n:05d}", "10", "60", date(2026, 11, 2)) for n in range(POSITIONS)]
    made = world.portfolio(owner, bought, "20000000")
    with world.services.db.transaction(owner, role="app_worker") as session:
        days = sessions_between(date(2026, 10, 1), LIVE_DAY)
        session.execute(_PRICES, {"last": POSITIONS - 1, "days": days})
    for phase in FIGURE_PHASES:
        world.phase(owner, made, phase, LIVE_DAY, "yahoo")
    sections = {name: {} for name in ("overview", "figures", "nav_history", "sector_exposure", "data_quality")}
    sections |= {f"holdings by {sort}": {"sort": sort} for sort in HoldingsSort}
    for name, options in sections.items():
        assert world.read(owner, name.split()[0], made, **options) is not None
    total = world.read(owner, "holdings", made, limit=1).total
    assert (total.holdings, total.lots, total.without_value) == (POSITIONS, POSITIONS, 0)
    assert total.market_value == world.read(owner, "overview", made).net.amount
