"""American options: value and Greeks by a binomial tree, and the quick approximation for revaluing many of them.

The European formula is wrong for them by up to several percent of the spot: exercising early is worth something for
puts when money earns interest, and for calls when the underlying pays. The tree is asked for that premium alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.options import DAYS_A_YEAR, Options, Valuation, european, european_price, normal
from sigmasight_ui.analytics.returns import Bools, Floats

FEW_STEPS, STEPS = 51, 101
"""Odd, as this tree asks for. Exercise is possible at its steps alone: two trees are extrapolated to endless steps."""

_BLOCK = 512
"""Options per block of the tree, so that its levels stay in the processor's cache."""

_VOLATILITY_BUMP, _RATE_BUMP = 0.005, 0.005
_FAR = 80.0
"""Deviations from the strike beyond which the outcome is certain to the last digit."""

_ROOT_TWO_PI = np.sqrt(2 * np.pi)
_MOST_STEPS = 60


def american(of: Options, volatility: ArrayLike) -> Valuation:
    """Value and Greeks of American options: European formula plus the premium of early exercise from a tree.

    volatility: (n,) or one, decimal per year. Units and sign as `Valuation`. The Leisen-Reimer tree values the American
    and the European option; the difference is the premium, read at three neighbouring spots for delta and gamma (the
    tree starts two steps early for them) and at bumped inputs for vega and rho; theta follows from the Black-Scholes
    equation. Where exercising at once is best the price is the intrinsic value with delta 1 or -1, other Greeks 0.
    Where early exercise is never worth anything, and once expired: as `european`. NaN rule: NaN in, NaN out, per
    option. ValueError for a negative volatility.
    Source: Leisen & Reimer (1996), Binomial models for option valuation, Applied Mathematical Finance 3; Pelsser &
    Vorst (1994), The binomial model and the Greeks, J. of Derivatives 1; Hull & White (1988), control variates.
    """
    sigma = np.broadcast_to(np.asarray(volatility, dtype=np.float64), of.spot.shape)
    plain, early = european(of, sigma), _early_exercise(of, sigma)
    if not early.any():
        return plain
    with_premium = _with_premium(of.pick(early), sigma[early])
    merged = []
    for name in Valuation.__slots__:
        values = getattr(plain, name).copy()
        values[early] = getattr(with_premium, name)
        merged.append(values)
    return Valuation(*merged)


def american_price(of: Options, volatility: ArrayLike) -> Floats:
    """The price alone, as in `american`."""
    sigma = np.broadcast_to(np.asarray(volatility, dtype=np.float64), of.spot.shape)
    price, early = european_price(of, sigma), _early_exercise(of, sigma)
    if early.any():
        chosen = of.pick(early)
        premium, at_once, _ = _in_blocks(_extrapolated, chosen, sigma[early])
        kept = np.maximum(price[early] + premium[1], chosen.intrinsic())
        price[early] = np.where(at_once, chosen.intrinsic(), kept)
    return price


def _early_exercise(of: Options, sigma: Floats) -> Bools:
    """Where exercising early can pay: puts on money that earns, calls on an underlying that pays, or odd rates."""
    european_is_right = np.where(of.call, (of.dividend <= 0) & (of.rate >= 0), (of.rate <= 0) & (of.dividend >= 0))
    known = np.isfinite(of.spot + of.strike + of.years + of.rate + of.dividend + sigma)
    early: Bools = known & of.alive & ~european_is_right
    return early


