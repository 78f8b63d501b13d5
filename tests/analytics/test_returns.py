"""Returns: gaps are masked and never bridged; a portfolio says how much of it a day covers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sigmasight_ui.analytics.returns import MIN_COVERAGE, Returns, portfolio_returns, simple_returns, stale_closes

NAN = np.nan


def random_returns(seed: int, sessions: int = 40, symbols: int = 6, gaps: float = 0.2) -> Returns:
    rng = np.random.default_rng(seed)
    prices = 100 * np.exp(np.cumsum(rng.normal(0, 0.02, (sessions, symbols)), axis=0))
    return simple_returns(np.where(rng.random(prices.shape) < gaps, NAN, prices))


def test_simple_returns_by_hand() -> None:
    returns = simple_returns([[100.0, 50.0], [110.0, 40.0], [99.0, 40.0]])
    assert returns.values == pytest.approx(np.array([[0.1, -0.2], [-0.1, 0.0]]))
    assert returns.mask.all()
    assert not returns.cash.any()
    assert returns.coverage is None


def test_a_gap_masks_both_its_returns_and_is_never_bridged() -> None:
    returns = simple_returns([[100.0], [NAN], [121.0], [133.1]])
    assert returns.mask[:, 0].tolist() == [False, False, True]
    assert returns.values[:2, 0].tolist() == [0.0, 0.0]
    assert returns.values[2, 0] == pytest.approx(0.1)


def test_a_leading_and_a_trailing_gap() -> None:
    returns = simple_returns([[NAN], [100.0], [101.0], [NAN]])
    assert returns.mask[:, 0].tolist() == [False, True, False]


def column(*closes: float) -> NDArray[np.float64]:
    return np.array(closes)[:, None]


@pytest.mark.parametrize(
    ("closes", "stale"),
    [
        ((1, 2, 2, 2, 2, 2, 3), (0, 0, 1, 1, 1, 1, 0)),
        ((1, 2, 2, 2, 2, 3, 3), (0, 0, 0, 0, 0, 0, 0)),
        ((2, 2, 2, 2, 2, 3), (0, 1, 1, 1, 1, 0)),
        ((3, 2, 2, 2, 2, 2), (0, 0, 1, 1, 1, 1)),
        ((1, 2, 2, NAN, 2, 2, 2), (0, 0, 0, 0, 0, 0, 0)),
        ((1, 2, 2, 2, 2, 2, 4, 5, 5, 5, 5, 5, 5), (0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1)),
        ((2, 2, 2, 2, 2, 2), (0, 0, 0, 0, 0, 0)),
    ],
    ids=["five", "four", "at the start", "at the end", "a gap between", "two runs", "never moved"],
)
def test_five_equal_closes_are_one_price_nobody_updated(closes: tuple[float, ...], stale: tuple[int, ...]) -> None:
    assert stale_closes(column(*closes))[:, 0].tolist() == [bool(each) for each in stale]


def test_each_symbol_is_stale_by_itself() -> None:
    both = np.hstack([column(1, 2, 2, 2, 2, 2, 3), column(1, 2, 3, 4, 4, 4, 4)])
    assert stale_closes(both).sum(axis=0).tolist() == [4, 0]
    with pytest.raises(ValueError, match="a table"):
        stale_closes([1.0, 2.0])


def test_cash_returns_nothing_on_every_session_whatever_its_price() -> None:
    prices = [[1.0, NAN, 100.0], [2.0, NAN, 101.0], [NAN, NAN, 102.0]]
    returns = simple_returns(prices, cash=[True, True, False])
    assert returns.mask[:, :2].all()
    assert not returns.values[:, :2].any()
    assert returns.cash.tolist() == [True, True, False]


@pytest.mark.parametrize("price", [0.0, -1.0, np.inf])
def test_impossible_prices_are_refused(price: float) -> None:
    with pytest.raises(ValueError, match="^prices are positive and finite; an unknown price is NaN$"):
        simple_returns([[100.0], [price]])


def test_prices_are_a_table() -> None:
    with pytest.raises(ValueError, match="^prices are a table of sessions by symbols$"):
        simple_returns([100.0, 101.0])


def test_no_session_to_compare_with_gives_no_row() -> None:
    assert simple_returns([[100.0, 50.0]]).values.shape == (0, 2)


def test_the_input_is_left_alone() -> None:
    prices = np.array([[100.0], [NAN], [102.0]])
    before = prices.copy()
    simple_returns(prices)
    np.testing.assert_array_equal(prices, before)


def test_last_takes_the_latest_sessions() -> None:
    returns = random_returns(1)
    np.testing.assert_array_equal(returns.last(5).values, returns.values[-5:])
    assert len(returns.last(1000).values) == len(returns.values)
    assert len(returns.last(1).values) == 1
    with pytest.raises(ValueError, match="^a window has at least one session$"):
        returns.last(0)


def test_series_shows_the_unknown_as_nan() -> None:
    returns = simple_returns([[100.0], [NAN], [121.0], [133.1]])
    np.testing.assert_allclose(returns.series(0), [NAN, NAN, 0.1])


def test_portfolio_by_hand_with_shorts_and_cash() -> None:
    returns = simple_returns([[100.0, 50.0], [110.0, 45.0]])
    book = portfolio_returns(returns, [[0.8, -0.3]])
    assert book.values[0, 0] == pytest.approx(0.8 * 0.1 + 0.3 * 0.1)
    assert book.coverage is not None
    assert book.coverage[0, 0] == 1.0


def test_an_unknown_return_is_replaced_by_the_known_part_not_by_zero() -> None:
    returns = simple_returns([[100.0, 50.0, NAN], [110.0, 45.0, 20.0]])
    book = portfolio_returns(returns, [[0.5, 0.1, 0.2]])
    assert book.coverage is not None
    assert book.coverage[0, 0] == pytest.approx(0.6 / 0.8)
    assert book.values[0, 0] == pytest.approx((0.5 * 0.1 - 0.1 * 0.1) * 0.8 / 0.6)


def test_cash_columns_neither_dilute_coverage_nor_are_scaled() -> None:
    returns = simple_returns([[1.0, 100.0, NAN], [1.0, 110.0, 20.0]], cash=[True, False, False])
    book = portfolio_returns(returns, [[0.5, 0.3, 0.2]])
    assert book.coverage is not None
    assert book.coverage[0, 0] == pytest.approx(0.6)
    assert book.values[0, 0] == pytest.approx(0.3 * 0.1 / 0.6)


@pytest.mark.parametrize(("weight", "known"), [(0.5, True), (0.499, False)])
def test_a_day_that_covers_less_than_half_is_masked(weight: float, known: bool) -> None:
    assert MIN_COVERAGE == 0.5
    returns = simple_returns([[100.0, NAN], [110.0, 20.0]])
    book = portfolio_returns(returns, [[weight, -(1 - weight)]])
    assert book.mask[0, 0] == known
    assert (book.values[0, 0] != 0) == known


def test_a_portfolio_of_cash_is_cash() -> None:
    returns = simple_returns([[1.0, 100.0], [1.0, 110.0]], cash=[True, False])
    for weights in ([[1.0, 0.0]], [[0.0, 0.0]]):
        book = portfolio_returns(returns, weights)
        assert book.cash.tolist() == [True]
        assert book.mask.all()
        assert book.values[0, 0] == 0.0
        assert book.coverage is not None
        assert book.coverage[0, 0] == 1.0


def test_mean_coverage_counts_the_known_days_only() -> None:
    returns = simple_returns([[100.0, NAN], [110.0, 20.0], [111.0, 21.0], [NAN, 22.0]])
    book = portfolio_returns(returns, [[0.75, 0.25], [0.1, 0.9]])
    mean = book.mean_coverage()
    assert mean is not None
    assert mean.tolist() == pytest.approx([(0.75 + 1.0) / 2, (1.0 + 0.9) / 2])
    assert returns.mean_coverage() is None
    nothing = portfolio_returns(simple_returns([[NAN], [NAN]]), [[1.0]]).mean_coverage()
    assert nothing is not None
    assert np.isnan(nothing[0])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([[np.nan, 1.0]], "weights are finite"),
        ([[np.inf, 1.0]], "weights are finite"),
        ([[1.0]], "one weight for every column of returns"),
    ],
)
def test_impossible_weights_are_refused(weights: list[list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        portfolio_returns(simple_returns([[100.0, 50.0], [110.0, 45.0]]), weights)


def naive_portfolio(returns: Returns, weights: NDArray[np.float64]) -> list[float]:
    series = []
    for values, mask in zip(returns.values, returns.mask, strict=True):
        known = np.abs(weights[mask]).sum() / np.abs(weights).sum()
        series.append((weights[mask] * values[mask]).sum() / known if known >= MIN_COVERAGE else np.nan)
    return series


@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.6))
def test_many_portfolios_at_once_equal_each_by_hand(seed: int, gaps: float) -> None:
    returns = random_returns(seed, gaps=gaps)
    weights = np.random.default_rng(seed).normal(0.2, 0.3, (4, 6))
    book = portfolio_returns(returns, weights)
    for column, row in enumerate(weights):
        np.testing.assert_allclose(book.series(column), naive_portfolio(returns, row), rtol=1e-10, atol=1e-14)


def test_the_result_does_not_depend_on_the_chunk_or_on_how_weights_are_stored() -> None:
    returns = random_returns(3)
    weights = np.random.default_rng(3).normal(0.2, 0.3, (7, 6))
    whole = portfolio_returns(returns, weights)
    np.testing.assert_array_equal(whole.values, portfolio_returns(returns, csr_array(weights)).values)
    for column in range(7):
        alone = portfolio_returns(returns, weights[column : column + 1])
        np.testing.assert_array_equal(alone.values[:, 0], whole.values[:, column])
