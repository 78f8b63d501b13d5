"""What the benchmarks' report says about figures that were met, missed or only recorded."""

from datetime import UTC, datetime

import pytest

from tests.bench.figure import Figure, Peer, percentile
from tests.bench.machine import Machine, core_share, this_machine
from tests.bench.report import markdown, number, terminal

MACHINE = Machine(
    date=datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
    commit="0123456789ab",
    processor="A processor",
    cores=2,
    memory_gb=23.5,
    system="Linux 6.1",
    versions={"Python": "3.11.7", "reflex": "0.10.1"},
    core_shares=(1.0, 0.98),
)
FAST = Figure("Create a portfolio", "ms", [10.0] * 19 + [400.0], 300, peer=Peer("COPY", 4.0), note="through REST.")
RATE = Figure("Reads", "/s", [290.0], 300, judged="median", at_least=True)
RECORDED = Figure("Start", "s", [0.2, 0.3, 0.4], None, judged="median")


@pytest.mark.parametrize(
    ("samples", "percent", "expected"),
    [([3.0, 1.0, 2.0], 95, 3.0), (range(1, 101), 95, 95), ([7.0], 95, 7.0), (range(1, 21), 95, 19), ([1, 2], 50, 1)],
)
def test_a_percentile_is_a_measured_number(samples, percent, expected):
    assert percentile(samples, percent) == expected


def test_the_target_is_about_the_judged_number():
    assert FAST.value == FAST.p95 == 10.0
    assert FAST.is_met
    assert not Figure("", "ms", [10.0] * 18 + [400.0] * 2, 300).is_met
    assert Figure("", "ms", [10.0] * 18 + [400.0] * 2, 300, judged="median").is_met


def test_a_rate_has_to_be_at_least_the_target():
    assert RATE.is_met is False
    assert Figure("", "/s", [300.0], 300, judged="median", at_least=True).is_met


def test_a_figure_without_target_is_neither_met_nor_missed():
    assert RECORDED.is_met is None


def test_the_ratio_compares_medians():
    assert FAST.ratio == 2.5
    assert RATE.ratio is None


@pytest.mark.parametrize(
    ("most", "is_met", "words"), [(1 / 500, True, "≤ 1/500 the peer"), (0.001, False, "≤ 1/1000 the peer")]
)
def test_a_promise_may_be_about_the_peer(most, is_met, words):
    engine = Figure("Engine", "s", [0.08], None, peer=Peer("loop", 50.0), of_peer=most)
    verdict = "met" if is_met else "missed"
    assert engine.is_met is is_met
    assert f"| Engine | {words} | **0.08** s |  | 1 | {verdict} | loop: 50.0 s | 0.0016 |" in markdown(
        [engine], MACHINE
    )


def test_a_promise_about_the_peer_may_be_more_than_the_peer():
    assert "≤ 1.2 x the peer" in terminal([Figure("Growth", "µs", [2.2], None, peer=Peer("few", 2.0), of_peer=1.2)])


def test_the_table_has_target_numbers_verdict_and_peer():
    lines = markdown([FAST, RATE, RECORDED], MACHINE).splitlines()
    assert "| Create a portfolio | ≤ 300 ms | 10.0 ms | **10.0** ms | 20 | met | COPY: 4.00 ms | 2.50 |" in lines
    assert "| Reads | ≥ 300 /s | **290** /s |  | 1 | missed |  |  |" in lines
    assert "| Start |  | **0.30** s | 0.40 s | 3 |  |  |  |" in lines
    assert "* **Create a portfolio**: through REST." in lines


def test_the_machine_is_named_and_a_busy_one_is_called_busy():
    quiet = markdown([], MACHINE)
    assert "* 2026-11-20 15:00 UTC, commit 0123456789ab" in quiet
    assert "* A processor, 2 cores, 24 GB; Linux 6.1" in quiet
    assert "* a busy loop got 100% of a core before the run and 98% after it" in quiet.splitlines()
    assert "other work was running" in markdown([], Machine(**{**vars(MACHINE), "core_shares": (0.95, 0.31)}))


def test_the_terminal_shows_the_same_without_markup():
    shown = terminal([FAST, RATE])
    assert "**" not in shown
    assert [line.split("  ")[0] for line in shown.splitlines()] == ["Figure", "Create a portfolio", "Reads"]


def test_this_machine_is_read_from_the_machine():
    found = this_machine((core_share(0.05), core_share(0.05)))
    assert found.cores >= 1
    assert found.memory_gb > 0
    assert 0 < found.core_shares[0] <= 1.1
    assert found.versions["Python"].startswith("3.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123, "0.12"),
        (12.34, "12.3"),
        (1234.5, "1,234"),
        (99.96, "100.0"),
        (0.00123, "0.0012"),
        (1e-6, "1.0e-06"),
        (0.0, "0.00"),
    ],
)
def test_numbers_have_three_digits_that_mean_something(value, text):
    assert number(value) == text
