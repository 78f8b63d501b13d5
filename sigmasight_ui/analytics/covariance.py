"""How the factors move together, and what each factor and each position adds to the risk of a portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sigmasight_ui.analytics.exposures import CoveredWeights, FactorEstimates, covered_weights
from sigmasight_ui.analytics.factors import Factor, FactorReturns
from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import MIN_COVERAGE, TRADING_DAYS, Floats

DECAY = 0.94
"""Weight of a day relative to the day after it: RiskMetrics' choice for daily data."""

NEGATIVE = -1e-10
"""An eigenvalue below this is no rounding: no set of series can have such correlations."""

_METHOD = "factor model: √(b′Fb + Σ w² specific variance) x √252"
_METHOD_PART = "weight x covariance with the portfolio / its volatility"


@dataclass(frozen=True, eq=False)
class FactorCovariance:
    """Covariance of K factors: matrix (K, K), decimal² per day; n days it stands on; unavailable: {factor: reason}."""

    factors: tuple[Factor, ...]
    matrix: Floats
    n: int
    window: int
    unavailable: Mapping[str, str]
    method: str

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(factor.key for factor in self.factors)

    @cached_property
    def deviations(self) -> Floats:
        """(K,) decimal per day."""
        return np.sqrt(np.diagonal(self.matrix))

    @cached_property
    def correlations(self) -> Floats:
        """(K, K), -1 to 1."""
        return self.matrix / self.deviations[:, None] / self.deviations[None, :]

    def figure(self, key: str) -> Figure:
        """Volatility of one factor, decimal per year."""
        if key in self.unavailable:
            return unavailable(self.unavailable[key], method=self.method, n_obs=self.n, window=self.window)
        k = self.keys.index(key)
        volatility = np.sqrt(self.matrix[k, k] * TRADING_DAYS)
        return known(volatility, method=self.method, n_obs=self.n, window=self.window)


def sample_covariance(factors: FactorReturns) -> FactorCovariance:
    """Sample covariance (divisor n - 1) over the days of the window on which every factor is known.

    NaN rule: none comes out; `factor_returns` leaves no factor with fewer than 60 such days.
    """
    rows = factors.complete()
    centred = rows - rows.mean(axis=0) if len(rows) else rows
    matrix = centred.T @ centred / max(len(rows) - 1, 1)
    return _covariance(factors, matrix, len(rows), "sample covariance of daily factor returns")


def decay_weights(sessions: int, decay: float) -> Floats:
    """(T,) weights decay^age, 1 for the last session. Raises ValueError unless 0 < decay < 1."""
    if not 0 < decay < 1:
        raise ValueError("decay lies between 0 and 1")
    return decay ** np.arange(sessions - 1, -1, -1, dtype=np.float64)


def _covariance(factors: FactorReturns, matrix: Floats, n: int, method: str) -> FactorCovariance:
    symmetric = (matrix + matrix.T) / 2
    return FactorCovariance(factors.factors, symmetric, n, factors.window, factors.unavailable, method)


@dataclass(frozen=True, eq=False, slots=True)
class Repair:
    """matrix: positive semidefinite with the diagonal of the original. repaired: whether anything had to be changed.
    smallest: the smallest eigenvalue before, None when nothing was."""

    matrix: Floats
    smallest: float | None
    repaired: bool


def repair(matrix: Floats) -> Repair:
    """Correlations (or covariances) that were estimated pair by pair, made possible together.

    matrix: (K, K) symmetric without NaN, positive diagonal. When an eigenvalue is below -1e-10 (of the diagonal),
    negative ones are set to zero and rows and columns are scaled back to the original diagonal; otherwise the matrix is
    returned unchanged.
    Source: Rebonato & Jäckel (2000), The most general methodology to create a valid correlation matrix, Journal of
    Risk 2 (spectral decomposition).
    """
    if _is_possible(matrix):
        return Repair(matrix, None, False)
    eigenvalues, eigenvectors = np.linalg.eigh(matrix)
    clipped = (eigenvectors * np.maximum(eigenvalues, 0.0)) @ eigenvectors.T
    scale = np.sqrt(np.diagonal(matrix) / np.diagonal(clipped))
    scaled = clipped * scale[:, None] * scale[None, :]
    np.fill_diagonal(scaled, np.diagonal(matrix))
    return Repair((scaled + scaled.T) / 2, float(eigenvalues[0]), True)


def _is_possible(matrix: Floats) -> bool:
    """Whether no eigenvalue is negative beyond rounding; ten times as fast as asking for the eigenvalues."""
    try:
        np.linalg.cholesky(matrix - NEGATIVE * np.diag(np.diagonal(matrix)))
    except np.linalg.LinAlgError:
        return False
    return True


