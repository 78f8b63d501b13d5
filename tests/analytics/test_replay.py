"""Replays of real episodes: each stock by what it really did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sigmasight_ui.analytics.replay import replay
from sigmasight_ui.analytics.returns import Returns
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]


def as_returns(values: Floats, cash: Any = None) -> Returns:
    known = np.isfinite(values)
    is_cash = np.zeros(values.shape[1], dtype=bool) if cash is None else np.asarray(cash)
    return Returns(np.where(known, values, 0.0), known | is_cash, is_cash)


@pytest.mark.parametrize("episode", ["dotcom", "gfc", "covid", "rates2022", "brexit", "volmageddon"])
def test_episode_returns(episode: str, sample: SamplePrices, crises: SamplePrices, reference: dict[str, Any]) -> None:
    expected = dict(reference["episode_returns"][episode])
    first, last = expected.pop("from"), expected.pop("to")
    expected["^GSPC"] = expected.pop("SP500")
    values = np.random.default_rng(0).normal(0, 10_000, len(expected))
    prices = crises if episode in ("dotcom", "gfc") else sample
    result = replay(prices.returns(list(expected), last, first), values)
    np.testing.assert_allclose(result.by_symbol, values * list(expected.values()), rtol=1e-8)
    assert result.total.value == pytest.approx(float(values @ list(expected.values())), rel=1e-8)
    assert result.total.coverage == 1.0
    assert result.worst.value is not None and result.worst.value <= min(0.0, result.total.value or 0.0)


def test_positions_are_held_and_not_rebalanced() -> None:
    result = replay(as_returns(np.array([[1.0, 0.0], [0.0, 1.0], [-0.5, -0.5]])), [100.0, -100.0])
    assert result.path.tolist() == pytest.approx([100, 0, 0])
    assert result.by_symbol.tolist() == pytest.approx([0.0, 0.0])
    assert (result.total.value, result.worst.value, result.total.n_obs) == (pytest.approx(0), pytest.approx(0), 3)


def test_the_lowest_point_on_the_way() -> None:
    result = replay(as_returns(np.array([[0.1], [-0.5], [0.6]])), [1_000.0])
    assert result.path.tolist() == pytest.approx([100, -450, -120])
    assert (result.total.value, result.worst.value) == (pytest.approx(-120), pytest.approx(-450))
    rising = replay(as_returns(np.array([[0.1], [0.1]])), [1_000.0])
    assert rising.worst.value == 0.0


def test_what_did_not_exist_then_is_left_out_and_nobody_stands_in() -> None:
    values = np.full((20, 3), -0.01)
    values[4, 1] = np.nan
    result = replay(as_returns(values), [6_000.0, 4_000.0, 0.0])
    assert np.isnan(result.by_symbol).tolist() == [False, True, False]
    assert result.covered.tolist() == [True, False, True]
    assert result.total.value == pytest.approx(6_000 * (0.99**20 - 1))
    assert result.total.coverage == pytest.approx(0.6)
    refused = replay(as_returns(values), [4_000.0, 6_000.0, 0.0])
    for figure in (refused.total, refused.worst):
        assert figure.reason == "only 40% of the positions have returns for the whole episode"
    private = replay(as_returns(values), [6_000.0, 0.0, 0.0], without_returns=4_000)
    assert private.total.coverage == pytest.approx(0.6)


def test_half_of_the_positions_is_enough_and_so_is_one_session() -> None:
    values = np.array([[-0.02, np.nan]])
    half = replay(as_returns(values), [0.3, 0.3])
    assert (half.total.value, half.total.coverage, half.total.n_obs) == (pytest.approx(-0.006), 0.5, 1)
    refused = replay(as_returns(values), [0.3, 1.0])
    assert (refused.total.coverage, refused.covered.tolist()) == (pytest.approx(3 / 13), [True, False])
    assert refused.path.tolist() == pytest.approx([-0.006])
    assert np.isnan(refused.by_symbol).tolist() == [False, True]


def test_cash_stays_as_it_is() -> None:
    result = replay(as_returns(np.array([[0.1, 0.0], [0.1, 0.0]]), [False, True]), [1_000.0, 50_000.0])
    assert (result.total.value, result.total.coverage) == (pytest.approx(210), 1.0)
    only = replay(as_returns(np.zeros((2, 1)), [True]), [1_000.0])
    assert (only.total.value, only.total.coverage) == (0.0, 1.0)


def test_no_sessions() -> None:
    result = replay(as_returns(np.empty((0, 1))), [1_000.0])
    assert result.total.reason == "no sessions"
    assert np.isnan(result.by_symbol[0])
    assert replay(as_returns(np.empty((0, 1))), [0.0]).by_symbol.tolist() == [0.0]
    assert len(result.path) == 0


@pytest.mark.parametrize("values", [[1.0, 2.0], [np.nan]])
def test_market_values_are_finite_and_complete(values: list[float]) -> None:
    with pytest.raises(ValueError, match="^one finite market value for every column of returns$"):
        replay(as_returns(np.zeros((3, 1))), values)
