"""Several portfolios as one: the cases of the original, and that one portfolio stays itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.analytics.aggregation import combine, nav_weights
from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import portfolio_returns, simple_returns
from sigmasight_ui.analytics.volatility import realised_volatility


def figures(*values: float | None) -> list[Figure]:
    return [
        unavailable("why not", method="m") if value is None else known(value, method="m", n_obs=90 - i, window=90)
        for i, value in enumerate(values)
    ]


def weights_of(*navs: float) -> list[float]:
    weights = nav_weights(navs)
    assert weights is not None
    return weights.tolist()


def test_three_snapshots_weigh_by_their_nav() -> None:
    weights = weights_of(520_000, 310_000, 190_000)
    assert weights == pytest.approx([52 / 102, 31 / 102, 19 / 102])
    assert sum(weights) == pytest.approx(1.0)


def test_a_and_b_only() -> None:
    assert weights_of(520_000, 310_000) == pytest.approx([52 / 83, 31 / 83])


def test_equity_balances_stand_in_for_missing_snapshots() -> None:
    assert weights_of(500_000, 300_000, 200_000) == pytest.approx([0.5, 0.3, 0.2])


def test_all_zero_weigh_the_same_and_none_weigh_nothing() -> None:
    assert weights_of(0, 0, 0) == pytest.approx([1 / 3] * 3)
    assert weights_of(0) == [1.0]
    assert weights_of() == []


def test_a_negative_account_weighs_negatively_and_a_negative_total_not_at_all() -> None:
    assert weights_of(150, -50) == [1.5, -0.5]
    assert nav_weights([50, -50]) is None
    assert nav_weights([-50, -50]) is None
    with pytest.raises(ValueError, match="^NAVs are finite$"):
        nav_weights([np.nan])


def test_beta_of_three_portfolios() -> None:
    result = combine(figures(1.2, 0.8, 1.0), [0.5, 0.3, 0.2])
    assert result.figure.value == pytest.approx(1.04)
    assert result.contributions == pytest.approx((0.6, 0.24, 0.2))
    assert (result.figure.n_obs, result.figure.window, result.figure.coverage) == (88, 90, 1.0)
    assert result.figure.std_error is None


def test_a_portfolio_without_the_figure_leaves_its_weight_to_the_others() -> None:
    result = combine(figures(1.2, None, 1.0), [0.5, 0.3, 0.2])
    assert result.figure.value == pytest.approx(1.142857, abs=1e-6)
    assert result.weights == (pytest.approx(0.714286, abs=1e-6), None, pytest.approx(0.285714, abs=1e-6))
    assert result.contributions[1] is None
    assert result.figure.coverage == pytest.approx(0.7)


def test_market_factor_of_two_out_of_three() -> None:
    result = combine(figures(1.2, 0.9, None), [0.5, 0.3, 0.2])
    assert result.figure.value == pytest.approx(1.0875)
    assert result.weights == (pytest.approx(0.625), pytest.approx(0.375), None)


def test_weighted_volatility_is_181_but_only_an_upper_bound() -> None:
    assert combine(figures(0.20, 0.15, 0.18), [0.5, 0.3, 0.2]).figure.value == pytest.approx(0.181)
    moves = np.random.default_rng(0).normal(0, 0.01, (252, 1))
    returns = simple_returns(100 * np.cumprod(np.vstack([np.ones((1, 2)), 1 + np.hstack([moves, -moves / 2])]), axis=0))
    rows = np.array([[1.0, 0.0], [0.0, 1.0]])
    alone = realised_volatility(portfolio_returns(returns, rows), 252)
    upper = combine([alone.figure(0), alone.figure(1)], [1.0, 1.0]).figure.value
    pooled = realised_volatility(portfolio_returns(returns, rows.mean(axis=0, keepdims=True)), 252).figure(0)
    first = alone.values[0]
    assert upper == pytest.approx(0.75 * first)
    assert pooled.value == pytest.approx(0.25 * first)


def test_coverage_with_a_negative_account() -> None:
    assert combine(figures(1.0, None), [150.0, -50.0]).figure.coverage == pytest.approx(0.75)


def test_nobody_has_it() -> None:
    for result in (combine(figures(None, None), [1.0, 2.0]), combine([], [])):
        assert (result.figure.value, result.figure.reason) == (None, "no portfolio has this figure")
        assert result.figure.coverage == 0.0


def test_a_total_below_zero_has_a_reason() -> None:
    result = combine(figures(1.0, 2.0), [50.0, -60.0])
    assert result.figure.reason == "the total NAV is not positive"
    assert result.weights == (None, None)
    only_the_debtor = combine(figures(1.0, None), [-10.0, 50.0])
    assert only_the_debtor.figure.reason == "the total NAV is not positive"


def test_coverage_of_the_parts_is_kept() -> None:
    parts = [known(1.0, method="m", coverage=0.5), known(1.0, method="m", coverage=1.0)]
    assert combine(parts, [3.0, 1.0]).figure.coverage == pytest.approx(0.625)


@given(st.floats(-5, 5), st.floats(0.01, 1e9), st.none() | st.floats(0, 1))
def test_a_single_portfolio_is_itself(value: float, nav: float, coverage: float | None) -> None:
    only = known(value, method="m", n_obs=34, window=90, std_error=0.11, coverage=coverage)
    result = combine([only], [nav])
    assert result.figure is only
    assert (result.weights, result.contributions) == ((1.0,), (value,))


def test_a_single_portfolio_without_the_figure_keeps_its_reason() -> None:
    result = combine(figures(None), [1_100_000])
    assert result.figure.reason == "why not"
    assert (result.weights, result.contributions) == ((None,), (None,))


def test_one_nav_for_every_figure() -> None:
    with pytest.raises(ValueError, match="^one NAV for every figure$"):
        combine(figures(1.0, 2.0), [1.0])


def test_weighted_betas_are_the_beta_of_the_pooled_book() -> None:
    rng = np.random.default_rng(1)
    market = rng.normal(0, 0.01, 200)
    moves = np.outer(market, [0.5, 1.0, 2.0]) + rng.normal(0, 0.01, (200, 3))
    returns = simple_returns(100 * np.cumprod(np.vstack([np.ones((1, 3)), 1 + moves]), axis=0))
    rows, navs = np.array([[0.6, 0.4, 0.0], [0.0, -0.3, 0.9]]), np.array([300.0, 100.0])
    each = market_beta(portfolio_returns(returns, rows), market, 90)
    pooled = market_beta(portfolio_returns(returns, (navs / navs.sum())[None, :] @ rows), market, 90)
    combined = combine([each.figure(0), each.figure(1)], navs)
    assert combined.figure.value == pytest.approx(pooled.figure(0).value, rel=1e-10)
