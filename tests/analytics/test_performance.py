"""Chained returns and drawdown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.analytics.performance import cumulative_return, max_drawdown

NAN = np.nan
PRICES = st.lists(st.floats(0.5, 500), min_size=2, max_size=60)


def test_by_hand() -> None:
    assert cumulative_return([0.1, -0.2, 0.05]).value == pytest.approx(1.1 * 0.8 * 1.05 - 1)
    assert max_drawdown([0.1, -0.2, 0.05, -0.1]).value == pytest.approx(0.8 * 1.05 * 0.9 - 1)
    assert cumulative_return([0.1, -0.2, 0.05]).n_obs == 3


@given(PRICES)
def test_both_equal_what_the_prices_say(prices: list[float]) -> None:
    table = np.array(prices)
    returns = table[1:] / table[:-1] - 1
    assert cumulative_return(returns).value == pytest.approx(prices[-1] / prices[0] - 1, abs=1e-9)
    worst = min(later / earlier - 1 for i, earlier in enumerate(prices) for later in prices[i:])
    assert max_drawdown(returns).value == pytest.approx(worst, abs=1e-9)


def test_a_fall_on_the_first_day_is_a_drawdown() -> None:
    assert max_drawdown([-0.1, 0.5]).value == pytest.approx(-0.1)


def test_a_series_that_only_rises_has_none() -> None:
    assert max_drawdown([0.1, 0.0, 0.2]).value == 0.0


def test_everything_lost_is_minus_one_and_stays_there() -> None:
    assert cumulative_return([0.5, -1.0, 0.7]).value == -1.0
    assert max_drawdown([0.5, -1.0, 0.7]).value == -1.0


@pytest.mark.parametrize(
    ("returns", "n", "reason"),
    [
        ([], 0, "no daily return is known"),
        ([NAN, NAN], 0, "no daily return is known"),
        ([NAN, 0.1, NAN, 0.2, NAN], 4, "2 of 4 days have no return"),
        ([0.1, -1.5, 0.1], 3, "the value fell below zero, which returns cannot describe"),
    ],
)
def test_what_cannot_be_chained_has_a_reason(returns: list[float], n: int, reason: str) -> None:
    for figure in (cumulative_return(returns), max_drawdown(returns)):
        assert (figure.value, figure.reason, figure.n_obs) == (None, reason, n)


def test_a_series_may_start_later() -> None:
    assert cumulative_return([NAN, NAN, 0.1]).value == pytest.approx(0.1)


@pytest.mark.parametrize("returns", [[np.inf], [[0.1], [0.2]]])
def test_what_is_not_a_series_of_returns_is_refused(returns: list[Any]) -> None:
    with pytest.raises(ValueError, match="^a series of finite or unknown returns$"):
        cumulative_return(returns)
