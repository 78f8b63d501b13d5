"""Factor covariance, its repair, and contributions to risk that add up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sigmasight_ui.analytics.covariance import (
    FactorCovariance,
    decay_weights,
    repair,
    risk_contributions,
    sample_covariance,
)
from sigmasight_ui.analytics.exposures import FactorEstimates, factor_exposures
from sigmasight_ui.analytics.factors import Factor, FactorReturns
from sigmasight_ui.analytics.returns import Returns

Floats = NDArray[np.float64]
THREE = tuple(Factor(key, key.title(), key.upper()) for key in ("market", "value", "size"))
YEAR = np.sqrt(252)


def as_factors(x: Floats, window: int = 252, unavailable: dict[str, str] | None = None) -> FactorReturns:
    return FactorReturns(THREE[: x.shape[1]], x, window, unavailable or {})


def factor_days(seed: int = 0, sessions: int = 300) -> Floats:
    x = np.random.default_rng(seed).normal(0.0003, 0.01, (sessions, 3))
    x[:, 1] += 0.4 * x[:, 0]
    return x


# Covariance


def test_sample_covariance_of_the_complete_days() -> None:
    x = factor_days()
    x[290, 1] = np.nan
    found = sample_covariance(as_factors(x))
    rows = np.delete(x, 290, axis=0)[-251:]
    np.testing.assert_allclose(found.matrix, np.cov(rows.T), rtol=1e-12)
    assert (found.n, found.window, found.keys) == (251, 252, ("market", "value", "size"))
    assert found.figure("value").value == pytest.approx(np.std(rows[:, 1], ddof=1) * YEAR)
    assert found.figure("value").n_obs == 251


def test_weights_fall_back_in_time() -> None:
    assert decay_weights(3, 0.5).tolist() == [0.25, 0.5, 1.0]


@pytest.mark.parametrize("decay", [0.0, 1.0, 1.5, -0.1])
def test_a_decay_lies_between_nothing_and_everything(decay: float) -> None:
    with pytest.raises(ValueError, match="^decay lies between 0 and 1$"):
        decay_weights(3, decay)


def test_a_missing_factor_has_a_reason_and_no_factors_no_matrix() -> None:
    found = sample_covariance(as_factors(factor_days()[:, :2], unavailable={"size": "no prices of IWM"}))
    assert (found.figure("size").value, found.figure("size").reason) == (None, "no prices of IWM")
    assert found.matrix.shape == (2, 2)
    assert sample_covariance(as_factors(np.empty((300, 0)))).matrix.shape == (0, 0)


# Repair


def test_possible_correlations_are_left_alone() -> None:
    good = np.corrcoef(factor_days().T)
    result = repair(good)
    assert result.matrix is good
    assert (result.repaired, result.smallest) == (False, None)
    assert not repair(np.ones((3, 3))).repaired  # on the edge: three series that move as one


def test_impossible_correlations_become_possible_with_the_same_diagonal() -> None:
    """A moves with B and with C, but B against C: no three series do that."""
    bad = np.array([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1.0]])
    result = repair(bad)
    assert result.repaired
    assert result.smallest == pytest.approx(-0.8)
    assert np.linalg.eigvalsh(result.matrix)[0] > -1e-12
    assert np.diagonal(result.matrix).tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_array_equal(result.matrix, result.matrix.T)
    assert result.matrix[0, 1] == pytest.approx(0.5, abs=1e-9)
    assert result.matrix[1, 2] == pytest.approx(-0.5, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(2, 8))
def test_repair_always_gives_a_correlation_matrix(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    lower = np.tril(rng.uniform(-1, 1, (size, size)), -1)
    result = repair(lower + lower.T + np.eye(size)).matrix
    assert np.linalg.eigvalsh(result)[0] > -1e-9
    assert np.diagonal(result).tolist() == [1.0] * size
    assert np.abs(result).max() <= 1 + 1e-12


def test_covariances_keep_their_variances() -> None:
    bad = np.array([[4.0, 3.9], [3.9, 1.0]])
    result = repair(bad)
    assert np.diagonal(result.matrix).tolist() == [4.0, 1.0]
    assert result.matrix[0, 1] == pytest.approx(2.0)


def test_nothing_to_repair() -> None:
    assert repair(np.empty((0, 0))).repaired is False


# Contributions


def world(seed: int, symbols: int = 6) -> tuple[FactorEstimates, FactorCovariance]:
    rng = np.random.default_rng(seed)
    x = factor_days(seed)
    values = x @ rng.normal(0.5, 0.7, (3, symbols)) + rng.normal(0, 0.01, (300, symbols))
    values[:250, 2] = np.nan
    known = np.isfinite(values)
    returns = Returns(np.where(known, values, 0.0), known, np.zeros(symbols, dtype=bool))
    return factor_exposures(returns, as_factors(x)), sample_covariance(as_factors(x))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_contributions_add_up_to_the_volatility(seed: int) -> None:
    estimates, covariance = world(seed)
    weights = np.random.default_rng(seed).normal(0.2, 0.4, (5, 6))
    risk = risk_contributions(estimates, covariance, weights)
    for p in range(5):
        volatility = risk.volatility[p]
        if np.isnan(volatility):
            assert risk.coverage[p] < 0.5
            assert np.isnan(risk.by_factor[p]).all()
            continue
        assert risk.by_factor[p].sum() + risk.by_specific[p] == pytest.approx(volatility, rel=1e-12)
        assert np.nansum(risk.positions(p)) == pytest.approx(volatility, rel=1e-12)
        assert np.nansum(risk.by_position_specific.toarray()[p]) == pytest.approx(risk.by_specific[p], rel=1e-12)
        assert risk.factor[p] ** 2 + risk.specific[p] ** 2 == pytest.approx(volatility**2, rel=1e-12)
        assert np.isnan(risk.positions(p)).tolist() == [False, False, True, False, False, False]


def test_the_decomposition_by_hand() -> None:
    estimates, covariance = world(1)
    weights = np.array([0.5, 0.3, 0.0, -0.2, 0.1, 0.2])
    risk = risk_contributions(estimates, covariance, weights[None, :])
    betas, specific = np.nan_to_num(estimates.betas), np.nan_to_num(estimates.specific_variance)
    full = betas @ covariance.matrix @ betas.T + np.diag(specific)
    sigma = np.sqrt(weights @ full @ weights)
    assert risk.figure(0).value == pytest.approx(sigma * YEAR)
    np.testing.assert_allclose(risk.positions(0), weights * (full @ weights) / sigma * YEAR, rtol=1e-10)
    exposures = weights @ betas
    by_factor = exposures * (covariance.matrix @ exposures) / sigma * YEAR
    for k, key in enumerate(estimates.keys):
        assert risk.factor_figure(0, key).value == pytest.approx(by_factor[k])
    assert risk.specific_figure(0).value == pytest.approx(weights**2 @ specific / sigma * YEAR)
    assert (risk.figure(0).coverage, risk.figure(0).n_obs, risk.figure(0).window) == (1.0, 252, 252)
    assert risk.by_position_specific.toarray()[0].tolist() == pytest.approx(list(weights**2 * specific / sigma * YEAR))


def test_contribution_is_exposure_times_volatility_times_correlation() -> None:
    """MSCI Barra's identity, with the correlation of the factor and the portfolio under the model."""
    estimates, covariance = world(2)
    weights = np.array([[0.4, 0.3, 0.0, 0.1, 0.1, 0.1]])
    risk = risk_contributions(estimates, covariance, weights)
    b = weights[0] @ np.nan_to_num(estimates.betas)
    sigma = risk.volatility[0] / YEAR
    deviations = np.sqrt(np.diagonal(covariance.matrix))
    correlation = covariance.matrix @ b / (deviations * sigma)
    np.testing.assert_allclose(risk.by_factor[0], b * deviations * correlation * YEAR)


