"""What is loaded when a process has started is left alone by the garbage collector; what comes later is not."""

import gc
import weakref

import pytest

from sigmasight_ui.core.process import settle


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
