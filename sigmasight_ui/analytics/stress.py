"""What a scenario does to a portfolio: by position and by factor, directly and through the other factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.american import quick_american_price
from sigmasight_ui.analytics.exposures import FactorEstimates
from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.options import Indices, Options
from sigmasight_ui.analytics.returns import MIN_COVERAGE, Floats
from sigmasight_ui.analytics.scenarios import FactorMoves

LOWEST_SPOT = 1e-9
"""Share of its price an underlying keeps when the factors would take more than all of it."""

LOWEST_VOLATILITY = 0.01
_BUMP = 0.01

_METHOD = "exposures x expected factor moves given the shocks, options revalued"


@dataclass(frozen=True, eq=False, slots=True)
class OptionPositions:
    """m positions in options. volatility: (m,) decimal per year, NaN = unknown. units: (m,) signed contracts x contract
    size. underlying: (m,) the symbol of the estimates whose moves are theirs. market_values: (m,) signed, currency."""

    options: Options
    volatility: Floats
    units: Floats
    underlying: Indices
    market_values: Floats


@dataclass(frozen=True, eq=False, slots=True)
class OptionGains:
    """Of m options, currency, NaN where an input is unknown. total: by revaluation. direct: its part with the shocked
    factors and the volatility alone. delta, gamma, vega: what slope, curvature and volatility explain of the total;
    rest: what they do not. exposure: delta-adjusted currency before the scenario."""

    total: Floats
    direct: Floats
    delta: Floats
    gamma: Floats
    vega: Floats
    exposure: Floats

    @property
    def rest(self) -> Floats:
        return self.total - self.delta - self.gamma - self.vega


@dataclass(frozen=True, eq=False, slots=True)
class Stress:
    """Gains and losses in one scenario, currency, negative = loss; NaN for what has no model.

    symbols, symbols_direct: (N,), all and the part of the shocked factors alone. options: None without any. by_factor:
    (K,) each factor's own, options by their delta: what curvature and volatility add to the total is in none of them.
    coverage: share of gross market value with a model. reason: why there is nothing, else None.
    """

    moves: FactorMoves
    symbols: Floats
    symbols_direct: Floats
    options: OptionGains | None
    by_factor: Floats
    coverage: float
    reason: str | None

    @property
    def total(self) -> float:
        """Sum over everything with a model, NaN when there is a reason against it."""
        return self._sum(self.symbols, None if self.options is None else self.options.total)

    @property
    def direct(self) -> float:
        """The part of the shocked factors alone."""
        return self._sum(self.symbols_direct, None if self.options is None else self.options.direct)

    def _sum(self, of_symbols: Floats, of_options: Floats | None) -> float:
        if self.reason:
            return float("nan")
        return float(np.nansum(of_symbols)) + (0.0 if of_options is None else float(np.nansum(of_options)))

    def figure(self) -> Figure:
        """Gain of the whole portfolio."""
        return self._figure(self.total, _METHOD)

    def direct_figure(self) -> Figure:
        """The part of the factors the scenario names."""
        return self._figure(self.direct, f"{_METHOD}; shocked factors alone")

    def propagated_figure(self) -> Figure:
        """The part of the factors that move along."""
        return self._figure(self.total - self.direct, f"{_METHOD}; factors that move along")

    def _figure(self, value: float, method: str) -> Figure:
        if self.reason:
            return unavailable(self.reason, method=method, coverage=self.coverage)
        return known(value, method=method, coverage=self.coverage)


def stress(
    estimates: FactorEstimates,
    market_values: ArrayLike,
    moves: FactorMoves,
    held_options: OptionPositions | None = None,
    volatility_change: float = 0.0,
    without_model: float = 0.0,
) -> Stress:
    """Gains of one portfolio in one scenario.

    estimates: of N symbols, underlyings of options included. market_values: (N,) signed, 0 for underlyings not held.
    moves: of the same factors. volatility_change: added to the implied volatilities, decimal (0.1 = ten points).
    without_model: gross value of what has no series at all (private assets).
    A symbol gains market value x sum of exposure x move; an option is revalued at its underlying's new price, as an
    American one. Symbols without estimates and options with unknown inputs are left out, not taken for zero, and not
    made up for by the others: the gains add up to the total, coverage says what they stand for, and below
    `MIN_COVERAGE` there is no figure. Nothing is cut at -100 %: a symbol may lose more than everything.
    A scenario without moves has no gains but its reason. NaN rule: market values are finite. Raises ValueError for
    those that are not, or other factors.
    """
    values = np.asarray(market_values, dtype=np.float64)
    if values.shape != estimates.n.shape or not np.all(np.isfinite(values)):
        raise ValueError("one finite market value for every symbol")
    if moves.factors != estimates.factors:
        raise ValueError("moves and estimates are of the same factors")
    change, direct = (symbol_moves(estimates, part) for part in (moves.total, moves.direct))
    of_held, of_held_direct = (np.where(values == 0, 0.0, values * part) for part in (change, direct))
    gains = None if held_options is None else option_gains(held_options, change, direct, volatility_change)
    coverage = _coverage(estimates, values, held_options, gains, without_model)
    return Stress(
        moves=moves,
        symbols=of_held,
        symbols_direct=of_held_direct,
        options=gains,
        by_factor=_exposures(estimates, values, held_options, gains) * moves.total,
        coverage=coverage,
        reason=_reason(moves, coverage),
    )


def _reason(moves: FactorMoves, coverage: float) -> str | None:
    if moves.reason is None and coverage < MIN_COVERAGE:
        return f"only {coverage:.0%} of the positions can be stressed"
    return moves.reason


def _exposures(
    estimates: FactorEstimates, values: Floats, held: OptionPositions | None, gains: OptionGains | None
) -> Floats:
    """(K,) dollars exposed to each factor, options by their delta."""
    betas = estimates.known_betas
    dollars: Floats = values @ betas
    if held is not None and gains is not None:
        dollars += _or_zero(gains.exposure) @ betas[held.underlying]
    return dollars


def symbol_moves(estimates: FactorEstimates, moves: Floats) -> Floats:
    """(N,) sum of exposure x move, decimal: NaN without estimates, 0 for cash."""
    return np.where(np.isnan(estimates.specific_variance), np.nan, estimates.known_betas @ moves)


def _or_zero(numbers: Floats) -> Floats:
    """Zero for NaN; numpy's own function for it takes longer than the product it is for."""
    return np.where(np.isnan(numbers), 0.0, numbers)