def test_a_hedge_takes_risk_away() -> None:
    estimates, covariance = world(3)
    weights = np.zeros((1, 6))
    weights[0, [0, 1]] = [1.0, -0.05 * np.sign(estimates.betas[0] @ covariance.matrix @ estimates.betas[1])]
    risk = risk_contributions(estimates, covariance, weights)
    assert risk.positions(0)[1] < 0 < risk.positions(0)[0]


def test_a_symbol_without_estimates_is_left_out_and_the_rest_taken_for_the_whole() -> None:
    estimates, covariance = world(4)
    whole = risk_contributions(estimates, covariance, [[0.5, 0.5, 0, 0, 0, 0]])
    part = risk_contributions(estimates, covariance, [[0.25, 0.25, 0.5, 0, 0, 0]])
    assert part.figure(0).value == pytest.approx(whole.figure(0).value)
    assert part.figure(0).coverage == pytest.approx(0.5)
    assert np.isnan(part.positions(0)[2])
    less = risk_contributions(estimates, covariance, [[0.2, 0.2, 0.6, 0, 0, 0]])
    for figure in (less.figure(0), less.factor_figure(0, "market"), less.specific_figure(0)):
        assert (figure.value, figure.reason) == (None, "only 40% of the exposure has estimates")
    assert np.isnan(less.positions(0)).tolist() == [True, True, True, False, False, False]