@dataclass(frozen=True, eq=False, slots=True)
class RiskContributions:
    """Volatility of P portfolios by the factor model and what makes it up; decimal per year, NaN below half coverage.

    volatility, factor, specific: (P,), with volatility² = factor² + specific². by_factor: (P, K) and by_specific: (P,)
    add up to volatility. by_position: scipy.sparse (P, N) as the weights, adds up to volatility too, NaN for a symbol
    held without estimates; by_position_specific: its part that is specific. A hedge has a negative contribution.
    coverage: (P,) share of gross exposure with estimates.
    """

    factors: tuple[Factor, ...]
    volatility: Floats
    factor: Floats
    specific: Floats
    by_factor: Floats
    by_specific: Floats
    by_position: Any
    by_position_specific: Any
    coverage: Floats
    n: int
    window: int
    unavailable: Mapping[str, str]

    def figure(self, portfolio: int) -> Figure:
        """Volatility of one portfolio, decimal per year."""
        return self._figure(portfolio, self.volatility[portfolio], _METHOD)

    def factor_figure(self, portfolio: int, key: str) -> Figure:
        """What one factor adds to the volatility of one portfolio."""
        if key in self.unavailable:
            return self._nothing(portfolio, self.unavailable[key], _METHOD_PART)
        k = [factor.key for factor in self.factors].index(key)
        return self._figure(portfolio, self.by_factor[portfolio, k], _METHOD_PART)

    def specific_figure(self, portfolio: int) -> Figure:
        """What all that is specific to single symbols adds to the volatility of one portfolio."""
        return self._figure(portfolio, self.by_specific[portfolio], _METHOD_PART)

    def positions(self, portfolio: int) -> Floats:
        """(N,) contribution of every symbol to the volatility of one portfolio, 0 for those not held; NaN as above."""
        start, end = self.by_position.indptr[portfolio : portfolio + 2]
        row = np.zeros(self.by_position.shape[1])
        row[self.by_position.indices[start:end]] = self.by_position.data[start:end]
        return row

    def _figure(self, portfolio: int, value: float, method: str) -> Figure:
        coverage = float(self.coverage[portfolio])
        if not self.factors:
            return self._nothing(portfolio, "no factor can be measured", method)
        if np.isnan(value):
            return self._nothing(portfolio, f"only {coverage:.0%} of the exposure has estimates", method)
        return known(value, method=method, n_obs=self.n, window=self.window, coverage=coverage)

    def _nothing(self, portfolio: int, reason: str, method: str) -> Figure:
        coverage = float(self.coverage[portfolio])
        return unavailable(reason, method=method, n_obs=self.n, window=self.window, coverage=coverage)


def risk_contributions(estimates: FactorEstimates, covariance: FactorCovariance, weights: Any) -> RiskContributions:
    """Euler decomposition of the volatility of P portfolios into factors, symbols and what is specific to symbols.

    estimates: of N symbols. covariance: of the same factors. weights: (P, N), dense or scipy.sparse, signed, one entry
    per symbol (lots added up), / NAV; options delta-adjusted; cash is the rest.
    sigma² = b'Fb + sum w_i² s_i², with b the exposures and s the specific variances, which are taken to be independent
    of each other. A factor contributes b_k (Fb)_k / sigma, a symbol w_i (B_i Fb + w_i s_i) / sigma: each is exposure x
    volatility x correlation. Symbols without estimates are left out, the others scaled up to the gross exposure of all
    (see `covered_weights`); below `MIN_COVERAGE` everything is NaN. A portfolio without risk has contributions 0.
    Raises ValueError when the factors differ or weights are not finite.
    Source: Grinold & Kahn, Active Portfolio Management, ch. 3; Litterman (1996), Hot spots and hedges.
    """
    if estimates.keys != covariance.keys:
        raise ValueError("exposures and covariance are of the same factors")
    return _decompose(estimates, covariance, covered_weights(estimates, weights))


def _decompose(estimates: FactorEstimates, covariance: FactorCovariance, held: CoveredWeights) -> RiskContributions:
    from scipy.sparse import csr_array

    shape, indices, indptr, w = held.scaled.shape, held.scaled.indices, held.scaled.indptr, held.scaled.data
    betas, specific = estimates.known_betas, np.nan_to_num(estimates.specific_variance)
    exposures = held.scaled @ betas
    moved = exposures @ covariance.matrix
    own = csr_array((w * w * specific[indices], indices, indptr), shape)
    factor_variance = np.maximum(np.einsum("pk,pk->p", exposures, moved), 0.0)
    specific_variance = own @ np.ones(shape[1])
    volatility = np.sqrt(factor_variance + specific_variance)
    enough = (held.coverage >= MIN_COVERAGE) & bool(estimates.factors)
    year = np.sqrt(TRADING_DAYS)
    scale = np.divide(year, volatility, out=np.zeros_like(volatility), where=volatility > 0)
    scale[~enough] = np.nan
    annual = np.where(enough, year, np.nan)
    rows = np.repeat(np.arange(shape[0]), np.diff(indptr))
    shared = w * np.einsum("zk,zk->z", betas[indices], moved[rows])
    of_row = np.where(held.missing, np.nan, scale[rows])
    return RiskContributions(
        factors=estimates.factors,
        volatility=volatility * annual,
        factor=np.sqrt(factor_variance) * annual,
        specific=np.sqrt(specific_variance) * annual,
        by_factor=exposures * moved * scale[:, None],
        by_specific=specific_variance * scale,
        by_position=csr_array(((shared + own.data) * of_row, indices, indptr), shape),
        by_position_specific=csr_array((own.data * of_row, indices, indptr), shape),
        coverage=held.coverage,
        n=covariance.n,
        window=covariance.window,
        unavailable=covariance.unavailable,
    )
