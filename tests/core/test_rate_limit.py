"""Limits are exact, also when many ask at the same instant."""

from concurrent.futures import ThreadPoolExecutor

from sigmasight_ui.core import rate_limit
from sigmasight_ui.core.actor import ANONYMOUS

FIVE_A_MINUTE = rate_limit.Limit("test", 5, 60)


def test_a_burst_then_a_wait(services):
    with services.db.transaction(ANONYMOUS) as session:
        waits = [rate_limit.hit(session, FIVE_A_MINUTE, "ada") for _ in range(7)]
        assert rate_limit.hit(session, FIVE_A_MINUTE, "bob") is None
    assert waits[:5] == [None] * 5
    assert all(wait is not None and 1 <= wait <= 12 for wait in waits[5:])


def test_eight_connections_racing_get_exactly_the_limit(services):
    def attempt(_number: int) -> bool:
        with services.db.transaction(ANONYMOUS) as session:
            return rate_limit.hit(session, FIVE_A_MINUTE, "eve") is None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(200))) == 5
