"""Stress by position, factor and option: sums, signs, what is missing, and the original's mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sigmasight_ui.analytics.american import american, quick_american_price
from sigmasight_ui.analytics.covariance import FactorCovariance, sample_covariance
from sigmasight_ui.analytics.exposures import FactorEstimates, factor_exposures
from sigmasight_ui.analytics.factors import FACTORS, FactorReturns
from sigmasight_ui.analytics.options import options
from sigmasight_ui.analytics.returns import Returns
from sigmasight_ui.analytics.scenarios import FactorMoves, complete_moves, factor_shocks
from sigmasight_ui.analytics.stress import OptionPositions, option_gains, stress, symbol_moves

Floats = NDArray[np.float64]
KEYS = ("market", "interest_rate")
TWO = (FACTORS[0], FACTORS[-1])


def estimates_of(betas: Any, cash: list[bool] | None = None) -> FactorEstimates:
    table = np.array(betas, dtype=float)
    nothing = np.full(len(table), np.nan)
    is_cash = np.zeros(len(table), dtype=bool) if cash is None else np.array(cash)
    n = np.full(len(table), 252.0)
    return FactorEstimates(
        TWO, table, table, nothing, nothing, table[:, 0] * 0.0, n, 252, 252, is_cash, None, {}, "test"
    )


def moves_of(market: float, rates: float, named: tuple[str, ...] = ("market",)) -> FactorMoves:
    total = np.array([market, rates])
    return FactorMoves(TWO, np.where([key in named for key in KEYS], total, 0.0), total, None)


def world(seed: int) -> tuple[FactorEstimates, FactorCovariance]:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 0.01, (252, 2))
    x[:, 1] -= 0.3 * x[:, 0]
    values = x @ rng.normal(0.8, 0.5, (2, 6)) + rng.normal(0, 0.01, (252, 6))
    factors = FactorReturns(TWO, x, 252, {})
    returns = Returns(values, np.ones_like(values, dtype=bool), np.zeros(6, dtype=bool))
    return factor_exposures(returns, factors), sample_covariance(factors)


def puts(**changes: Any) -> OptionPositions:
    """Two puts and a call on the first symbol, one of them short."""
    of = options(100.0, [95.0, 90.0, 105.0], [0.1, 0.5, 0.25], [False, False, True], 0.03)
    base: dict[str, Any] = {
        "options": of, "volatility": np.array([0.25, 0.25, 0.25]), "units": np.array([300.0, -200.0, 100.0]),
        "underlying": np.array([0, 0, 0]), "market_values": np.array([400.0, -900.0, 250.0]),
    }  # fmt: skip
    return OptionPositions(**{**base, **changes})


def test_gains_by_hand() -> None:
    result = stress(estimates_of([[1.2, 0.0], [0.8, 0.5]]), [10_000, -5_000], moves_of(-0.10, 0.04))
    assert result.symbols.tolist() == pytest.approx([-1200, 5000 * 0.08 - 5000 * 0.02])
    assert result.symbols_direct.tolist() == pytest.approx([-1200, 400])
    assert result.by_factor.tolist() == pytest.approx([(12_000 - 4_000) * -0.1, -2_500 * 0.04])
    assert result.figure().value == pytest.approx(-900)
    assert result.direct_figure().value == pytest.approx(-800)
    assert result.propagated_figure().value == pytest.approx(-100)
    assert (result.figure().coverage, result.by_factor.sum()) == (1.0, pytest.approx(-900))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(-0.5, 0.5))
def test_positions_factors_and_parts_add_up_to_the_total(seed: int, shock: float) -> None:
    estimates, covariance = world(seed)
    values = np.random.default_rng(seed).normal(0, 10_000, 6)
    result = stress(estimates, values, complete_moves(covariance, {"market": shock}), puts(), volatility_change=0.05)
    assert result.options is not None
    positions = result.symbols.sum() + result.options.total.sum()
    assert positions == pytest.approx(result.total, rel=1e-12, abs=1e-8)
    linear = float(np.sum(result.symbols)) + float(np.sum(result.options.delta))
    assert result.by_factor.sum() == pytest.approx(linear, rel=1e-9, abs=1e-6)
    figures = (result.direct_figure().value, result.propagated_figure().value)
    assert figures[0] + figures[1] == pytest.approx(result.figure().value, rel=1e-12, abs=1e-8)
    parts = result.options.delta + result.options.gamma + result.options.vega + result.options.rest
    np.testing.assert_allclose(parts, result.options.total, atol=1e-9)


def test_a_portfolio_that_loses_more_than_99_percent_says_so() -> None:
    """The original cut losses at 99 % of the net exposure, and a net-short book's at 99 cents."""
    leveraged = stress(estimates_of([[2.5, 0]]), [100_000.0], moves_of(-0.5, 0))
    assert leveraged.total == pytest.approx(-125_000)
    short = stress(estimates_of([[1.0, 0]]), [-50_000.0], moves_of(0.35, 0))
    assert short.total == pytest.approx(-17_500)


