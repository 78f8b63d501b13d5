"""Shocks in the terms of scenarios become moves of every factor, with the right sign and once."""

from __future__ import annotations

import json
import math
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sigmasight_ui.analytics.covariance import FactorCovariance, sample_covariance
from sigmasight_ui.analytics.exposures import factor_exposures
from sigmasight_ui.analytics.factors import FACTORS, FactorReturns, factor_returns, with_stand_ins
from sigmasight_ui.analytics.scenarios import DURATION, complete_moves, factor_shocks
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]
FUNDS = ("SPY", "VLUE", "MTUM", "QUAL", "SIZE", "USMV", "TLT")


def of_sample(sample: SamplePrices, last: str = "2016-07-01") -> FactorReturns:
    stand_ins = {"VTV": "VLUE", "IWM": "SIZE", "VUG": None}
    return factor_returns(sample.returns(FUNDS, last), FUNDS, with_stand_ins(FACTORS, stand_ins))


def covariance_of(matrix: list[list[float]], unavailable: dict[str, str] | None = None) -> FactorCovariance:
    return FactorCovariance(FACTORS[: len(matrix)], np.array(matrix), 252, 252, unavailable or {}, "test")


# Translation


def test_differences_are_taken_against_the_market_of_the_same_scenario() -> None:
    found = factor_shocks({"market": -0.20, "low_volatility": -0.30, "quality": 0.15, "size": -0.10})
    assert found == pytest.approx({"market": -0.20, "low_volatility": -0.10, "quality": 0.35, "size": 0.10})


def test_a_scenario_that_leaves_the_market_alone_speaks_of_differences() -> None:
    assert factor_shocks({"size": 0.10}) == {"size": 0.10}
    assert factor_shocks({"growth": 0.15, "momentum": 0.10}) == pytest.approx({"momentum": 0.10, "value": -0.15})


def test_value_and_growth_are_one_factor() -> None:
    assert factor_shocks({"value": 0.20, "growth": -0.10}) == pytest.approx({"value": 0.30})
    crash = factor_shocks({"market": -0.45, "value": -0.30})
    assert crash == pytest.approx({"market": -0.45, "value": 0.15})


def test_bonds_lose_when_yields_rise_and_by_their_duration() -> None:
    """The original multiplied the exposure by the change of yield itself: a gain of 1 % instead of a loss of 16 %."""
    assert factor_shocks({"interest_rate": 0.01})["interest_rate"] == pytest.approx(-0.165)
    assert factor_shocks({"interest_rate": -0.005})["interest_rate"] == pytest.approx(0.0825)
    assert factor_shocks({"interest_rate": 0.01}, duration=10.0)["interest_rate"] == pytest.approx(-0.10)
    assert factor_shocks({"interest_rate": 0.01}, duration=0.5)["interest_rate"] == pytest.approx(-0.005)
    assert 16 <= DURATION <= 17


def test_every_shipped_scenario_can_be_translated() -> None:
    package = resources.files("sigmasight_ui.services.risk") / "data" / "scenarios.json"
    scenarios = json.loads(package.read_text(encoding="utf-8"))
    assert len(scenarios) == 22
    keys = {factor.key for factor in FACTORS}
    for scenario in scenarios:
        found = factor_shocks(scenario["shocks"])
        assert set(found) <= keys
        assert len(found) == len({"value" if key == "growth" else key for key in scenario["shocks"]})


