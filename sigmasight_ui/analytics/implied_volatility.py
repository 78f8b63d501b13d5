"""The volatility at which a model gives the price an option trades at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.american import american_price
from sigmasight_ui.analytics.options import Options, european, european_price
from sigmasight_ui.analytics.returns import Bools, Floats

HIGHEST = 20.0
"""2,000 % a year: beyond it a price says nothing any more."""

SMALLEST_TIME_VALUE = 1e-8
"""Of the strike: less is rounding, not a price of volatility."""

_LOWEST = 1e-4
_TOLERANCE = 1e-12
_AMERICAN_TOLERANCE = 1e-9
_MOST_STEPS = 100


@dataclass(frozen=True, eq=False, slots=True)
class ImpliedVolatilities:
    """values: (n,), decimal per year, NaN where there is none. reasons: {option: why not}."""

    values: Floats
    reasons: Mapping[int, str]


def implied_volatility(of: Options, prices: ArrayLike) -> ImpliedVolatilities:
    """Volatility of European options from their prices, by Newton's method inside a bracket.

    prices: (n,) in the currency of the strike. Solved on the out-of-the-money side (put-call parity), where no digits
    cancel; Newton starts at the volatility of the steepest price and works on the logarithm of prices below it.
    No value, with a reason, when an input is unknown, the option has expired, the price is not above what exercise is
    worth in discounted terms, or not below what any volatility can reach. NaN rule: those are NaN.
    Source: Manaster & Koehler (1982), J. of Finance 37; Jäckel (2015), Let's be rational, for the logarithm.
    """
    target = np.broadcast_to(np.asarray(prices, dtype=np.float64), of.spot.shape)
    shares, cash = of.spot * np.exp(-of.dividend * of.years), of.strike * np.exp(-of.rate * of.years)
    floor = np.maximum(of.sign * (shares - cash), 0.0)
    ceiling = np.where(of.call, shares, cash)
    reasons = _reasons(of, target, floor, ceiling)
    values = np.full(target.shape, np.nan)
    solvable = np.array([option not in reasons for option in range(len(values))], dtype=np.bool_)
    cheap = Options(of.spot, of.strike, of.years, of.rate, of.dividend, shares < cash).pick(solvable)
    found = _newton(cheap, (target - floor)[solvable])
    values[solvable] = found
    for option in np.flatnonzero(solvable)[np.isnan(found)].tolist():
        reasons[option] = _TOO_HIGH
    return ImpliedVolatilities(values, reasons)


def american_implied_volatility(of: Options, prices: ArrayLike) -> ImpliedVolatilities:
    """Volatility of American options from their prices: the one at which `american_price` gives them.

    prices: (n,). Found between zero and the volatility a European option of that price would have, which is never
    lower. No value, with a reason, as in `implied_volatility`; at a price not above immediate exercise every low
    volatility gives the same price. NaN rule: those are NaN.
    Source: regula falsi with the Illinois rule, Dowell & Jarratt (1971), BIT 11.
    """
    target = np.broadcast_to(np.asarray(prices, dtype=np.float64), of.spot.shape)
    floor = np.maximum(of.intrinsic(), european_price(of, 0.0))
    reasons = _reasons(of, target, floor, np.where(of.call, of.spot, of.strike))
    values = np.full(target.shape, np.nan)
    solvable = np.array([option not in reasons for option in range(len(values))], dtype=np.bool_)
    chosen, wanted = of.pick(solvable), target[solvable]
    top = implied_volatility(chosen, wanted).values
    top = np.where(np.isnan(top), HIGHEST, top * (1 + 1e-9) + _LOWEST)
    values[solvable] = _illinois(lambda sigma, some: american_price(chosen.pick(some), sigma) - wanted[some], top)
    for option in np.flatnonzero(solvable)[np.isnan(values[solvable])].tolist():
        reasons[option] = _TOO_HIGH
    return ImpliedVolatilities(values, reasons)


_TOO_HIGH = "the price is higher than any volatility explains"


def _reasons(of: Options, target: Floats, floor: Floats, ceiling: Floats) -> dict[int, str]:
    faults = (
        (np.isnan(target + floor + of.years), "the price of the option or of its underlying is unknown"),
        (of.years <= 0, "the option has expired"),
        (target - floor <= SMALLEST_TIME_VALUE * of.strike, "the price is not above the value of exercising"),
        (target >= ceiling, _TOO_HIGH),
    )
    reasons: dict[int, str] = {}
    for at_fault, words in reversed(faults):
        for option in np.flatnonzero(at_fault).tolist():
            reasons[option] = words
    return reasons


def _newton(cheap: Options, target: Floats) -> Floats:
    """Volatilities of out-of-the-money options, NaN where even the highest is too low."""
    moneyness = np.log(cheap.spot / cheap.strike) + (cheap.rate - cheap.dividend) * cheap.years
    at_the_money = np.sqrt(2 * np.pi / cheap.years) * target / cheap.spot
    sigma = np.clip(np.maximum(np.sqrt(2 * np.abs(moneyness) / cheap.years), at_the_money), _LOWEST, HIGHEST)
    low, high = np.zeros_like(sigma), np.full_like(sigma, HIGHEST)
    active = np.arange(len(sigma))
    for _ in range(_MOST_STEPS):
        if len(active) == 0:
            break
        some = cheap.pick(active)
        value = european(some, sigma[active])
        price, slope, wanted = value.price, value.vega_per_unit, target[active]
        above = price > wanted
        high[active] = np.where(above, sigma[active], high[active])
        low[active] = np.where(above, low[active], sigma[active])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            logarithmic = np.log(wanted / price) * price / slope
            step = np.where(above, logarithmic, (wanted - price) / slope)
        done = np.abs(step) <= _TOLERANCE * np.maximum(sigma[active], 1e-2)
        moved = sigma[active] + step
        inside = (moved > low[active]) & (moved < high[active])
        moved = np.where(inside | done, moved, (low[active] + high[active]) / 2)
        sigma[active] = moved
        active = active[~done]
    reachable = european_price(cheap, HIGHEST) > target
    return np.where(reachable, sigma, np.nan)


def _illinois(excess: Callable[[Floats, Bools], Floats], top: Floats) -> Floats:
    """Roots between _LOWEST and `top` of functions rising in their argument, all at once."""
    everyone = np.ones(len(top), dtype=np.bool_)
    low, high = np.full_like(top, _LOWEST), top.copy()
    below, above = excess(low, everyone), excess(high, everyone)
    root = np.where(above < 0, np.nan, np.where(below > 0, low, high))
    active = (above >= 0) & (below <= 0)
    side = np.zeros(len(top))
    for _ in range(_MOST_STEPS):
        if not active.any():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            middle = (low * above - high * below) / (above - below)
        middle = np.where(np.isfinite(middle) & (middle > low) & (middle < high), middle, (low + high) / 2)
        found = np.zeros_like(top)
        found[active] = excess(middle[active], active)
        over = found > 0
        kept_above, kept_below = np.where(side < 0, above / 2, above), np.where(side > 0, below / 2, below)
        above, below = np.where(over, found, kept_above), np.where(over, kept_below, found)
        high, low = np.where(over, middle, high), np.where(over, low, middle)
        side = np.where(over, 1.0, -1.0)
        root = np.where(active, middle, root)
        active = active & (high - low > _AMERICAN_TOLERANCE) & (np.abs(found) > _AMERICAN_TOLERANCE)
    return root
