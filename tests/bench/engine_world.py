"""What the engine is measured on, and its whole work on that: without any peer, so that its memory can be measured too.

    python -m tests.bench.engine_world 10000

prints the most memory the process held, in MB, interpreter and libraries included.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
from scipy.sparse import csr_array

from sigmasight_ui.analytics.beta import BetaEstimates, market_beta
from sigmasight_ui.analytics.covariance import (
    FactorCovariance,
    RiskContributions,
    risk_contributions,
    sample_covariance,
)
from sigmasight_ui.analytics.drawdown import drawdowns
from sigmasight_ui.analytics.exposures import FactorEstimates, factor_exposures
from sigmasight_ui.analytics.factors import FACTORS, FactorReturns, factor_returns
from sigmasight_ui.analytics.ratios import sharpe_ratio
from sigmasight_ui.analytics.returns import Floats, Returns, portfolio_returns
from sigmasight_ui.analytics.tail import historical_tail
from sigmasight_ui.analytics.volatility import realised_volatility
from tests.bench.process import Peak, resident

DAYS, SYMBOLS, HELD = 252, 5_000, 50
BETA_WINDOWS = (90, 252)
FUNDS = ("SPY", "VTV", "VUG", "MTUM", "QUAL", "IWM", "USMV", "TLT")
CHUNK = 5_000
"""Portfolios whose series are in memory at once."""


@dataclass(frozen=True)
class World:
    """Returns of symbols, of which a tenth began within the year and a fiftieth have holes, and of the funds."""

    symbols: Returns
    funds: Returns
    weights: Any

    def of_held(self) -> World:
        """With no other symbols than those somebody holds."""
        held = np.unique(self.weights.indices)
        values, known = self.symbols.values[:, held], self.symbols.mask[:, held]
        return World(returns_of(values, known), self.funds, self.weights[:, held])

    @property
    def market(self) -> Floats:
        return self.funds.values[:, 0]

    def factors(self) -> FactorReturns:
        return factor_returns(self.funds, FUNDS, FACTORS)


@dataclass(frozen=True)
class SymbolStage:
    """Once for every symbol, whoever holds it."""

    covariance: FactorCovariance
    exposures: FactorEstimates
    betas: tuple[BetaEstimates, ...]


@dataclass(frozen=True)
class PortfolioStage:
    betas: tuple[BetaEstimates, ...]
    exposures: FactorEstimates
    contributions: RiskContributions


def world(portfolios: int, symbols: int = SYMBOLS, held: int = HELD) -> World:
    draws = np.random.default_rng(3)
    funds = draws.normal(0, 0.01, (DAYS, len(FUNDS)))
    values = funds[:, :1] * draws.uniform(0.5, 1.5, symbols) + draws.normal(0, 0.012, (DAYS, symbols))
    weights = draws.dirichlet(np.ones(held), portfolios).ravel()
    rows, columns = np.repeat(np.arange(portfolios), held), _held(draws, portfolios, symbols, held)
    table = csr_array((weights, (rows, columns)), shape=(portfolios, symbols))
    return World(
        returns_of(values, _known(draws, symbols)), returns_of(funds, np.ones(funds.shape, dtype=np.bool_)), table
    )


def _held(draws: np.random.Generator, portfolios: int, symbols: int, held: int) -> Any:
    """Of every portfolio different symbols: a walk with a step that shares no divisor with their number."""
    steps = [step for step in range(1, symbols) if np.gcd(step, symbols) == 1]
    starts = draws.integers(symbols, size=(portfolios, 1))
    return ((starts + draws.choice(steps, (portfolios, 1)) * np.arange(held)) % symbols).ravel()


def _known(draws: np.random.Generator, symbols: int) -> Any:
    known = np.ones((DAYS, symbols), dtype=np.bool_)
    for column in range(0, symbols, 10):
        known[: draws.integers(1, DAYS - 100), column] = False
    for column in range(5, symbols, 50):
        known[draws.integers(DAYS, size=10), column] = False
    return known


def returns_of(values: Floats, known: Any) -> Returns:
    return Returns(np.where(known, values, 0.0), known, np.zeros(values.shape[1], dtype=np.bool_))


def of_symbols(at: World) -> SymbolStage:
    factors = at.factors()
    betas = tuple(market_beta(at.symbols, at.market, window) for window in BETA_WINDOWS)
    return SymbolStage(sample_covariance(factors), factor_exposures(at.symbols, factors), betas)


def of_portfolios(at: World, stage: SymbolStage, weights: Any) -> PortfolioStage:
    series = portfolio_returns(at.symbols, weights)
    realised_volatility(series, DAYS), historical_tail(series, 0.95, DAYS), drawdowns(series), sharpe_ratio(series)
    betas = tuple(market_beta(series, at.market, window) for window in BETA_WINDOWS)
    parts = risk_contributions(stage.exposures, stage.covariance, weights)
    return PortfolioStage(betas, factor_exposures(series, at.factors()), parts)


def whole(at: World) -> PortfolioStage:
    """The symbols once, then the portfolios in chunks, whose results would be stored; those of the last one."""
    stage, count = of_symbols(at), at.weights.shape[0]
    chunks = (at.weights[begin : begin + CHUNK] for begin in range(0, count, CHUNK))
    *_, last = (of_portfolios(at, stage, chunk) for chunk in chunks)
    return last


def main() -> None:
    at = world(int(sys.argv[1]))
    process = psutil.Process()
    before = resident(process)
    with Peak(process) as peak:
        whole(at)
    print(before + peak.more)


if __name__ == "__main__":
    main()