def test_higher_yields_hurt_what_moves_like_bonds() -> None:
    """One percentage point on a book that is all long bonds: about -16 %, not +1 %."""
    covariance = FactorCovariance(TWO, np.diag([1e-4, 1e-4]), 252, 252, {}, "test")
    moves = complete_moves(covariance, factor_shocks({"interest_rate": 0.01}))
    assert stress(estimates_of([[0.0, 1.0]]), [100_000.0], moves).total == pytest.approx(-16_500)
    assert stress(estimates_of([[0.0, 1.0]]), [-100_000.0], moves).total == pytest.approx(16_500)


def test_what_has_no_estimates_is_left_out_and_nobody_makes_up_for_it() -> None:
    estimates = estimates_of([[1.0, 0.0], [np.nan, np.nan], [np.nan, np.nan]])
    result = stress(estimates, [6_000, 4_000, 0], moves_of(-0.1, 0))
    assert result.symbols.tolist() == pytest.approx([-600, np.nan, 0], nan_ok=True)
    assert result.symbols_direct.tolist() == pytest.approx([-600, np.nan, 0], nan_ok=True)
    assert (result.figure().value, result.figure().coverage) == (pytest.approx(-600), pytest.approx(0.6))
    refused = stress(estimates, [4_000, 6_000, 0], moves_of(-0.1, 0))
    for figure in (refused.figure(), refused.direct_figure(), refused.propagated_figure()):
        assert (figure.value, figure.reason) == (None, "only 40% of the positions can be stressed")
    assert np.isnan([refused.total, refused.direct]).all()
    private = stress(estimates, [6_000, 0, 0], moves_of(-0.1, 0), without_model=4_000)
    assert private.coverage == pytest.approx(0.6)


def test_a_scenario_without_moves_has_its_reason_and_no_zero() -> None:
    covariance = FactorCovariance(TWO, np.diag([1e-4, 1e-4]), 252, 252, {}, "test")
    moves = complete_moves(covariance, {"momentum": 0.1})
    result = stress(estimates_of([[1.0, 0.5]]), [10_000], moves, puts())
    assert result.figure().reason == "momentum is unavailable: no such factor"
    assert result.figure().coverage == 1.0
    assert np.isnan(result.total) and np.isnan(result.symbols).all()
    assert result.options is not None and np.isnan(result.options.total).all()


def test_cash_stands_still_and_does_not_count() -> None:
    result = stress(estimates_of([[0.0, 0.0], [1.0, 0.0]], [True, False]), [90_000, 10_000], moves_of(-0.2, 0.1))
    assert (result.total, result.coverage) == (pytest.approx(-2_000), 1.0)
    empty = stress(estimates_of([[0.0, 0.0]], [True]), [5_000], moves_of(-0.2, 0))
    assert (empty.figure().value, empty.coverage) == (0.0, 1.0)


def test_options_are_revalued_and_not_stretched_along_their_delta() -> None:
    """Short-dated puts in a crash of 35 %: their delta sees a third of the gain."""
    held = puts(units=np.array([300.0, 0.0, 0.0]))
    result = stress(estimates_of([[1.0, 0.0]]), [0.0], moves_of(-0.35, 0), held)
    assert result.options is not None
    of = held.options
    exact = 300 * (quick_american_price(of.at(65.0), 0.25)[0] - quick_american_price(of, 0.25)[0])
    assert result.total == pytest.approx(exact)
    assert exact == pytest.approx(300 * (95 - 65), rel=0.05)
    assert result.options.delta[0] < 0.45 * exact
    assert result.by_factor[0] == pytest.approx(result.options.exposure[0] * -0.35)


def test_an_option_is_moved_by_the_beta_of_its_underlying() -> None:
    estimates = estimates_of([[2.0, 0.0], [0.5, 0.0]])
    calm = stress(estimates, [0, 0], moves_of(-0.1, 0), puts(underlying=np.array([1, 1, 1])))
    wild = stress(estimates, [0, 0], moves_of(-0.1, 0), puts())
    assert calm.options is not None and wild.options is not None
    of = puts().options
    for result, spot in ((calm, 95.0), (wild, 80.0)):
        expected = (quick_american_price(of.at(spot), 0.25) - quick_american_price(of, 0.25)) * [300, -200, 100]
        np.testing.assert_allclose(result.options.total, expected)


