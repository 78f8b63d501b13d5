"""What is timed of the pages is what they show: each section answers, of one account and of several together."""

from __future__ import annotations

import pytest

from tests.bench.page_reads import seconds_of, works
from tests.services.risk.conftest import world as world
from tests.services.risk.test_computing_apart import owner as owner
from tests.services.risk.test_computing_apart import two as two


@pytest.mark.slow
@pytest.mark.parametrize("together", [True, False])
def test_every_section_answers(world, owner, two, together):
    found = works(world.services, owner, None if together else two[0])
    assert {"headline", "stress", "holdings by beta", "holdings of a scenario", "dashboard"} <= set(found)
    for name, work in found.items():
        assert work() is not None, name


def test_the_first_time_does_not_count():
    times = []
    assert len(seconds_of(lambda: times.append(1), 3)) == 3
    assert len(times) == 4
