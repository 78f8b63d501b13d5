"""Reasons come in order, cash by definition or not at all, figures carry what is known about them."""

from __future__ import annotations

import numpy as np
import pytest

from sigmasight_ui.analytics.estimates import Estimates, days_needed, judged, stale
from sigmasight_ui.analytics.returns import Returns

CASH = np.array([False, False, True])


def returns(coverage: bool = False) -> Returns:
    values = np.array([[0.01, 0.0, 0.0], [0.02, 0.0, 0.0]])
    mask = np.array([[True, True, True], [True, False, True]])
    return Returns(values, mask, CASH, np.where(mask, 0.75, 0.25) if coverage else None)


def judge(cash: float | None = 0.0, coverage: bool = False) -> Estimates:
    faults = ((np.array([False, True, True]), "first, {n}"), (np.array([False, True, False]), "second"))
    values, n = np.array([0.5, 0.6, 0.7]), np.array([2.0, 1.0, 2.0])
    error = np.array([0.1, 0.2, 0.3])
    return judged(returns(coverage), values, n, 252, faults, "test", std_error=error, cash=cash)


def test_the_first_fault_names_the_reason() -> None:
    found = judge()
    assert dict(found.reasons) == {1: "first, 1"}
    figure = found.figure(1)
    assert (figure.value, figure.reason, figure.n_obs, figure.window) == (None, "first, 1", 1, 252)
    assert np.isnan(found.values[1])


def test_cash_has_its_value_by_definition_whatever_the_faults() -> None:
    figure = judge().figure(2)
    assert (figure.value, figure.std_error, figure.method) == (0.0, 0.0, "test")
    assert judge(cash=1.0).figure(2).value == 1.0


def test_cash_may_have_none() -> None:
    assert judge(cash=None).figure(2).reason == "cash does not vary"


def test_a_figure_carries_error_count_and_coverage() -> None:
    figure = judge(coverage=True).figure(0)
    assert (figure.value, figure.std_error, figure.n_obs, figure.coverage) == (0.5, 0.1, 2, 0.75)
    assert judge(coverage=True).figure(1).coverage == 0.75
    assert judge().figure(0).coverage is None


def test_days_needed_in_the_words_of_symbols_and_portfolios() -> None:
    at_fault, words = days_needed(returns(), np.array([59.0, 60.0]), 60)
    assert (at_fault.tolist(), words.format(n=59)) == ([True, False], "59 daily returns, 60 are needed")
    assert days_needed(returns(True), np.array([59.0, 60.0]), 60)[0].tolist() == [True, False]
    assert days_needed(returns(True), np.array([1.0]), 60)[1].format(n=1) == (
        "1 days on which half of the portfolio has a return, 60 are needed"
    )


@pytest.mark.parametrize("level", [0.0, 0.01])
def test_a_price_nobody_updates_is_stale_on_its_known_days(level: float) -> None:
    values = np.full((5, 1), level)
    mask = np.array([[True], [True], [False], [True], [True]])
    still = Returns(np.where(mask, values, 0.0), mask, np.array([False]))
    assert stale(still) == (np.array([True]), "the price did not move")
    values[0] = 0.05
    moved = Returns(np.where(mask, values, 0.0), mask, np.array([False]))
    assert stale(moved)[0].tolist() == [False]


def test_every_column_is_judged_by_its_own_known_days() -> None:
    rng = np.random.default_rng(1)
    values = np.column_stack([np.full(100, 0.01), 0.5 + rng.normal(0, 1e-6, 100), np.full(100, -0.02)])
    mask = rng.random(values.shape) < 0.7
    at_fault, _ = stale(Returns(np.where(mask, values, 0.0), mask, np.zeros(3, dtype=bool)))
    assert at_fault.tolist() == [True, False, True]
