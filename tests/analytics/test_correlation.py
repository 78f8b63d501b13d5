"""Correlations pair by pair against pandas, what is hidden, what is repaired, and the summaries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sigmasight_ui.analytics.correlation import Correlations, correlate, standardise
from sigmasight_ui.analytics.covariance import repair
from sigmasight_ui.analytics.returns import Returns
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]


def as_returns(values: Floats, cash: Any = None) -> Returns:
    known = np.isfinite(values)
    is_cash = np.zeros(values.shape[1], dtype=bool) if cash is None else np.asarray(cash)
    return Returns(np.where(known, values, 0.0), known | is_cash, is_cash)


def world(seed: int, sessions: int = 252, columns: int = 6, gaps: float = 0.0) -> Floats:
    rng = np.random.default_rng(seed)
    values = rng.normal(0.001, 0.01, (sessions, 1)) + rng.normal(0, 0.012, (sessions, columns))
    values[rng.random(values.shape) < gaps] = np.nan
    return values


def found(values: Floats, columns: list[int] | None = None, window: int = 252) -> Correlations:
    return correlate(standardise(as_returns(values), window), columns)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.1, 0.4]))
def test_every_pair_is_pandas_on_its_common_days(seed: int, gaps: float) -> None:
    values = world(seed, gaps=gaps)
    result = found(values)
    expected = pd.DataFrame(values).corr(min_periods=60).to_numpy(copy=True)
    if result.repaired:
        expected = repair(np.where(np.isnan(expected), result.average().value or 0.0, expected)).matrix
    np.testing.assert_allclose(result.matrix, expected, atol=1e-8 if result.repaired else 1e-12)
    common = np.isfinite(values).astype(int)
    np.testing.assert_array_equal(result.n, common.T @ common)
    assert result.hidden == np.isnan(expected).sum() // 2
    assert (result.smallest is None) == (not result.repaired)


def test_real_prices_with_holes(sample: SamplePrices) -> None:
    symbols = ["AAPL", "MSFT", "JNJ", "XOM", "CVX", "TLT"]
    returns = sample.returns(symbols, "2016-07-01")
    mask = returns.mask & (np.random.default_rng(0).random(returns.mask.shape) > 0.2)
    holed = Returns(np.where(mask, returns.values, 0.0), mask, returns.cash)
    result = correlate(standardise(holed))
    oracle = pd.DataFrame(np.where(mask, returns.values, np.nan)[-252:]).corr()
    np.testing.assert_allclose(result.matrix, oracle, atol=1e-12)
    assert result.matrix[3, 4] > 0.8 and result.matrix[0, 5] < 0


def test_chosen_columns_are_those_of_the_whole() -> None:
    values = world(1, gaps=0.05)
    whole, part = found(values), found(values, [4, 1, 3])
    np.testing.assert_allclose(part.matrix, whole.matrix[np.ix_([4, 1, 3], [4, 1, 3])], atol=1e-14)
    complete = world(1)
    np.testing.assert_allclose(found(complete, [4, 1]).matrix, found(complete[:, [4, 1]]).matrix, atol=1e-15)


def test_gaps_of_others_do_not_change_a_complete_pair() -> None:
    values = world(2)
    complete = found(values).matrix[0, 1]
    values[::3, 2] = np.nan
    assert found(values).matrix[0, 1] == pytest.approx(complete, abs=1e-14)


@pytest.mark.parametrize(("common", "visible"), [(59, False), (60, True)])
def test_sixty_days_in_common(common: int, visible: bool) -> None:
    values = world(3, columns=3)
    values[126:, 0] = np.nan
    values[: 126 - common, 1] = np.nan
    result = found(values)
    assert result.n[0, 1] == common
    assert np.isfinite(result.matrix[0, 1]) == visible
    assert result.matrix[0, 1] == result.matrix[1, 0] or not visible
    assert (result.hidden, result.pairs) == (0 if visible else 1, 3)
    assert result.average().coverage == pytest.approx(1 if visible else 2 / 3)
    assert result.average().n_obs == (60 if visible else 126)
    assert result.usable.all()


def test_a_hidden_pair_counts_with_the_average_and_stays_hidden() -> None:
    values = world(3, columns=3)
    values[126:, 0] = np.nan
    values[:100, 1] = np.nan
    result = found(values)
    average = (result.matrix[0, 2] + result.matrix[1, 2]) / 2
    assert result.average().value == pytest.approx(average)
    assert result.filled[0, 1] == pytest.approx(average)
    assert np.isnan(result.matrix[0, 1])
    assert result.effective_number().value == pytest.approx(9 / (3 + 6 * average))


def test_a_young_history_hides_everything() -> None:
    result = found(world(4, sessions=59))
    assert (result.hidden, result.pairs) == (15, 15)
    for figure in (result.average(), result.effective_number()):
        assert (figure.value, figure.reason) == (None, "no two positions with 60 days in common")
    assert found(world(4, sessions=60)).hidden == 0


def test_cash_and_stale_prices_are_hidden_and_do_not_count() -> None:
    values = world(5, columns=4)
    values[:, 2] = 0.01
    result = correlate(standardise(as_returns(values, [False, True, False, False])))
    assert result.usable.tolist() == [True, False, False, True]
    assert result.filled.shape == (2, 2)
    assert result.average().value == pytest.approx(np.corrcoef(values[:, 0], values[:, 3])[0, 1])
    assert result.hidden == 5
    assert np.diagonal(result.matrix).tolist() == [1.0] * 4


def test_a_price_that_stood_still_on_the_common_days_alone() -> None:
    values = world(6, columns=2)
    values[:150, 0] = np.nan
    values[150:, 1] = 0.0
    assert found(values).hidden == 1
    values[251, 1] = 0.02
    assert found(values).hidden == 0


@pytest.mark.parametrize("columns", [[], [2]])
def test_fewer_than_two_positions(columns: list[int]) -> None:
    for values in (world(7), world(7, gaps=0.1)):
        result = found(values, columns)
        assert result.matrix.shape == (len(columns), len(columns))
        assert result.average().reason == "no two positions with 60 days in common"
        assert (result.filled.shape, result.pairs) == ((0, 0), 0)
        assert (result.n.shape, result.usable.tolist()) == ((len(columns), len(columns)), [False] * len(columns))
        assert (result.repaired, result.smallest) == (False, None)


def test_what_moves_alike_is_correlated_by_one_and_not_by_a_rounding_more() -> None:
    for seed in range(40):
        complete = world(seed, columns=1) * [1.0, 3.0, -0.7]
        assert np.abs(found(complete).matrix).max() <= 1.0
        assert found(complete).repaired is False
        values = world(seed, columns=1, gaps=0.2) * [1.0, 3.0, -0.7]
        values[seed, 2] = np.nan
        result = found(values)
        assert np.abs(result.matrix).max() <= 1.0
        np.testing.assert_allclose(result.matrix, [[1, 1, -1], [1, 1, -1], [-1, -1, 1]])


def test_impossible_correlations_are_repaired_and_said_so() -> None:
    """Gaps hide that no three series can move like this: each pair is seen on days of its own."""
    rng = np.random.default_rng(8)
    a, b = rng.normal(0, 0.01, (2, 240))
    values = np.full((240, 3), np.nan)
    values[:80, 0], values[:80, 1] = a[:80], a[:80] + 0.1 * b[:80]
    values[80:160, 0], values[80:160, 2] = a[80:160], a[80:160] + 0.1 * b[80:160]
    values[160:, 1], values[160:, 2] = a[160:], -a[160:] + 0.1 * b[160:]
    result = found(values)
    assert result.repaired
    assert result.smallest is not None and result.smallest < -0.7
    assert np.linalg.eigvalsh(result.matrix)[0] > -1e-9
    assert np.diagonal(result.matrix).tolist() == [1.0] * 3
    assert result.matrix[1, 2] > -0.9
    with_a_young_one = found(np.column_stack([values, np.where(np.arange(240) < 75, values[:, 0], np.nan)]))
    assert with_a_young_one.repaired
    assert np.isnan(with_a_young_one.matrix[3]).tolist() == [False, False, True, False]


def test_a_matrix_nobody_reads_is_refused() -> None:
    ready = standardise(as_returns(world(14, sessions=60, columns=3)))
    with pytest.raises(ValueError, match="^correlations of at most 1000 positions at a time$"):
        correlate(ready, np.zeros(1001, dtype=int))
    assert correlate(ready, np.zeros(1000, dtype=int)).matrix.shape == (1000, 1000)


def test_the_window_is_the_latest_sessions() -> None:
    values = world(9, sessions=400)
    np.testing.assert_array_equal(found(values, window=100).matrix, found(values[-100:], window=100).matrix)
    assert found(values, window=100).window == 100


def test_summaries_by_hand() -> None:
    values = world(10, columns=4)
    values[:, 3] *= -1
    result = found(values)
    upper = np.corrcoef(values.T)[np.triu_indices(4, 1)]
    assert result.average().value == pytest.approx(upper.mean())
    assert result.effective_number().value == pytest.approx(1 / np.corrcoef(values.T).mean())
    assert (result.average().n_obs, result.average().window, result.average().coverage) == (252, 252, 1.0)


def test_the_effective_number_lies_between_one_and_all_of_them() -> None:
    rng = np.random.default_rng(11)
    move = rng.normal(0, 0.01, (252, 1))
    same = found(np.repeat(move, 5, axis=1) * [1, 2, 3, 4, 5])
    assert same.effective_number().value == pytest.approx(1.0)
    independent = found(rng.normal(0, 0.01, (252, 5)))
    assert independent.effective_number().value == pytest.approx(5, rel=0.3)
    opposite = found(np.column_stack([move, -move]))
    assert opposite.effective_number().reason == "the positions offset each other completely"
    assert opposite.average().value == pytest.approx(-1.0)


def test_volatility_does_not_change_a_correlation() -> None:
    values = world(12, columns=2)
    assert found(values * [1, 1000]).matrix[0, 1] == pytest.approx(found(values).matrix[0, 1], abs=1e-14)