def test_volatility_rises_with_the_shock_and_belongs_to_the_direct_part() -> None:
    result = stress(estimates_of([[1.0, 0.0]]), [0.0], moves_of(0.0, 0.0), puts(), volatility_change=0.10)
    assert result.options is not None
    of = puts().options
    vega = (quick_american_price(of, 0.35) - quick_american_price(of, 0.25)) * [300, -200, 100]
    np.testing.assert_allclose(result.options.vega, vega)
    np.testing.assert_allclose(result.options.total, vega)
    np.testing.assert_allclose(result.options.direct, vega)
    assert result.propagated_figure().value == pytest.approx(0.0)


def test_volatility_does_not_fall_below_one_percent() -> None:
    gains = option_gains(puts(), np.zeros(1), np.zeros(1), volatility_change=-0.9)
    of = puts().options
    expected = (quick_american_price(of, 0.01) - quick_american_price(of, 0.25)) * [300, -200, 100]
    np.testing.assert_allclose(gains.total, expected)
    quiet = option_gains(puts(volatility=np.full(3, 0.005)), np.zeros(1), np.zeros(1), volatility_change=-0.9)
    np.testing.assert_allclose(quiet.total, 0.0, atol=1e-9)


def test_slope_and_curvature_are_those_of_the_options() -> None:
    """Dollars per unit of return and half the change of that, as the Greeks have them."""
    held = puts()
    of, units = held.options, held.units
    greeks = american(of, 0.25)
    gains = option_gains(held, np.array([-0.02]), np.array([-0.01]))
    np.testing.assert_allclose(gains.exposure, greeks.delta * of.spot * units, rtol=0.02)
    np.testing.assert_allclose(gains.delta, gains.exposure * -0.02)
    np.testing.assert_allclose(gains.gamma, 0.5 * greeks.gamma * of.spot**2 * units * 0.02**2, rtol=0.05)
    np.testing.assert_allclose(gains.rest, gains.total - gains.delta - gains.gamma)
    assert (np.abs(gains.rest) < 0.02 * np.abs(gains.total)).all()
    down = (quick_american_price(of.at(99.0), 0.25) - quick_american_price(of, 0.25)) * units
    np.testing.assert_allclose(gains.direct, down)


def test_half_of_the_positions_is_enough_and_everything_may_be_lost() -> None:
    moves = moves_of(-1.0, 0)
    half = stress(estimates_of([[1.0, 0.0], [np.nan, np.nan]]), [0.2, 0.2], moves)
    assert (half.figure().value, half.coverage) == (pytest.approx(-0.2), 0.5)
    assert half.moves is moves


def test_an_underlying_cannot_fall_below_nothing() -> None:
    gains = option_gains(puts(), np.array([-1.5]), np.array([-1.5]))
    of = puts().options
    worthless = (np.array([95.0, 90.0, 0.0]) - quick_american_price(of, 0.25)) * [300, -200, 100]
    np.testing.assert_allclose(gains.total, worthless, rtol=1e-6)


def test_an_option_with_an_unknown_input_is_left_out() -> None:
    held = puts(volatility=np.array([0.25, np.nan, 0.25]))
    result = stress(estimates_of([[1.0, 0.0], [np.nan, np.nan]]), [2_000, 0], moves_of(-0.1, 0), held)
    assert result.options is not None
    assert np.isnan(result.options.total).tolist() == [False, True, False]
    assert result.coverage == pytest.approx((2_000 + 400 + 250) / (2_000 + 400 + 900 + 250))
    assert result.total == pytest.approx(-200 + np.nansum(result.options.total))
    unknown = stress(
        estimates_of([[1.0, 0.0], [np.nan, np.nan]]),
        [2_000, 0],
        moves_of(-0.1, 0),
        puts(underlying=np.array([1, 0, 0])),
    )
    assert unknown.options is not None
    assert np.isnan(unknown.options.total).tolist() == [True, False, False]
    assert unknown.coverage == pytest.approx((2_000 + 900 + 250) / (2_000 + 400 + 900 + 250))
    assert unknown.by_factor[0] == pytest.approx((2_000 + unknown.options.exposure[1:].sum()) * -0.1)


def test_symbol_moves() -> None:
    estimates = estimates_of([[1.0, 0.5], [np.nan, np.nan]])
    assert symbol_moves(estimates, np.array([-0.1, 0.2])).tolist() == pytest.approx([0.0, np.nan], nan_ok=True)


def test_other_factors_and_unknown_values_are_refused() -> None:
    estimates, covariance = world(4)
    moves = complete_moves(covariance, {"market": 0.1})
    for values in ([1.0], [np.nan] * 6):
        with pytest.raises(ValueError, match="^one finite market value for every symbol$"):
            stress(estimates, values, moves)
    other = FactorMoves(FACTORS[:2], moves.direct, moves.total, None)
    with pytest.raises(ValueError, match="^moves and estimates are of the same factors$"):
        stress(estimates, np.ones(6), other)
