"""The engine alone: pure arithmetic on arrays in memory, beside the libraries that do the same."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from typing import Any

import empyrical
import numpy as np
import statsmodels.api as sm
from scipy.sparse import csr_array
from vollib.black_scholes_merton.greeks import analytical

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.correlation import standardise
from sigmasight_ui.analytics.covariance import risk_contributions, sample_covariance
from sigmasight_ui.analytics.drawdown import drawdowns
from sigmasight_ui.analytics.exposures import factor_exposures
from sigmasight_ui.analytics.factors import FACTORS, factor_returns
from sigmasight_ui.analytics.options import european, options
from sigmasight_ui.analytics.ratios import sharpe_ratio, sortino_ratio
from sigmasight_ui.analytics.returns import Floats, Returns, portfolio_returns
from sigmasight_ui.analytics.tail import historical_tail
from sigmasight_ui.analytics.volatility import realised_volatility
from tests.architecture.rules import ROOT
from tests.bench.figure import Figure, Peer, timed

DAYS, SYMBOLS, HELD = 252, 5_000, 50
_GREEKS = (analytical.delta, analytical.gamma, analytical.vega, analytical.theta, analytical.rho)
FUNDS = ("SPY", "VTV", "VUG", "MTUM", "QUAL", "IWM", "USMV", "TLT")


def figures() -> list[Figure]:
    return [import_time(), contracts(), statistics(), portfolios(), against_a_loop()]


def import_time() -> Figure:
    wanted = "import sigmasight_ui.analytics.stress, sigmasight_ui.analytics.forecast, sigmasight_ui.analytics.tail"
    samples = [timed(lambda: _python(wanted)) for _ in range(5)]
    alone = median(timed(lambda: _python("import numpy")) for _ in range(5))
    return Figure("Import of the engine", "s", samples, 0.3, judged="median", peer=Peer("numpy", alone),
                  note="a new interpreter that imports it and ends.")  # fmt: skip


def contracts(count: int = 20_000, few: int = 500) -> Figure:
    draws = np.random.default_rng(1)
    spot, strike = draws.uniform(50, 150, count), draws.uniform(50, 150, count)
    years, sigma = draws.uniform(0.05, 2, count), draws.uniform(0.1, 0.6, count)
    of = options(spot, strike, years, draws.random(count) < 0.5, 0.04, 0.01)
    samples = [1000 * timed(lambda: european(of, sigma)) for _ in range(7)]

    def loop() -> None:
        for at in range(few):
            numbers = (spot[at], strike[at], years[at], 0.04, sigma[at], 0.01)
            for greek in _GREEKS:
                greek("c" if of.call[at] else "p", *numbers)

    return Figure(f"{count:,} European contracts with Greeks", "ms", samples, 10, judged="median",
                  peer=Peer("vollib, one by one", 1000 * timed(loop) * count / few),
                  note=f"price and five Greeks. Peer: the Greeks, scaled from {few} contracts.")  # fmt: skip


def statistics(count: int = 10_000, few: int = 300) -> Figure:
    """The nine common ones, of return series that are there."""
    draws = np.random.default_rng(2)
    market = draws.normal(0, 0.01, DAYS)
    values = 0.8 * market[:, None] + draws.normal(0, 0.01, (DAYS, count))
    returns = _known(values)

    def nine() -> None:
        realised_volatility(returns, DAYS), sharpe_ratio(returns), sortino_ratio(returns), drawdowns(returns)
        historical_tail(returns, 0.95, DAYS), historical_tail(returns, 0.99, DAYS), market_beta(returns, market, DAYS)

    def peer() -> None:
        for column in range(few):
            series = np.ascontiguousarray(values[:, column])
            empyrical.annual_volatility(series), empyrical.sharpe_ratio(series), empyrical.sortino_ratio(series)
            empyrical.max_drawdown(series), empyrical.value_at_risk(series, 0.05), empyrical.beta(series, market)
            empyrical.value_at_risk(series, 0.01), empyrical.conditional_value_at_risk(series, 0.05)
            empyrical.cagr(series)

    samples = [timed(nine) for _ in range(5)]
    return Figure(f"Nine statistics of {count:,} portfolios", "s", samples, None, judged="median",
                  peer=Peer("empyrical on arrays", timed(peer) * count / few),
                  note="volatility, Sharpe, Sortino, drawdown, growth, two values at risk with shortfalls and errors, "
                  f"beta, 252 days. Peer: the same nine without errors, scaled from {few} portfolios.")  # fmt: skip


def portfolios(count: int = 10_000) -> Figure:
    """From returns of symbols to risk of portfolios."""
    symbols, funds, weights = _world(count)
    samples = [timed(lambda: _whole(symbols, funds, weights)) for _ in range(3)]
    return Figure(f"{count:,} portfolios of {HELD} positions", "s", samples, 2.5, judged="median",
                  note=f"in {SYMBOLS:,} symbols: their exposures; of all portfolios: return series, volatility, beta, "
                  "value at risk, drawdown, Sharpe, contributions of factors and positions. 252 days.")  # fmt: skip


def against_a_loop(count: int = 100, few: int = 2) -> Figure:
    symbols, funds, weights = _world(count)
    samples = [timed(lambda: _whole(symbols, funds, weights)) for _ in range(3)]
    exposed = sm.add_constant(factor_returns(funds, FUNDS, FACTORS).values)

    errors: list[Floats] = []

    def loop() -> None:
        for portfolio in range(few):
            row = weights[[portfolio]]
            for column in row.indices:
                errors.append(sm.OLS(symbols.values[:, column], exposed).fit().bse)
            series = symbols.values[:, row.indices] @ row.data
            errors.append(sm.OLS(series, exposed[:, :2]).fit().bse)
            empyrical.sharpe_ratio(series), empyrical.max_drawdown(series), empyrical.value_at_risk(series)

    return Figure(f"{count} portfolios of {HELD} positions", "s", samples, None, judged="median",
                  peer=Peer("statsmodels, position by position", timed(loop) * count / few),
                  note=f"as above. Peer: one regression a position, scaled from {few} portfolios.")  # fmt: skip


def _whole(symbols: Returns, funds: Returns, weights: Any) -> None:
    factors = factor_returns(funds, FUNDS, FACTORS)
    estimates = factor_exposures(symbols, factors)
    series = portfolio_returns(symbols, weights)
    (
        realised_volatility(series, DAYS),
        market_beta(series, funds.values[:, 0], DAYS),
        historical_tail(series, 0.95, DAYS),
    )
    drawdowns(series), sharpe_ratio(series), risk_contributions(estimates, sample_covariance(factors), weights)
    standardise(symbols)


def _world(count: int) -> tuple[Returns, Returns, Any]:
    draws = np.random.default_rng(3)
    funds = draws.normal(0, 0.01, (DAYS, len(FUNDS)))
    values = funds[:, :1] * draws.uniform(0.5, 1.5, SYMBOLS) + draws.normal(0, 0.012, (DAYS, SYMBOLS))
    held = np.array([draws.choice(SYMBOLS, HELD, replace=False) for _ in range(count)])
    table = (draws.dirichlet(np.ones(HELD), count).ravel(), (np.repeat(np.arange(count), HELD), held.ravel()))
    return _known(values), _known(funds), csr_array(table, shape=(count, SYMBOLS))


def _known(values: Floats) -> Returns:
    return Returns(values, np.ones(values.shape, dtype=np.bool_), np.zeros(values.shape[1], dtype=np.bool_))


def _python(statement: str) -> None:
    subprocess.run([sys.executable, "-c", statement], cwd=ROOT, check=True)