@pytest.mark.parametrize(
    ("shocks", "duration", "message"),
    [
        ({}, 16.5, "shocks are of market, value, .*; not of nothing"),
        ({"gold": 0.1, "art": 0.2, "market": 0.1}, 16.5, "shocks are of market, value, .*; not of art, gold"),
        ({"market": math.nan}, 16.5, "shocks are finite and a duration is positive"),
        ({"market": math.inf}, 16.5, "shocks are finite and a duration is positive"),
        ({"market": 0.1}, 0.0, "shocks are finite and a duration is positive"),
    ],
)
def test_shocks_are_of_known_things_and_finite(shocks: dict[str, float], duration: float, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        factor_shocks(shocks, duration)


# Completion


def test_one_shock_moves_the_others_by_their_regression_on_it() -> None:
    moves = complete_moves(covariance_of([[4e-4, 1e-4], [1e-4, 1e-4]]), {"market": -0.10})
    assert moves.total.tolist() == pytest.approx([-0.10, -0.025])
    assert moves.direct.tolist() == [-0.10, 0.0]
    assert moves.propagated.tolist() == pytest.approx([0.0, -0.025])
    assert moves.reason is None


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_the_conditional_expectation_is_the_regression_on_all_shocked_factors(seed: int, shocked: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 0.01, (252, 7)) @ rng.normal(0, 1, (7, 7))
    covariance = sample_covariance(FactorReturns(FACTORS, x, 252, {}))
    at = rng.permutation(7)[:shocked]
    shocks = {FACTORS[k].key: float(rng.normal(0, 0.2)) for k in at}
    moves = complete_moves(covariance, shocks)
    centred = x - x.mean(axis=0)
    slopes = np.linalg.lstsq(centred[:, at], centred, rcond=None)[0]
    np.testing.assert_allclose(moves.total, np.array(list(shocks.values())) @ slopes, atol=1e-8)
    assert moves.total[at].tolist() == list(shocks.values())


def test_shocking_everything_leaves_nothing_to_propagate() -> None:
    covariance = covariance_of([[4e-4, 1e-4], [1e-4, 1e-4]])
    moves = complete_moves(covariance, {"value": 0.05, "market": -0.10})
    assert moves.total.tolist() == moves.direct.tolist() == [-0.10, 0.05]


def test_moves_are_proportional_to_the_shock_and_not_cut() -> None:
    covariance = covariance_of([[1e-4, 5e-4], [5e-4, 4e-3]])
    small, large = (complete_moves(covariance, {"market": s}).total for s in (-0.01, -0.9))
    np.testing.assert_allclose(large, small * 90)
    assert large[1] == pytest.approx(-4.5)


def test_a_scenario_on_a_missing_factor_is_unavailable_and_not_zero() -> None:
    covariance = covariance_of([[1e-4]], {"interest_rate": "no prices of TLT"})
    moves = complete_moves(covariance, {"market": -0.1, "interest_rate": -0.165})
    assert moves.reason == "interest rate is unavailable: no prices of TLT"
    assert np.isnan(moves.total).all() and np.isnan(moves.direct).all()
    assert complete_moves(covariance, {"momentum": 0.1}).reason == "momentum is unavailable: no such factor"


def test_shocked_factors_that_move_as_one_cannot_be_shocked_apart() -> None:
    moves = complete_moves(covariance_of([[1e-4, 1e-4], [1e-4, 1e-4]]), {"market": 0.1, "value": -0.1})
    assert moves.reason == "the shocked factors move as one, so they cannot be shocked apart"
    assert np.isnan(moves.total).all()


def test_a_scenario_names_something() -> None:
    with pytest.raises(ValueError, match="^a scenario names at least one factor$"):
        complete_moves(covariance_of([[1e-4]]), {})


def test_a_crash_lifts_bonds_and_defensive_stocks_on_real_prices(sample: SamplePrices) -> None:
    covariance = sample_covariance(of_sample(sample))
    moves = dict(zip(covariance.keys, complete_moves(covariance, {"market": -0.10}).total, strict=True))
    assert moves["market"] == -0.10
    assert moves["interest_rate"] > 0 and moves["low_volatility"] > 0


def test_a_stock_does_not_fall_two_or_three_times_what_it_did(sample: SamplePrices) -> None:
    """A market crash of 35 % on Apple: single betas added up read far below -100 %, one joint model about a third."""
    factors = of_sample(sample)
    apple = factor_exposures(sample.returns(["AAPL"], "2016-07-01"), factors)
    moves = complete_moves(sample_covariance(factors), factor_shocks({"market": -0.35}))
    assert -0.5 < float(apple.betas[0] @ moves.total) < -0.3
