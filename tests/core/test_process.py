"""What is loaded when a process has started is left alone by the garbage collector; what comes later is not."""

import gc
import resource
import weakref

import pytest

from sigmasight_ui.core import process
from sigmasight_ui.core.process import open_many_files, settle


class Node:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def settled():
    settle()
    yield
    gc.unfreeze()


def test_what_is_there_is_not_looked_through_again(settled):
    assert gc.get_freeze_count() > 10_000


def test_what_comes_later_is_still_collected(settled):
    later = weakref.ref(Node())
    gc.collect()
    assert later() is None


@pytest.mark.parametrize(
    ("soft", "hard", "granted"),
    [(1024, 4096, 4096), (1024, 1_048_576, 10_240), (1024, -1, 10_240), (20_000, 20_000, 10_240), (-1, -1, 10_240)],
)
def test_more_connections_than_tradition_allows_are_asked_for(monkeypatch, soft, hard, granted):
    asked = []
    monkeypatch.setattr(process.resource, "getrlimit", lambda _which: (soft, hard))
    monkeypatch.setattr(process.resource, "setrlimit", lambda _which, limits: asked.append(limits))
    assert open_many_files() == granted
    assert asked == ([] if soft in (20_000, resource.RLIM_INFINITY) else [(granted, hard)])
