"""Pages read and compute apart too: none of them holds a connection while its figures are computed."""

from __future__ import annotations

import pytest

from sigmasight_ui.services.risk.schemas import HistoryRange
from sigmasight_ui.ui.dashboard.view import dashboard_view
from sigmasight_ui.ui.risk import sections
from sigmasight_ui.ui.runs.state import run_view
from tests.services.risk.conftest import world as world
from tests.services.risk.test_computing_apart import connections as connections
from tests.services.risk.test_computing_apart import owner as owner
from tests.services.risk.test_computing_apart import two as two


@pytest.mark.parametrize("section", sections.SECTIONS)
def test_the_cards_of_the_risk_page(world, owner, two, connections, section):
    wanted = sections.Wanted(None)
    cards = sections._read(section, world.services, world.services.db.transaction, owner, wanted)
    assert cards
    assert set(connections) <= {0}


def test_the_dashboard(world, owner, two, connections):
    open_ = world.services.db.transaction
    assert dashboard_view(world.services, open_, owner, None, HistoryRange.YEAR).layout == "full"
    assert run_view(world.services, open_, owner, None).quality is not None
    assert set(connections) == {0}
