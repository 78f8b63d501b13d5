"""Single-factor betas by ordinary least squares, for all columns at once and with gaps.

The published beta of a portfolio is the regression of its own return series at today's weights (`portfolio_returns`,
NAV denominators) on the market, because only that regression yields a standard error that knows how the residuals of
the positions move together. Without gaps it equals the NAV-weighted sum of the symbols' betas to the last digits. With
gaps the two differ slightly: the series leaves out days, the sum leaves out symbols.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import Bools, Floats, Returns

MIN_OBSERVATIONS = 30
NO_VARIANCE = 1e-24
"""A daily variance below (1e-12)^2 is rounding, not movement."""

_METHOD = "OLS of daily returns on the market's, with intercept"


@dataclass(frozen=True, eq=False, slots=True)
class BetaEstimates:
    """Regression of N return columns on one market series; arrays are (N,), NaN where there is no estimate.

    beta: decimal per decimal. alpha: intercept, decimal per day. std_error: classical (homoskedastic)
    standard error. r_squared: 0 to 1. n: pairs of known returns. n_market: known market returns in the window.
    cash: True where beta is zero by definition. coverage: mean daily coverage of portfolios, None for symbols.
    """

    beta: Floats
    alpha: Floats
    std_error: Floats
    r_squared: Floats
    n: Floats
    n_market: int
    window: int
    cash: Bools
    coverage: Floats | None

    def figure(self, column: int) -> Figure:
        """Beta of one column with its standard error; fewer than 60 observations are `limited`."""
        return self._figure(column, self.beta, self.std_error, _METHOD)

    def r_squared_figure(self, column: int) -> Figure:
        """Share of the column's variance explained by the market, 0 to 1; unavailable for cash."""
        return self._figure(column, self.r_squared, None, f"R² of {_METHOD}")

    def _figure(self, column: int, values: Floats, errors: Floats | None, method: str) -> Figure:
        n = int(self.n[column])
        coverage = None if self.coverage is None else float(self.coverage[column])
        if np.isnan(values[column]):
            reason = self._why_not(column, n)
            return unavailable(reason, method=method, n_obs=n, window=self.window, coverage=coverage)
        error = None if errors is None else errors[column]
        return known(values[column], method=method, n_obs=n, window=self.window, std_error=error, coverage=coverage)

    def _why_not(self, column: int, n: int) -> str:
        if self.cash[column]:
            return "cash does not vary"
        if self.n_market < MIN_OBSERVATIONS:
            return f"the market series has {self.n_market} daily returns, {MIN_OBSERVATIONS} are needed"
        if n < MIN_OBSERVATIONS and self.coverage is not None:
            return f"{n} days on which half of the portfolio has a return, {MIN_OBSERVATIONS} are needed"
        if n < MIN_OBSERVATIONS:
            return f"{n} daily returns, {MIN_OBSERVATIONS} are needed"
        return "the price did not move, or the market did not"


def market_beta(returns: Returns, market: ArrayLike, window: int) -> BetaEstimates:
    """Ordinary least squares r_i = alpha + beta r_m over the last `window` sessions, each column on its own days.

    returns: (T, N), symbols or portfolios. market: (T,) daily decimal returns of the same sessions, NaN = unknown.
    window: trading days, 90 and 252 here.
    Days on which either side is unknown are left out, column by column. At least 30 pairs are needed, never fewer;
    betas are neither clipped nor shrunk. Cash has beta and alpha 0 by definition. A column or a market that does not
    move has no estimate. Sums are taken around the means, which keeps the normal equations accurate.
    Raises ValueError when `market` has not one value per session.
    Source: Sharpe (1963); errors: Greene, Econometric Analysis, ch. 4.
    """
    series = np.asarray(market, dtype=np.float64)
    if series.shape != (len(returns.values),):
        raise ValueError("one market return for every session")
    recent = returns.last(window)
    x = series[len(series) - len(recent.values) :]
    on_market = np.isfinite(x)
    mask = recent.mask & on_market[:, None]
    used = Returns(recent.values, mask, recent.cash, recent.coverage)
    return _estimates(used, np.where(on_market, x, 0.0), on_market, window)


def _estimates(used: Returns, x: Floats, on_market: Bools, window: int) -> BetaEstimates:
    n_market = int(on_market.sum())
    x_mean = x.sum() / max(n_market, 1)
    xc = np.where(on_market, x - x_mean, 0.0)
    days = used.mask.astype(np.float64)
    n = days.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        y_mean = (used.values * days).sum(axis=0) / n
        yc = np.where(used.mask, used.values - y_mean, 0.0)
        sx, sxx, sxy, syy = xc @ days, (xc * xc) @ days, xc @ yc, np.einsum("tn,tn->n", yc, yc)
        cxx = sxx - sx * sx / n
        usable = (n >= MIN_OBSERVATIONS) & (cxx > NO_VARIANCE * n) & (syy > NO_VARIANCE * n) & ~used.cash
        beta = sxy / cxx
        residual = np.maximum(syy - beta * sxy, 0.0)
        variance = residual / (n - 2)
        alpha = y_mean - beta * (x_mean + sx / n)
        error, r_squared = np.sqrt(variance / cxx), 1.0 - residual / syy

    def published(values: Floats, of_cash: float) -> Floats:
        return np.where(usable, values, np.where(used.cash, of_cash, np.nan))

    return BetaEstimates(
        beta=published(beta, 0.0),
        alpha=published(alpha, 0.0),
        std_error=published(error, 0.0),
        r_squared=published(r_squared, np.nan),
        n=n,
        n_market=n_market,
        window=window,
        cash=used.cash,
        coverage=used.mean_coverage(),
    )
