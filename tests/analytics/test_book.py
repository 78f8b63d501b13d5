"""Books of dollars: the same returns as weights give, and addable."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.analytics.book import Book, book, pool
from sigmasight_ui.analytics.returns import MIN_COVERAGE, Returns, portfolio_returns, simple_returns

SYMBOLS = 5


@st.composite
def markets(draw) -> tuple[Returns, np.ndarray, np.ndarray]:
    """Returns with gaps, and two sets of signed market values."""
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    prices = 100 * np.cumprod(1 + random.normal(0, 0.02, (draw(st.integers(3, 40)), SYMBOLS)), axis=0)
    prices[random.random(prices.shape) < draw(st.floats(0, 0.4))] = np.nan
    cash = random.random(SYMBOLS) < 0.2
    values = random.normal(0, 1e5, (2, SYMBOLS)).round(2)
    return simple_returns(prices, cash), values[0], values[1]


@given(markets(), st.floats(1e4, 1e7))
def test_a_book_has_the_returns_of_its_weights(market, nav):
    returns, values, _ = market
    expected = portfolio_returns(returns, (values / nav)[None, :])
    found = book(returns, values).returns(nav)
    assert np.array_equal(found.mask, expected.mask)
    np.testing.assert_allclose(found.values, expected.values, atol=1e-12)
    np.testing.assert_allclose(found.coverage, expected.coverage, atol=1e-12)
    assert np.array_equal(found.cash, expected.cash)


@given(markets(), st.floats(1e5, 1e7))
def test_pooled_books_are_the_book_of_the_pooled_positions(market, nav):
    returns, first, second = market
    second = np.abs(second) * np.sign(first)  # netting between books is a matter of its own
    together = book(returns, first + second).returns(nav)
    pooled = pool([book(returns, first), book(returns, second)]).returns(nav)
    assert np.array_equal(pooled.mask, together.mask)
    np.testing.assert_allclose(pooled.values, together.values, atol=1e-12)


def test_positions_of_two_books_offset_each_other_in_the_gains_only():
    returns = simple_returns(np.array([[100.0], [110.0]]))
    hedged = pool([book(returns, [1000.0]), book(returns, [-400.0])])
    assert (hedged.gains.tolist(), hedged.gross) == ([pytest.approx(60.0)], 1400.0)


def test_a_pool_of_one_is_itself_and_of_none_is_refused():
    only = Book(np.array([1.0, 2.0]), np.array([10.0, 10.0]), 10.0)
    same = pool([only])
    assert (same.gains.tolist(), same.covered.tolist(), same.gross) == ([1.0, 2.0], [10.0, 10.0], 10.0)
    with pytest.raises(ValueError, match="^nothing to pool$"):
        pool([])


def test_a_longer_history_is_cut_to_the_shorter_from_the_end():
    long = Book(np.array([1.0, 2.0, 3.0]), np.full(3, 10.0), 10.0)
    short = Book(np.array([5.0]), np.full(1, 10.0), 10.0)
    assert pool([long, short]).gains.tolist() == [8.0]
    assert pool([long, Book(np.zeros(0), np.zeros(0), 1.0)]).gains.tolist() == []


def test_what_has_no_returns_lowers_the_coverage_and_masks_below_half():
    returns = simple_returns(np.array([[100.0], [110.0]]))
    some = book(returns, [600.0], without_returns=400.0).returns(1000.0)
    assert (some.coverage[0, 0], some.values[0, 0]) == (pytest.approx(0.6), pytest.approx(0.1))
    little = book(returns, [400.0], without_returns=600.0).returns(1000.0)
    assert little.coverage[0, 0] < MIN_COVERAGE
    assert not little.mask[0, 0]


def test_a_small_book_counts_like_a_large_one_and_half_of_it_is_enough():
    values = np.array([[0.01, np.nan], [-0.02, np.nan]])
    known = np.isfinite(values)
    small = book(Returns(np.where(known, values, 0.0), known, np.zeros(2, dtype=bool)), [0.3, 0.3])
    returns = small.returns(0.5)
    assert returns.mask.all()
    assert returns.coverage[:, 0].tolist() == [0.5, 0.5]
    assert returns.values[:, 0].tolist() == pytest.approx([0.012, -0.024])


def test_cash_alone_is_known_to_return_nothing():
    alone = book(simple_returns(np.ones((4, 1)), cash=[True]), [5000.0]).returns(5000.0)
    assert alone.cash.tolist() == [True]
    assert alone.mask.all()
    assert not alone.values.any()


@pytest.mark.parametrize("nav", [0.0, -1.0, float("nan"), float("inf")])
def test_there_are_no_returns_on_a_nav_that_is_not_positive(nav):
    with pytest.raises(ValueError, match="^returns need a positive NAV$"):
        Book(np.zeros(1), np.zeros(1), 1.0).returns(nav)


@pytest.mark.parametrize("values", [[1.0], [1.0, float("nan")], [1.0, float("inf")]])
def test_market_values_are_one_finite_number_per_column(values):
    returns = simple_returns(np.full((3, 2), 100.0) * [[1], [1.1], [1.2]])
    with pytest.raises(ValueError, match="^one finite market value for every column of returns$"):
        book(returns, values)
