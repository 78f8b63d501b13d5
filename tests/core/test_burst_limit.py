from sigmasight_ui.core import burst_limit
from sigmasight_ui.core.burst_limit import BurstLimit


def limited(now: list[float]) -> BurstLimit:
    return BurstLimit(5, 10, lambda: now[0])


def test_a_burst_and_then_a_steady_rate():
    now = [0.0]
    limit = limited(now)
    assert [limit.allows("ada") for _ in range(7)] == [True] * 5 + [False] * 2
    assert limit.allows("bob")
    now[0] = 2
    assert [limit.allows("ada") for _ in range(2)] == [True, False]
    now[0] = 60
    assert [limit.allows("ada") for _ in range(7)] == [True] * 5 + [False] * 2


def test_who_is_gone_is_forgotten(monkeypatch):
    monkeypatch.setattr(burst_limit, "_REMEMBERED", 100)
    now = [0.0]
    limit = limited(now)
    for number in range(1000):
        now[0] += 1
        assert limit.allows(str(number))
    assert len(limit._due) <= 100