def _with_premium(of: Options, sigma: Floats) -> Valuation:
    plain = european(of, sigma)
    (below, here, above), at_once, ratio = _in_blocks(_extrapolated, of, sigma)
    down, up = of.spot * (1 - 1 / ratio), of.spot * (ratio - 1)
    falling, rising = (here - below) / down, (above - here) / up
    price = np.where(at_once, of.intrinsic(), np.maximum(plain.price + here, of.intrinsic()))
    delta = np.where(at_once, of.sign, plain.delta + (rising * down + falling * up) / (up + down))
    gamma = np.where(at_once, 0.0, plain.gamma + 2 * (rising - falling) / (up + down))
    growth = (of.rate - of.dividend) * of.spot * delta + 0.5 * (sigma * of.spot) ** 2 * gamma
    theta = np.where(at_once, 0.0, of.rate * price - growth) / DAYS_A_YEAR
    bump = np.minimum(_VOLATILITY_BUMP, sigma / 2)
    more, less = (_in_blocks(_tree, of, sigma + side * bump)[0][1] for side in (1, -1))
    of_volatility = np.divide(more - less, 2 * bump, out=np.zeros_like(bump), where=bump > 0) / 100.0
    more, less = (_in_blocks(_tree, replace(of, rate=of.rate + side * _RATE_BUMP), sigma)[0][1] for side in (1, -1))
    of_rate = (more - less) / (2 * _RATE_BUMP) / 100.0
    vega, rho = (np.where(at_once, 0.0, slope) for slope in (plain.vega + of_volatility, plain.rho + of_rate))
    return Valuation(price, delta, gamma, vega, theta, rho)


Premium = tuple[Floats, Bools, Floats]
"""(3, n) what early exercise adds with the spot one node below, at and above today's; (n,) where exercising at once is
best; (n,) the ratio between those nodes."""


def _in_blocks(premium: Callable[[Options, Floats], Premium], of: Options, sigma: Floats) -> Premium:
    starts = range(0, len(sigma), _BLOCK)
    blocks = [np.arange(start, min(start + _BLOCK, len(sigma))) for start in starts]
    parts = [premium(of.pick(block), sigma[block]) for block in blocks]
    added, at_once, ratio = (np.concatenate(pieces, axis=-1) for pieces in zip(*parts, strict=True))
    return added, at_once, ratio


def _extrapolated(of: Options, sigma: Floats) -> Premium:
    coarse, _, _ = _tree(of, sigma, FEW_STEPS)
    fine, at_once, ratio = _tree(of, sigma)
    return fine + (fine[1] - coarse[1]) * FEW_STEPS / (STEPS - FEW_STEPS), at_once, ratio


def _tree(of: Options, sigma: Floats, steps: int = STEPS) -> Premium:
    step = of.years / steps
    deviation = sigma * np.sqrt(of.years)
    with np.errstate(divide="ignore", invalid="ignore"):
        d1 = (np.log(of.spot / of.strike) + (of.rate - of.dividend) * of.years) / deviation + deviation / 2
    d2 = d1 - deviation
    certain = ~(np.maximum(np.abs(d1), np.abs(d2)) <= _FAR)
    d1, d2 = np.where(certain, 0.5, d1), np.where(certain, -0.5, d2)
    growth, discount = np.exp((of.rate - of.dividend) * step), np.exp(-of.rate * step)
    up = growth * _peizer_pratt(d1, steps) / _peizer_pratt(d2, steps)
    down = growth * _peizer_pratt(-d1, steps) / _peizer_pratt(-d2, steps)
    to_up, to_down = discount * _peizer_pratt(d2, steps), discount * _peizer_pratt(-d2, steps)
    ratio, due = up / down, of.sign * of.strike
    signed = of.sign * of.spot * down ** (steps + 1) / up * ratio ** np.arange(steps + 3)[:, None]
    kept = to_expiry = np.maximum(signed - due, 0.0)
    for _ in range(steps):
        signed = signed[:-1] / down
        to_expiry = to_up * to_expiry[1:] + to_down * to_expiry[:-1]
        kept = np.maximum(to_up * kept[1:] + to_down * kept[:-1], signed - due)
    intrinsic = of.intrinsic()
    settled = np.maximum(intrinsic - european_price(of, sigma), 0.0)
    at_once = np.where(certain, settled > 0, kept[1] <= intrinsic * (1 + 1e-12)) & (intrinsic > 0)
    return np.where(certain, settled, kept - to_expiry), at_once, ratio