def option_gains(held: OptionPositions, moves: Floats, direct: Floats, volatility_change: float = 0.0) -> OptionGains:
    """Gains of option positions by full revaluation, the same for whoever holds them.

    moves, direct: (N,) of the symbols, decimal, as `symbol_moves` gives them. volatility_change: added to the implied
    volatilities, which then are at least 1 %. An underlying that would fall by more than everything is left with next
    to nothing. NaN rule: NaN for an option whose inputs or whose underlying's move are unknown.
    """
    of, sigma, units = held.options, held.volatility, held.units
    stressed = np.maximum(sigma + volatility_change, np.minimum(sigma, LOWEST_VOLATILITY))

    def gain(change: Floats, volatility: Floats) -> Floats:
        spot = of.spot * np.maximum(1.0 + change, LOWEST_SPOT)
        return (quick_american_price(of.at(spot), volatility) - now) * units

    now = quick_american_price(of, sigma)
    still = np.zeros_like(sigma)
    up, down = gain(still + _BUMP, sigma), gain(still - _BUMP, sigma)
    exposure = (up - down) / (2 * _BUMP)
    curvature = (up + down) / _BUMP**2
    change = np.maximum(moves[held.underlying], LOWEST_SPOT - 1.0)
    return OptionGains(
        total=gain(moves[held.underlying], stressed),
        direct=gain(direct[held.underlying], stressed),
        delta=exposure * change,
        gamma=0.5 * curvature * change**2,
        vega=gain(still, stressed),
        exposure=exposure,
    )


def _coverage(
    estimates: FactorEstimates,
    values: Floats,
    held: OptionPositions | None,
    gains: OptionGains | None,
    without_model: float,
) -> float:
    exposed = np.abs(values) * ~estimates.cash
    measurable = np.isfinite(estimates.specific_variance)
    modelled, gross = float(exposed[measurable].sum()), float(exposed.sum()) + without_model
    if held is not None and gains is not None:
        of_options = np.abs(_or_zero(held.market_values))
        modelled += float(of_options[measurable[held.underlying] & np.isfinite(gains.exposure)].sum())
        gross += float(of_options.sum())
    return modelled / gross if gross > 0 else 1.0
