"""Transactions leave the right lots, first in first out; whatever does not add up is refused, never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.services.portfolios.broker_formats.instruments import Instrument, identify
from sigmasight_ui.services.portfolios.broker_formats.reading import Row
from sigmasight_ui.services.portfolios.broker_formats.replay import Lot, Replay, ReplayError

SHARE = identify("AAPL")
assert SHARE is not None


def lot(quantity: str, cost: str = "0", line: int = 1, instrument: Instrument = SHARE) -> Lot:
    return Lot(Row(line, ()), date(2026, 1, line), instrument, Decimal(quantity), Decimal(cost))


def left(replay: Replay) -> list[tuple[int, Decimal, Decimal]]:
    return [(found.row.line, found.quantity, found.cost) for found in replay.open_lots()]


def test_the_oldest_lots_go_first_and_keep_their_share_of_the_cost() -> None:
    replay = Replay()
    for bought in (lot("10", "100", 1), lot("10", "200", 2)):
        replay.open(bought)
    replay.close(lot("-15", line=3))
    assert left(replay) == [(2, Decimal(5), Decimal(100))]


def test_shorts_are_bought_back_the_same_way() -> None:
    replay = Replay()
    for written in (lot("-2", "300", 1), lot("-2", "500", 2)):
        replay.open(written)
    replay.close(lot("3", line=3))
    assert left(replay) == [(2, Decimal(-1), Decimal(250))]


@pytest.mark.parametrize("quantity", ["2", "-2"])
def test_an_expiration_ends_whichever_side_was_held(quantity: str) -> None:
    replay = Replay()
    replay.open(lot(quantity, "300"))
    replay.expire("AAPL", Decimal(2), 2)
    assert left(replay) == []


def test_a_split_adds_shares_in_proportion_and_no_cost() -> None:
    replay = Replay()
    replay.open(lot("1", "90", 1))
    replay.open(lot("2", "210", 2))
    replay.split("AAPL", Decimal(9), 3)
    assert left(replay) == [(1, Decimal(4), Decimal(90)), (2, Decimal(8), Decimal(210))]


def test_what_a_split_rounds_is_not_lost() -> None:
    replay = Replay()
    for line in (1, 2, 3):
        replay.open(lot("1", "10", line))
    replay.split("AAPL", Decimal("0.000001"), 4)
    assert sum(quantity for _, quantity, _ in left(replay)) == Decimal("3.000001")
    replay.close(lot("-3.000001", line=5))
    assert left(replay) == []


def test_more_than_is_held_cannot_be_closed() -> None:
    replay = Replay()
    replay.open(lot("10", "100"))
    with pytest.raises(ReplayError, match="Line 7 closes 10.5 of AAPL, and the file shows only 10 before it"):
        replay.close(lot("-10.5", line=7))


@pytest.mark.parametrize("wrong", ["open", "close", "expire", "split"])
def test_nothing_is_guessed(wrong: str) -> None:
    replay = Replay()
    if wrong == "open":
        replay.open(lot("-1"))
    steps = {
        "open": lambda: replay.open(lot("1")),
        "close": lambda: replay.close(lot("-1")),
        "expire": lambda: replay.expire("AAPL", Decimal(1), 1),
        "split": lambda: replay.split("AAPL", Decimal(1), 1),
    }
    with pytest.raises(ReplayError, match="^Line 1 "):
        steps[wrong]()


def test_endless_splits_are_refused() -> None:
    replay = Replay()
    replay.open(lot("1", "10"))
    with pytest.raises(ReplayError, match="more than 10 times"):
        for _ in range(11):
            replay.split("AAPL", Decimal(1), 2)


QUANTITIES = st.decimals("0.000001", 1000, places=6)


@given(st.lists(QUANTITIES, min_size=1, max_size=8), st.lists(QUANTITIES, max_size=8))
def test_what_is_left_is_what_came_less_what_went(bought: list[Decimal], sold: list[Decimal]) -> None:
    replay = Replay()
    for line, quantity in enumerate(bought, start=1):
        replay.open(lot(str(quantity), str(quantity * 3), line))
    held = sum(bought)
    for quantity in sold:
        if quantity <= held:
            replay.close(lot(str(-quantity)))
            held -= quantity
    assert sum((found.quantity for found in replay.open_lots()), Decimal(0)) == held
    assert all(found.quantity > 0 for found in replay.open_lots())
    assert all(abs(found.cost - found.quantity * 3) < Decimal("1e-15") for found in replay.open_lots())