def _peizer_pratt(z: Floats, steps: int) -> Floats:
    """Probability of a step whose binomial sum reproduces the normal probability of z (second method)."""
    exponent = np.exp(-((z / (steps + 1 / 3 + 0.1 / (steps + 1))) ** 2) * (steps + 1 / 6))
    smaller = 0.5 * exponent / (1 + np.sqrt(1 - exponent))
    probability: Floats = np.where(z > 0, 1 - smaller, smaller)
    return probability


def quick_american_price(of: Options, volatility: ArrayLike) -> Floats:
    """American price by the quadratic approximation: ten times as fast as the tree, for revaluing in many scenarios.

    volatility: (n,) or one, decimal per year. Within about a tenth of a percent of the spot up to a year and half a
    percent at three; the differences between two spots are closer. European where early exercise is never worth
    anything; never below that, nor below the intrinsic value. NaN rule and errors: as `european`.
    Source: Barone-Adesi & Whaley (1987), Efficient analytic approximation of American option values, J. of Finance 42.
    """
    sigma = np.broadcast_to(np.asarray(volatility, dtype=np.float64), of.spot.shape)
    plain, early = european_price(of, sigma), _early_exercise(of, sigma)
    price = np.where(early, np.maximum(plain, of.intrinsic()), plain)
    moving = early & (sigma > 0)
    if moving.any():
        at_once, premium = _quadratic(of.pick(moving), sigma[moving])
        kept = plain[moving] + np.where(at_once, 0.0, np.fmax(premium, 0.0))
        price[moving] = np.maximum(price[moving], kept)
    return price


def _quadratic(of: Options, sigma: Floats) -> tuple[Bools, Floats]:
    """Where exercising at once is best, and elsewhere what early exercise adds to the European price."""
    sign, variance = of.sign, sigma**2
    interest = of.rate * of.years
    small = np.abs(interest) < 1e-9
    whole = np.where(small, 1 / of.years, of.rate / np.where(small, 1.0, -np.expm1(-interest)))
    drift = 1 - 2 * (of.rate - of.dividend) / variance
    exponent = (drift + sign * np.sqrt(drift**2 + 8 * whole / variance)) / 2
    critical = _critical_spot(of, sigma, exponent)
    kept = sign * (1 - _shares(of.at(critical), sigma)) * critical / exponent
    at_once: Bools = sign * (of.spot - critical) >= 0
    with np.errstate(over="ignore"):
        premium = kept * (of.spot / critical) ** exponent
    return at_once, premium


def _critical_spot(of: Options, sigma: Floats, exponent: Floats) -> Floats:
    """The spot at which exercising at once is worth as much as keeping, by Newton's method.

    It starts one deviation into the money: the paper's guess, from the perpetual option, saves one step of seven.
    """
    sign, deviation = of.sign, sigma * np.sqrt(of.years)
    critical = of.strike * np.exp(sign * deviation)
    for _ in range(_MOST_STEPS):
        there = of.at(critical)
        shares = _shares(there, sigma)
        d1 = (np.log(critical / of.strike) + (of.rate - of.dividend) * of.years) / deviation + deviation / 2
        density = np.exp(-of.dividend * of.years - d1 * d1 / 2) / _ROOT_TWO_PI
        gap = sign * (critical - of.strike) - european_price(there, sigma) - sign * (1 - shares) * critical / exponent
        slope = sign * (1 - shares) * (1 - 1 / exponent) + density / (exponent * deviation)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            moved = critical - gap / slope
        moved = np.where(np.isfinite(moved), np.clip(moved, critical / 2, critical * 2), critical)
        if np.all(np.abs(moved - critical) <= 1e-10 * of.strike):
            return moved
        critical = moved
    return critical


def _shares(of: Options, sigma: Floats) -> Floats:
    """Discounted probability e^(-qT) N(sign d1), the size of the European delta."""
    deviation = sigma * np.sqrt(of.years)
    d1 = (np.log(of.spot / of.strike) + (of.rate - of.dividend) * of.years) / deviation + deviation / 2
    shares: Floats = np.exp(-of.dividend * of.years) * normal(of.sign * d1)
    return shares
