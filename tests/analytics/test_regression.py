"""Multiple regression against certified data, statsmodels and scikit-learn, complete and with gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.datasets import french
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from sigmasight_ui.analytics.regression import conditioning, regress

Floats = NDArray[np.float64]
EXACT = {"rel": 1e-8, "abs": 1e-13}


def world(seed: int, rows: int = 120, columns: int = 6, factors: int = 3, gaps: float = 0.15) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    x = rng.normal(0.001, 0.01, (rows, factors))
    x[:, 1:] += 0.6 * x[:, [0]]
    y = x @ rng.normal(0.5, 1, (factors, columns)) + 0.002 + rng.normal(0, 0.01, (rows, columns))
    y[rng.random(y.shape) < gaps] = np.nan
    y[:, 0] = np.nan_to_num(y[:, 0])
    x[rng.random(rows) < gaps / 3, 1] = np.nan
    return y, x


def fit(y: Floats, x: Floats, ridge: float = 0.0) -> Any:
    return regress(np.nan_to_num(y), np.isfinite(y), x, ridge)


def test_nist_longley(reference: dict[str, Any]) -> None:
    """Certified to 15 digits; naive normal equations keep 7 of them."""
    certified = reference["nist_longley"]
    data = sm.datasets.longley.load_pandas()
    assert list(data.exog.columns) == certified["columns"]
    result = fit(data.endog.to_numpy()[:, None], data.exog.to_numpy())
    found = [result.intercept[0], *result.coefficients[0]]
    assert found == pytest.approx(certified["coef_const_then_columns"], rel=1e-11)
    assert result.r_squared[0] == pytest.approx(certified["r2"], rel=1e-12)
    assert np.sqrt(result.residual_variance[0]) == pytest.approx(certified["resid_sd"], rel=1e-9)


def test_ff3_linearmodels_french(reference: dict[str, Any]) -> None:
    expected = reference["ff3_linearmodels_french"]["results"]
    assert len(expected) == 12
    data = french.load()
    factors = data[["MktRF", "SMB", "HML"]].to_numpy(dtype=float)
    excess = data[list(expected)].to_numpy(dtype=float) - data[["RF"]].to_numpy(dtype=float)
    result = fit(excess, factors)
    for column, wanted in enumerate(expected.values()):
        found = [result.intercept[column], *result.coefficients[column]]
        assert found == pytest.approx(wanted["params"], **EXACT)
        ratios = result.coefficients[column] / result.std_error[column]
        assert ratios.tolist() == pytest.approx(wanted["tvalues"][1:], **EXACT)
        assert result.r_squared[column] == pytest.approx(wanted["r2"], **EXACT)
        assert result.n[column] == wanted["n"]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5))
def test_equal_to_statsmodels_with_random_gaps(seed: int, gaps: float) -> None:
    y, x = world(seed, gaps=gaps)
    result = fit(y, x)
    for column in range(y.shape[1]):
        rows = np.isfinite(y[:, column]) & np.isfinite(x).all(axis=1)
        oracle = sm.OLS(y[rows, column], sm.add_constant(x[rows])).fit()
        assert result.n[column] == oracle.nobs
        assert [result.intercept[column], *result.coefficients[column]] == pytest.approx(list(oracle.params), **EXACT)
        assert result.std_error[column].tolist() == pytest.approx(list(oracle.bse[1:]), **EXACT)
        assert result.r_squared[column] == pytest.approx(oracle.rsquared, **EXACT)
        assert result.residual_variance[column] == pytest.approx(oracle.mse_resid, **EXACT)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5), st.sampled_from([0.1, 1.0, 10.0]))
def test_ridge_equal_to_scikit_learn_and_its_errors_those_without(seed: int, gaps: float, ridge: float) -> None:
    y, x = world(seed, gaps=gaps)
    shrunk, exact = fit(y, x, ridge), fit(y, x)
    np.testing.assert_array_equal(shrunk.std_error, exact.std_error)
    for column in range(y.shape[1]):
        rows = np.isfinite(y[:, column]) & np.isfinite(x).all(axis=1)
        scaler = StandardScaler().fit(x[rows])
        z = scaler.transform(x[rows])
        oracle = Ridge(alpha=ridge).fit(z, y[rows, column])
        assert shrunk.coefficients[column].tolist() == pytest.approx(list(oracle.coef_ / scaler.scale_), **EXACT)
        intercept = oracle.intercept_ - oracle.coef_ / scaler.scale_ @ scaler.mean_
        assert shrunk.intercept[column] == pytest.approx(intercept, **EXACT)
        assert shrunk.r_squared[column] == pytest.approx(oracle.score(z, y[rows, column]), **EXACT)
        left = y[rows, column] - oracle.predict(z)
        assert shrunk.residual_variance[column] == pytest.approx(left @ left / (len(left) - x.shape[1] - 1), **EXACT)


def test_columns_of_one_pattern_do_not_influence_each_other() -> None:
    y, x = world(3)
    together = fit(y, x)
    for column in range(y.shape[1]):
        alone = fit(y[:, [column]], x)
        assert together.coefficients[column].tolist() == pytest.approx(alone.coefficients[0].tolist(), rel=1e-12)


@pytest.mark.parametrize(("rows", "known"), [(4, False), (5, True)])
def test_more_rows_than_unknowns(rows: int, known: bool) -> None:
    """Three regressors and an intercept leave nothing over for the errors with four rows."""
    y, x = world(1, gaps=0.0)
    y[rows:, 1:] = np.nan
    result = fit(y, x)
    assert np.isfinite(result.coefficients[1:]).all() == known
    assert np.isfinite(result.std_error[1:]).all() == known
    assert np.isfinite(result.r_squared[1:]).all() == known
    assert np.isfinite(result.coefficients[0]).all()


def test_what_does_not_move_or_cannot_be_told_apart_has_no_estimate() -> None:
    y, x = world(2, gaps=0.0)
    y[:, 1] = 0.25
    assert np.isnan(fit(y, x).coefficients[1]).all() and np.isnan(fit(y, x).intercept[1])
    twins = np.column_stack([x, x[:, 0] * 2 + 1])
    for ridge in (0.0, 10.0):
        assert np.isnan(fit(y, twins, ridge).coefficients).all()
    still = np.column_stack([x, np.full(len(x), 0.5)])
    assert np.isnan(fit(y, still).r_squared).all()


def test_regressors_that_move_as_one_on_the_days_of_a_single_column() -> None:
    y, x = world(5, gaps=0.0)
    x[:30, 2] = 3 * x[:30, 0]
    y[30:, 1] = np.nan
    result = fit(y, x)
    assert np.isnan(result.coefficients[1]).all()
    assert np.isfinite(result.coefficients[[0, 2, 3, 4, 5]]).all()


def test_no_days_and_no_columns() -> None:
    assert fit(np.full((10, 2), np.nan), np.ones((10, 1))).n.tolist() == [0, 0]
    assert np.isnan(fit(np.full((10, 2), np.nan), np.full((10, 1), np.nan)).coefficients).all()
    assert fit(np.empty((10, 0)), np.ones((10, 1))).coefficients.shape == (0, 1)
    assert np.isnan(fit(np.empty((0, 2)), np.empty((0, 1))).coefficients).all()


def test_conditioning_by_the_book() -> None:
    x = world(7, gaps=0.0)[1]
    x[3, 1] = np.nan
    rows = x[np.isfinite(x).all(axis=1)]
    found = conditioning(x)
    correlations = np.corrcoef(rows.T)
    assert found.n == 119
    assert found.condition_number == pytest.approx(np.linalg.cond(correlations))
    for k in range(3):
        others = sm.add_constant(np.delete(rows, k, axis=1))
        assert found.vif[k] == pytest.approx(1 / (1 - sm.OLS(rows[:, k], others).fit().rsquared))


def test_independent_regressors_have_condition_one_and_twins_infinity() -> None:
    square = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]] * 5)
    assert conditioning(square).condition_number == pytest.approx(1.0)
    assert conditioning(square).vif.tolist() == pytest.approx([1.0, 1.0])
    twins = conditioning(np.column_stack([square, square[:, 0]]))
    assert (twins.condition_number, twins.n) == (np.inf, 20)
    assert twins.vif.tolist() == [np.inf] * 3
    assert conditioning(np.full((5, 2), np.nan)).n == 0
