"""The same regressions as they are usually written: a loop over portfolios, positions and models.

It takes the returns as data frames and asks statsmodels for every regression, position by position, although several
portfolios hold the same symbols; scikit-learn for the one with a ridge, which statsmodels gives no errors of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from sigmasight_ui.analytics.beta import BetaEstimates
from sigmasight_ui.analytics.exposures import RIDGE, FactorEstimates
from sigmasight_ui.analytics.returns import MIN_COVERAGE, Floats
from tests.bench.engine_world import BETA_WINDOWS, DAYS, PortfolioStage, SymbolStage, World


@dataclass(frozen=True)
class Fits:
    """Of one series. betas: by window slope, its error, R². exposures: shrunk, errors of the unshrunk, intercept and
    variance of what is left."""

    betas: Floats
    exposures: Floats
    errors: Floats
    rest: Floats


@dataclass(frozen=True)
class Portfolio:
    """positions: columns of the symbols, with their fits."""

    positions: dict[int, Fits]
    whole: Fits


def portfolios(at: World, numbers: range) -> list[Portfolio]:
    symbols = pd.DataFrame(np.where(at.symbols.mask, at.symbols.values, np.nan))
    market, factors = pd.Series(at.market, name="market"), pd.DataFrame(at.factors().values)
    found = []
    for number in numbers:
        row = at.weights[[number]]
        positions = {column: _fits(symbols[column], market, factors) for column in row.indices.tolist()}
        whole = _series(symbols[row.indices], pd.Series(row.data, index=row.indices))
        found.append(Portfolio(positions, _fits(whole, market, factors)))
    return found


def _series(held: pd.DataFrame, weights: pd.Series[float]) -> pd.Series[float]:
    """What is unknown did as the rest; days on which less than half is known are left out."""
    covered = held.notna().mul(weights, axis=1).sum(axis=1) / weights.sum()
    return (held.mul(weights, axis=1).sum(axis=1) / covered).where(covered >= MIN_COVERAGE)


def _fits(series: pd.Series[float], market: pd.Series[float], factors: pd.DataFrame) -> Fits:
    betas = np.array([_beta(series, market, window) for window in BETA_WINDOWS])
    return Fits(betas, *_joint(series, factors))


def _beta(series: pd.Series[float], market: pd.Series[float], window: int) -> tuple[float, float, float]:
    both = pd.concat([series.rename("own"), market], axis=1).tail(window).dropna()
    fit = sm.OLS(both["own"], sm.add_constant(both["market"])).fit()
    return fit.params["market"], fit.bse["market"], fit.rsquared


def _joint(series: pd.Series[float], factors: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    both = pd.concat([series.rename("own"), factors], axis=1).tail(DAYS).dropna()
    own, regressors = both["own"], both.drop(columns="own")
    errors = sm.OLS(own, sm.add_constant(regressors)).fit().bse.drop("const")
    scaler = StandardScaler().fit(regressors)
    ridge = Ridge(alpha=RIDGE).fit(scaler.transform(regressors), own)
    left = own - ridge.predict(scaler.transform(regressors))
    shrunk = ridge.coef_ / scaler.scale_
    variance = (left**2).sum() / (len(both) - regressors.shape[1] - 1)
    return shrunk, errors.to_numpy(), np.array([ridge.intercept_ - shrunk @ scaler.mean_, variance])


def largest_difference(found: list[Portfolio], symbols: SymbolStage, portfolios: PortfolioStage) -> float:
    """Between the loop's results and the engine's, as a share of the larger of the two."""
    pairs: Iterator[tuple[Fits, Any]] = (
        (fits, _fits_of(stage.betas, stage.exposures, column))
        for number, portfolio in enumerate(found)
        for stage, columns in ((symbols, portfolio.positions), (portfolios, {number: portfolio.whole}))
        for column, fits in columns.items()
    )
    return max(_difference(left, right) for left, right in pairs)


def _fits_of(betas: tuple[BetaEstimates, ...], joint: FactorEstimates, column: int) -> Fits:
    slopes = np.array([(each.beta[column], each.std_error[column], each.r_squared[column]) for each in betas])
    rest = np.array([joint.alpha[column], joint.specific_variance[column]])
    return Fits(slopes, joint.betas[column], joint.std_error[column], rest)


def _difference(left: Fits, right: Fits) -> float:
    ours, theirs = (np.concatenate([np.ravel(each) for each in vars(fits).values()]) for fits in (left, right))
    return float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(ours), np.abs(theirs))))
