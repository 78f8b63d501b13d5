"""From the shocks a scenario names to moves of all factors: what is not named moves as it usually does with what is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sigmasight_ui.analytics.covariance import FactorCovariance
from sigmasight_ui.analytics.factors import (
    INTEREST_RATE,
    LOW_VOLATILITY,
    MARKET,
    MOMENTUM,
    QUALITY,
    SIZE,
    VALUE,
    Factor,
)
from sigmasight_ui.analytics.regression import SINGULAR
from sigmasight_ui.analytics.returns import Floats

GROWTH = "growth"
DURATION = 16.5
"""Years: effective duration of the long-bond fund that stands for interest rates (16 to 17 in recent years)."""

SHOCKABLE = (MARKET, VALUE, GROWTH, MOMENTUM, QUALITY, SIZE, LOW_VOLATILITY, INTEREST_RATE)


def factor_shocks(shocks: Mapping[str, float], duration: float = DURATION) -> dict[str, float]:
    """Shocks of the eight named funds and of the yield as returns of the factors, which are differences.

    shocks: by the keys of `SHOCKABLE`, decimal: returns of the fund (-0.2 = it falls by 20 %), for `interest_rate` the
    change of the yield (0.01 = one percentage point up). Result by factor, decimal.
    Momentum, quality, size and low volatility: the fund's return less the market's in the same scenario, or less 0
    where it leaves the market alone ("small caps outperform by 10 %"). Value and growth are two ends of one factor: the
    return of the one less that of the other; a missing one does as the market. Interest rate: -duration x change of
    yield, so that bonds lose when yields rise; the curvature that softens large rises is left out.
    Raises ValueError for no shocks, other keys, numbers that are not finite, or a duration that is not positive.
    """
    strange = set(shocks) - set(SHOCKABLE)
    if strange or not shocks:
        raise ValueError(f"shocks are of {', '.join(SHOCKABLE)}; not of {', '.join(sorted(strange)) or 'nothing'}")
    if not all(math.isfinite(shock) for shock in shocks.values()) or not duration > 0:
        raise ValueError("shocks are finite and a duration is positive")
    market = shocks.get(MARKET, 0.0)
    found = {key: shocks[key] - market for key in (MOMENTUM, QUALITY, SIZE, LOW_VOLATILITY) if key in shocks}
    if MARKET in shocks:
        found[MARKET] = market
    if VALUE in shocks or GROWTH in shocks:
        found[VALUE] = shocks.get(VALUE, market) - shocks.get(GROWTH, market)
    if INTEREST_RATE in shocks:
        found[INTEREST_RATE] = -duration * shocks[INTEREST_RATE]
    return found


@dataclass(frozen=True, eq=False, slots=True)
class FactorMoves:
    """What every factor does in one scenario, decimal returns over its whole length.

    direct: (K,) the shocks, 0 for factors the scenario does not name. total: (K,) all moves; equal to the shock where
    there is one. reason: why there are none (both are NaN then), else None.
    """

    factors: tuple[Factor, ...]
    direct: Floats
    total: Floats
    reason: str | None

    @property
    def propagated(self) -> Floats:
        """(K,) what the shocks make the other factors do."""
        return self.total - self.direct


def complete_moves(covariance: FactorCovariance, shocks: Mapping[str, float]) -> FactorMoves:
    """Expected moves of all factors given the shocked ones: S_fs S_ss^-1 s, from one covariance matrix.

    covariance: of K factors. shocks: {factor key: return}, as `factor_shocks` makes them; at least one.
    A scenario that names a factor without data has no moves, and the reason says which: it is not zero. Nothing is cut.
    The expectation is that of jointly normal returns with mean zero: it assumes that in the scenario the factors move
    together as they did in the window. Raises ValueError for no shocks.
    Source: Kupiec (1998), Stress testing in a value at risk framework, J. of Derivatives 6.
    """
    if not shocks:
        raise ValueError("a scenario names at least one factor")
    keys = covariance.keys
    missing = [key for key in shocks if key not in keys]
    if missing:
        why = covariance.unavailable.get(missing[0], "no such factor")
        return _none(covariance, f"{missing[0].replace('_', ' ')} is unavailable: {why}")
    at = [keys.index(key) for key in shocks]
    shock = np.array(list(shocks.values()), dtype=np.float64)
    deviations, correlations = covariance.deviations, covariance.correlations
    scaled = shock / deviations[at]
    if len(at) > 1:
        among = correlations[at][:, at]
        if np.linalg.eigvalsh(among)[0] < SINGULAR:
            return _none(covariance, "the shocked factors move as one, so they cannot be shocked apart")
        scaled[:] = np.linalg.solve(among, scaled)
    total = deviations * (correlations[:, at] @ scaled)
    total[at] = shock
    direct = np.zeros(len(total))
    direct[at] = shock
    return FactorMoves(covariance.factors, direct, total, None)


def _none(covariance: FactorCovariance, reason: str) -> FactorMoves:
    unknown = np.full(len(covariance.factors), np.nan)
    return FactorMoves(covariance.factors, unknown, unknown, reason)
