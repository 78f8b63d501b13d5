"""Multiple regression of many columns on the same regressors, each column on its own days.

Columns known on the same days share one factorisation, so that thousands of complete columns cost one small matrix and
every pattern of gaps one more. Sums are taken around the means and scaled, which keeps the normal equations as accurate
as an orthogonal decomposition (eleven digits on Longley's data).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sigmasight_ui.analytics.beta import NO_VARIANCE
from sigmasight_ui.analytics.returns import Bools, Floats

Indices = NDArray[np.intp]

SINGULAR = 1e-10
"""Regressors whose correlation matrix has an eigenvalue below this share of the mean one move as one."""


@dataclass(frozen=True, eq=False, slots=True)
class Regression:
    """N columns on K regressors with intercept; NaN where a column has no estimate.

    coefficients: (N, K), unit of the column per unit of the regressor, shrunk when a ridge was asked for.
    intercept: (N,), unit of the column. std_error: (N, K), classical errors of the coefficients without ridge.
    r_squared: (N,), share of the variance explained by the coefficients given. residual_variance: (N,), of what they
    leave, divisor n - K - 1. n: (N,) rows used.
    """

    coefficients: Floats
    intercept: Floats
    std_error: Floats
    r_squared: Floats
    residual_variance: Floats
    n: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Conditioning:
    """How well regressors can be told apart: condition_number, largest over smallest eigenvalue of their correlation
    matrix (1 = independent); vif, (K,) variance inflation factors (1 = independent, above 10 is commonly called
    collinear), infinite when singular; n rows."""

    condition_number: float
    vif: Floats
    n: int


@dataclass(frozen=True, eq=False, slots=True)
class _Designs:
    """Regressors standardised on each of M patterns of known days: n (M,), means and deviations (M, K), their sums of
    products (M, K, K) and the eigenvalues (M, K) and eigenvectors (M, K, K) of these; solvable (M,)."""

    n: Floats
    means: Floats
    deviations: Floats
    products: Floats
    eigenvalues: Floats
    eigenvectors: Floats
    solvable: Bools

    def inverse(self, ridge: float) -> Floats:
        scaled = self.eigenvectors / (self.eigenvalues + ridge)[:, None, :]
        inverse: Floats = scaled @ self.eigenvectors.transpose(0, 2, 1)
        return inverse

    def of(self, pattern: Indices) -> _Designs:
        """The design of every column."""
        return _Designs(*(getattr(self, name)[pattern] for name in self.__slots__))


def regress(values: Floats, mask: Bools, regressors: Floats, ridge: float = 0.0) -> Regression:
    """Least squares of every column on all regressors together, optionally with a ridge.

    values: (T, N), 0.0 where `mask` (T, N) is False. regressors: (T, K), NaN = unknown; a row with any unknown
    regressor is left out. ridge: penalty on the squared coefficients of the standardised regressors (mean 0, population
    deviation 1 over the rows used), intercept free: the same as scikit-learn's Ridge after its StandardScaler.
    NaN rule: NaN comes out for a column with n <= K + 1, without movement, or on whose rows the regressors cannot be
    told apart. Source: Greene, Econometric Analysis, ch. 4; Hoerl & Kennard (1970), Ridge regression, Technometrics 12.
    """
    complete: Bools = np.all(np.isfinite(regressors), axis=1)
    used = mask & complete[:, None]
    centre = regressors[complete].mean(axis=0) if complete.any() else np.zeros(regressors.shape[1])
    x = np.where(complete[:, None], regressors - centre, 0.0)
    firsts, pattern = _patterns(used)
    designs = _designs(used[:, firsts].astype(np.float64), x)
    return _solve(values, used, x, centre, designs, pattern, ridge)


def conditioning(regressors: Floats) -> Conditioning:
    """How far the regressors (T, K) can be told apart on the rows where all are known; see `Conditioning`."""
    rows = regressors[np.all(np.isfinite(regressors), axis=1)]
    centred = rows - rows.mean(axis=0) if len(rows) else rows
    design = _designs(np.ones((len(rows), 1)), centred)
    if not design.solvable[0]:
        return Conditioning(np.inf, np.full(regressors.shape[1], np.inf), len(rows))
    spread = design.eigenvalues[0]
    vif = np.diagonal(design.inverse(0.0)[0]) * len(rows)
    return Conditioning(float(spread.max() / spread.min()), vif, len(rows))


def _patterns(mask: Bools) -> tuple[Indices, Indices]:
    """The first column of every distinct pattern of known days, and the pattern of every column: of one, its own."""
    if mask.size == 0 or mask.shape[1] == 1:
        return np.zeros(min(1, mask.shape[1]), dtype=np.intp), np.zeros(mask.shape[1], dtype=np.intp)
    packed = np.ascontiguousarray(np.packbits(mask, axis=0).T)
    rows = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, firsts, pattern = np.unique(rows, return_index=True, return_inverse=True)
    return firsts, pattern


def _designs(days: Floats, x: Floats) -> _Designs:
    k = x.shape[1]
    n = days.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (days.T @ x) / n[:, None]
        products = (days.T @ (x[:, :, None] * x[:, None, :]).reshape(len(x), k * k)).reshape(-1, k, k)
        products -= means[:, :, None] * means[:, None, :] * n[:, None, None]
        deviations = np.sqrt(np.maximum(np.diagonal(products, axis1=1, axis2=2), 0.0) / n[:, None])
        products /= deviations[:, :, None] * deviations[:, None, :]
    moving = (n > k + 1) & (deviations**2 > NO_VARIANCE).all(axis=1)
    products[~moving] = np.eye(k)
    eigenvalues, eigenvectors = np.linalg.eigh(products)
    solvable = moving & (eigenvalues[:, 0] > SINGULAR * n)
    eigenvalues[~solvable] = 1.0
    return _Designs(n, means, deviations, products, eigenvalues, eigenvectors, solvable)


def _solve(
    values: Floats, used: Bools, x: Floats, centre: Floats, designs: _Designs, pattern: Indices, ridge: float
) -> Regression:
    exact, shrinking = designs.inverse(0.0)[pattern], designs.inverse(ridge)[pattern]
    of = designs.of(pattern)
    with np.errstate(invalid="ignore", divide="ignore"):
        y_mean = (values * used).sum(axis=0) / of.n
        y = np.where(used, values - y_mean, 0.0)
        total = np.einsum("tn,tn->n", y, y)
        moments = (y.T @ x) / of.deviations
        ols, shrunk = _times(exact, moments), _times(shrinking, moments)
        freedom = of.n - x.shape[1] - 1
        left = np.maximum(total - _dot(ols, moments), 0.0)
        residual = left + _dot(shrunk - ols, _times(of.products, shrunk - ols))
        variance = left / freedom
        means = (of.means + centre) / of.deviations
        missing = np.where(of.solvable & (total > NO_VARIANCE * of.n), 0.0, np.nan)
        return Regression(
            coefficients=shrunk / of.deviations + missing[:, None],
            intercept=y_mean - _dot(shrunk, means) + missing,
            std_error=np.sqrt(variance[:, None] * np.diagonal(exact, axis1=1, axis2=2)) / of.deviations
            + missing[:, None],
            r_squared=1.0 - residual / total + missing,
            residual_variance=residual / freedom + missing,
            n=of.n,
        )


def _times(matrices: Floats, vectors: Floats) -> Floats:
    product: Floats = np.einsum("nkl,nl->nk", matrices, vectors)
    return product


def _dot(left: Floats, right: Floats) -> Floats:
    product: Floats = np.einsum("nk,nk->n", left, right)
    return product
