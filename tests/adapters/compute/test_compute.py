"""Work in other processes: the same digits, in order, also when one of them is killed in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import ClassVar

import psutil
import pytest

from sigmasight_ui.adapters.compute import local
from sigmasight_ui.adapters.compute.dask import DaskCompute
from sigmasight_ui.adapters.compute.local import LocalCompute
from tests.adapters.compute.work import die_once, fail, spread
from tests.architecture.rules import ROOT
from tests.e2e.processes import wait_until

SEEDS = range(12)
HERE = [spread(seed) for seed in SEEDS]


def test_little_work_needs_no_other_process():
    assert list(LocalCompute(2).map(fail, [1, 2])) == [1, 2]
    assert list(LocalCompute(2).map(fail, [])) == []


@pytest.mark.slow
def test_a_pool_gives_the_same_digits_in_order():
    assert list(LocalCompute(2).map(spread, SEEDS)) == HERE


@pytest.mark.slow
def test_tasks_are_taken_when_there_is_room_for_them():
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for seed in SEEDS:
            taken += 1
            yield seed

    results = LocalCompute(2).map(spread, tasks())
    assert next(results) == HERE[0]
    assert taken < len(SEEDS)
    assert list(results) == HERE[1:]


@pytest.mark.slow
def test_a_killed_process_costs_no_result(tmp_path):
    tasks = [(seed, str(tmp_path / "killed")) for seed in SEEDS]
    assert list(LocalCompute(2).map(die_once, tasks)) == HERE
    assert (tmp_path / "killed").exists()


@pytest.mark.slow
def test_what_work_raises_is_raised_here():
    with pytest.raises(ValueError, match="five"):
        list(LocalCompute(2).map(fail, range(8)))


@pytest.mark.slow
def test_nobody_goes_on_computing_for_a_process_that_was_killed(tmp_path):
    script = (
        "from sigmasight_ui.adapters.compute.local import LocalCompute\n"
        "from tests.adapters.compute.work import say_who_and_stay\n"
        f"if __name__ == '__main__': list(LocalCompute(2).map(say_who_and_stay, [{str(tmp_path)!r}] * 8))\n"
    )
    (tmp_path / "parent.py").write_text(script)
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "parent.py"], env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True
    )
    wait_until(lambda: len(list(tmp_path.glob("[0-9]*"))) == 2, 60)
    workers = [int(file.name) for file in tmp_path.glob("[0-9]*")]
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in workers), 60)


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.mark.slow
def test_a_cluster_gives_the_same_digits_though_a_worker_is_killed(scheduler, tmp_path):
    """Bit-identical to this process; the worker that was killed is replaced and its task done again."""
    assert list(DaskCompute(scheduler).map(spread, SEEDS)) == HERE
    tasks = [(seed, str(tmp_path / "killed")) for seed in SEEDS]
    assert list(DaskCompute(scheduler).map(die_once, tasks)) == HERE
    assert (tmp_path / "killed").exists()


class DyingPool:
    """In this process, and broken the first time after a few tasks were sent."""

    left: ClassVar[list[int]] = [3]

    def __init__(self, *_arguments):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None

    def submit(self, work, task):
        if self.left and not self.left[0]:
            self.left.clear()
            raise BrokenProcessPool
        if self.left:
            self.left[0] -= 1
        future = Future()
        future.set_result(work(task))
        return future


def test_a_task_that_could_not_be_sent_is_not_lost(monkeypatch):
    monkeypatch.setattr(local, "ProcessPoolExecutor", DyingPool)
    assert list(LocalCompute(4).map(str, range(20))) == [str(each) for each in range(20)]