def test_without_risk_nothing_contributes() -> None:
    estimates, covariance = world(5)
    risk = risk_contributions(estimates, covariance, np.zeros((1, 6)))
    assert risk.figure(0).value == 0.0
    assert risk.by_factor[0].tolist() == [0.0, 0.0, 0.0]
    assert risk.positions(0).tolist() == [0.0] * 6


def test_sparse_and_dense_weights_agree() -> None:
    estimates, covariance = world(6)
    weights = np.array([[0.4, 0, 0, 0.6, 0, 0], [0, 0, 0, 0, 0, 0.3]])
    dense, sparse = (risk_contributions(estimates, covariance, w) for w in (weights, csr_array(weights)))
    np.testing.assert_array_equal(dense.volatility, sparse.volatility)
    np.testing.assert_array_equal(dense.positions(1), sparse.positions(1))


def test_missing_factors_and_none_at_all() -> None:
    estimates, covariance = world(7)
    gone: Any = {"interest_rate": "no prices of TLT"}
    known = FactorCovariance(covariance.factors, covariance.matrix, 252, 252, gone, "test")
    figure = risk_contributions(estimates, known, [[0.5, 0.5, 0, 0, 0, 0]]).factor_figure(0, "interest_rate")
    assert (figure.value, figure.reason) == (None, "no prices of TLT")
    nothing = FactorReturns((), np.empty((300, 0)), 252, {"market": "no prices of SPY"})
    returns = Returns(np.zeros((300, 2)), np.ones((300, 2), dtype=bool), np.zeros(2, dtype=bool))
    risk = risk_contributions(factor_exposures(returns, nothing), sample_covariance(nothing), [[0.5, 0.5]])
    assert risk.figure(0).reason == "no factor can be measured"
    assert risk.factor_figure(0, "market").reason == "no prices of SPY"


def test_exposures_and_covariance_are_of_the_same_factors() -> None:
    estimates, _ = world(8)
    with pytest.raises(ValueError, match="^exposures and covariance are of the same factors$"):
        risk_contributions(estimates, sample_covariance(as_factors(factor_days()[:, :2])), np.zeros((1, 6)))


def test_the_whole_model_volatility_is_near_the_realised_one() -> None:
    """On a portfolio of many symbols with independent residuals the model explains what happened."""
    rng = np.random.default_rng(9)
    x = factor_days(9)
    values = x @ rng.normal(0.6, 0.5, (3, 40)) + rng.normal(0, 0.015, (300, 40))
    returns = Returns(values, np.ones_like(values, dtype=bool), np.zeros(40, dtype=bool))
    weights = np.full((1, 40), 1 / 40)
    risk = risk_contributions(factor_exposures(returns, as_factors(x)), sample_covariance(as_factors(x)), weights)
    assert risk.volatility[0] == pytest.approx(np.std(values[-252:].mean(axis=1), ddof=1) * YEAR, rel=0.05)
