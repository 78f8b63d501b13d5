"""Everything the engine knows of one portfolio, as a run asks for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import numpy as np

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.book import book
from sigmasight_ui.analytics.clusters import cluster, named_clusters
from sigmasight_ui.analytics.concentration import concentration, sector_exposure
from sigmasight_ui.analytics.correlation import correlate, standardise
from sigmasight_ui.analytics.covariance import risk_contributions, sample_covariance
from sigmasight_ui.analytics.drawdown import drawdowns
from sigmasight_ui.analytics.exposures import factor_exposures, spread_betas
from sigmasight_ui.analytics.forecast import (
    CONE_WINDOWS,
    cone_band,
    ewma_volatility,
    har_forecast,
    rolling_volatility,
    volatility_trend,
)
from sigmasight_ui.analytics.ratios import calmar_ratio, sharpe_ratio, sortino_ratio
from sigmasight_ui.analytics.regression import conditioning
from sigmasight_ui.analytics.scenarios import complete_moves, factor_shocks
from sigmasight_ui.analytics.stress import stress
from sigmasight_ui.analytics.tail import historical_tail, normal_tail
from sigmasight_ui.analytics.volatility import realised_volatility, volatility_percentile
from tests.architecture.rules import PACKAGE
from tests.bench.engine_world import BETA_WINDOWS, FUNDS, World

NAV = 1_000_000.0
VOLATILITY_WINDOWS = (21, 63, 252)


def everything(at: World) -> None:
    """at: the world of one portfolio, which holds all its symbols."""
    values = NAV * at.weights.toarray()[0]
    names = [f"S{column}" for column in range(len(values))]
    factors = at.factors()
    covariance, estimates = sample_covariance(factors), factor_exposures(at.symbols, factors)
    own = book(at.symbols, values).returns(NAV)
    for window in BETA_WINDOWS:
        market_beta(at.symbols, at.market, window), market_beta(own, at.market, window)
    for window in VOLATILITY_WINDOWS:
        realised_volatility(own, window)
    ewma_volatility(own), har_forecast(own), volatility_trend(own), volatility_percentile(own)
    for window in CONE_WINDOWS:
        cone_band(own, window, rolling_volatility(own, window)[:, 0])
    factor_exposures(own, factors), spread_betas(own, at.funds, FUNDS), conditioning(factors.recent())
    risk_contributions(estimates, covariance, at.weights)
    for measure in (historical_tail, normal_tail):
        measure(own, 0.95), measure(own, 0.99)
    drawdowns(own), sharpe_ratio(own), sortino_ratio(own), calmar_ratio(own)
    found = correlate(standardise(at.symbols))
    named_clusters(cluster(found), found, names, np.abs(values))
    concentration(names, values), sector_exposure([name[-1] for name in names], values, NAV)
    for shocks in scenarios():
        stress(estimates, values, complete_moves(covariance, factor_shocks(shocks)))


@cache
def scenarios() -> list[Mapping[str, float]]:
    rows = json.loads((PACKAGE / "services" / "risk" / "data" / "scenarios.json").read_text(encoding="utf-8"))
    return [row["shocks"] for row in rows]
