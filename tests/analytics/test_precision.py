"""Whatever numbers come in, the engine counts in double precision.

Single precision loses cents in a million, and Decimals, in which money is kept, cannot be multiplied by a return.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sigmasight_ui.analytics import cashflows, options, performance
from sigmasight_ui.analytics.american import american, american_price, quick_american_price
from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.book import book
from sigmasight_ui.analytics.clusters import cluster, named_clusters
from sigmasight_ui.analytics.concentration import concentration, sector_exposure
from sigmasight_ui.analytics.correlation import correlate, standardise
from sigmasight_ui.analytics.covariance import risk_contributions, sample_covariance
from sigmasight_ui.analytics.drawdown import drawdown_episodes
from sigmasight_ui.analytics.exposures import factor_exposures
from sigmasight_ui.analytics.factors import FACTORS, FactorReturns
from sigmasight_ui.analytics.implied_volatility import american_implied_volatility, implied_volatility
from sigmasight_ui.analytics.replay import replay
from sigmasight_ui.analytics.returns import Returns, portfolio_returns, simple_returns
from sigmasight_ui.analytics.scenarios import complete_moves
from sigmasight_ui.analytics.stress import stress

Floats = NDArray[Any]

RNG = np.random.default_rng(32)
SINGLE = RNG.uniform(0.1, 0.9, 6).astype(np.float32)
DECIMALS = np.array([Decimal(float(number)) for number in SINGLE])
DAILY = RNG.normal(0.0005, 0.01, (300, 6))
RETURNS = Returns(DAILY, np.ones_like(DAILY, dtype=bool), np.zeros(6, dtype=bool))
FACTOR_RETURNS = FactorReturns((FACTORS[0],), DAILY[:, :1], 252, {})
ESTIMATES = factor_exposures(RETURNS, FACTOR_RETURNS)
COVARIANCE = sample_covariance(FACTOR_RETURNS)
TOGETHER = correlate(standardise(Returns(DAILY[:, [0] * 6] + 1e-4 * DAILY, RETURNS.mask, RETURNS.cash)))
OF = options.options(100.0, [90.0, 95.0, 100.0, 105.0, 110.0, 115.0], 0.5, [True, False] * 3, 0.05, 0.03)
PRICES = american_price(OF, 0.3).astype(np.float32)
DAYS = [date(2024, 1, 1) + timedelta(days=100 * day) for day in range(6)]
OUT_AND_IN = np.array([-1, -1, -1, 1, 1, 1])
NAMES = list("ABCDEF")

FUNCTIONS: dict[str, Callable[[Floats], Any]] = {
    "simple_returns": lambda a: simple_returns(a[:, None]),
    "portfolio_returns": lambda a: portfolio_returns(RETURNS, a[None, :]),
    "book": lambda a: book(RETURNS, a),
    "market_beta": lambda a: market_beta(RETURNS, np.tile(a, 50), 252),
    "concentration": lambda a: concentration(NAMES, a),
    "sector_exposure": lambda a: sector_exposure(NAMES, a, 1.0),
    "cumulative_return": performance.cumulative_return,
    "max_drawdown": lambda a: performance.max_drawdown(-a),
    "drawdown_episodes": lambda a: drawdown_episodes(-a),
    "modified_dietz of flows": lambda a: cashflows.modified_dietz(10.0, 12.0, a, np.full(6, 0.3)),
    "modified_dietz of shares": lambda a: cashflows.modified_dietz(10.0, 12.0, np.full(6, 0.3), a),
    "present_value": lambda a: cashflows.present_value(0.1, DAYS, a),
    "xirr": lambda a: cashflows.xirr(DAYS, a * OUT_AND_IN),
    "money_weighted_return": lambda a: cashflows.money_weighted_return(DAYS, a, date(2025, 12, 1), 5.0),
    "named_clusters": lambda a: named_clusters(cluster(TOGETHER), TOGETHER, NAMES, a),
    "options": lambda a: options.options(a, a, a, True, a, a),
    "options at another spot": lambda a: OF.at(a),
    "european": lambda a: options.european(OF, a),
    "european_price": lambda a: options.european_price(OF, a),
    "american": lambda a: american(OF, a),
    "american_price": lambda a: american_price(OF, a),
    "quick_american_price": lambda a: quick_american_price(OF, a),
    "implied_volatility": lambda a: implied_volatility(OF, PRICES.astype(a.dtype)),
    "american_implied_volatility": lambda a: american_implied_volatility(OF, PRICES.astype(a.dtype)),
    "position_greeks at a spot": lambda a: options.position_greeks(options.european(OF, 0.3), a, np.ones(6)),
    "position_greeks of contracts": lambda a: options.position_greeks(options.european(OF, 0.3), OF.spot, a),
    "delta_adjusted_exposure": lambda a: options.delta_adjusted_exposure(a, a, a, a),
    "replay": lambda a: replay(RETURNS, a),
    "stress": lambda a: stress(ESTIMATES, a, complete_moves(COVARIANCE, {"market": -0.2})),
    "risk_contributions": lambda a: risk_contributions(ESTIMATES, COVARIANCE, a[None, :]),
}


def numbers(result: Any) -> list[Any]:
    """Everything in a result, floats as they are."""
    if dataclasses.is_dataclass(result):
        return [numbers(getattr(result, field.name)) for field in dataclasses.fields(result)]
    if isinstance(result, tuple):
        return [numbers(each) for each in result]
    if hasattr(result, "toarray"):
        return numbers(result.toarray())
    return result.tolist() if isinstance(result, np.ndarray) else result


@pytest.mark.parametrize("given", [SINGLE, DECIMALS], ids=["single", "decimals"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_all_numbers_are_computed_in_double_precision(name: str, given: Floats) -> None:
    np.testing.assert_equal(numbers(FUNCTIONS[name](given)), numbers(FUNCTIONS[name](SINGLE.astype(np.float64))))
