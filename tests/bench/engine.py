"""The engine alone: pure arithmetic on arrays in memory, beside the libraries that do the same.

Peers and engine compute in one thread, as the jobs process does.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from statistics import median
from time import process_time

import empyrical
import numpy as np
from threadpoolctl import threadpool_limits
from vollib.black_scholes_merton.greeks import analytical

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.drawdown import drawdowns
from sigmasight_ui.analytics.options import european, options
from sigmasight_ui.analytics.ratios import sharpe_ratio, sortino_ratio
from sigmasight_ui.analytics.returns import Floats
from sigmasight_ui.analytics.tail import historical_tail
from sigmasight_ui.analytics.volatility import realised_volatility
from sigmasight_ui.core.process import ONE_THREAD, inherited
from tests.architecture.rules import PACKAGE, ROOT
from tests.bench import naive
from tests.bench.engine_one import everything, scenarios
from tests.bench.engine_world import DAYS, HELD, SYMBOLS, of_symbols, returns_of, whole, world
from tests.bench.figure import Figure, Peer, timed

_GREEKS = (analytical.delta, analytical.gamma, analytical.vega, analytical.theta, analytical.rho)
_SAME = 1e-8
_RESIDENT = "import numpy, scipy.sparse, psutil; print(psutil.Process().memory_info().rss / 2**20)"


def figures() -> list[Figure]:
    with threadpool_limits(1):
        alone = [import_time(), contracts(), statistics(), one_portfolio()]
        return [*alone, portfolios(), memory(), growth(), against_a_loop()]


def import_time() -> Figure:
    names = sorted(path.stem for path in (PACKAGE / "analytics").glob("[!_]*.py"))
    wanted = f"from sigmasight_ui.analytics import {', '.join(names)}"
    samples = [timed(lambda: _python("-c", wanted)) for _ in range(7)]
    alone = median(timed(lambda: _python("-c", "import numpy")) for _ in range(7))
    return Figure("Import of the engine", "s", samples, 0.3, judged="median", peer=Peer("numpy", alone),
                  note="a new interpreter that imports all its modules and ends. What it needs of scipy, another tenth "
                  "of a second, is loaded by the first computation that asks for it.")  # fmt: skip


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
    returns = returns_of(values, np.isfinite(values))

    def nine() -> list[Floats]:
        """Of which six have but one definition."""
        historical_tail(returns, 0.95, DAYS), historical_tail(returns, 0.99, DAYS)
        falls = drawdowns(returns)
        of_market = market_beta(returns, market, DAYS).beta
        ratios = sharpe_ratio(returns).values, sortino_ratio(returns).values
        return [
            realised_volatility(returns, DAYS).values,
            *ratios,
            falls.deepest.values,
            falls.growth.values,
            of_market,
        ]

    def peer() -> list[tuple[float, ...]]:
        return [_nine_of_empyrical(np.ascontiguousarray(values[:, column]), market) for column in range(few)]

    nine(), peer()
    samples = [timed(nine) for _ in range(5)]
    seconds = median(timed(peer) for _ in range(3)) * count / few
    np.testing.assert_allclose(np.array(nine())[:, :few].T, peer(), rtol=_SAME)
    return Figure(f"Nine statistics of {count:,} portfolios", "s", samples, None, of_peer=1 / 10,
                  peer=Peer("empyrical on arrays", seconds), judged="median",
                  note=f"volatility, Sharpe, Sortino, drawdown, growth, beta, value at risk at two levels with "
                  f"shortfall and errors; {DAYS} days. Peer: the same without errors, scaled from {few} portfolios. "
                  "The first six agree to eight digits; the others have several definitions.")  # fmt: skip


def _nine_of_empyrical(series: Floats, market: Floats) -> tuple[float, ...]:
    empyrical.value_at_risk(series, 0.05), empyrical.value_at_risk(series, 0.01)
    empyrical.conditional_value_at_risk(series, 0.05)
    return (
        empyrical.annual_volatility(series), empyrical.sharpe_ratio(series), empyrical.sortino_ratio(series),
        empyrical.max_drawdown(series), empyrical.cagr(series), empyrical.beta(series, market),
    )  # fmt: skip


def one_portfolio(count: int = 25) -> Figure:
    at = world(1, count, count)
    everything(at)
    samples = [1000 * timed(lambda: everything(at)) for _ in range(25)]
    return Figure(f"One portfolio of {count} positions", "ms", samples, 5, judged="median",
                  note="everything the engine knows of it from the returns of its symbols: betas, exposures, "
                  "contributions, volatilities and their forecasts, tails, drawdown, ratios, correlations and "
                  f"clusters, concentration, {len(scenarios())} scenarios; {DAYS} days.")  # fmt: skip


def portfolios(count: int = 10_000) -> Figure:
    """From returns of symbols to risk of portfolios."""
    at = world(count)
    samples = [timed(lambda: whole(at)) for _ in range(5)]
    return Figure(f"{count:,} portfolios of {HELD} positions", "s", samples, 2.5, judged="median",
                  note=f"from the returns of {SYMBOLS:,} symbols, of which a tenth began within the year and a "
                  "fiftieth have holes. Of the symbols: betas, exposures and their errors; of the portfolios: return "
                  "series, volatility, betas, exposures, value at risk, drawdown, Sharpe, contributions of factors and "
                  f"positions. {DAYS} days.")  # fmt: skip


def memory(count: int = 10_000) -> Figure:
    held, alone = float(_python("-m", "tests.bench.engine_world", str(count))), float(_python("-c", _RESIDENT))
    return Figure("Memory for these", "MB", [held], 600, judged="median", peer=Peer("its libraries alone", alone),
                  note="the most a process of its own ever held that does the same.")  # fmt: skip


def growth(counts: Sequence[int] = (1_000, 10_000, 100_000)) -> Figure:
    """In processor time, because it is about the work, not about who else is at work."""
    each = [_processor_time(count) / count for count in counts]
    found = ", ".join(f"{1e6 * seconds:.0f} µs among {count:,}" for count, seconds in zip(counts, each, strict=True))
    return Figure(f"Each of {counts[-1]:,} portfolios", "µs", [1e6 * each[-1]], None, judged="median", of_peer=1.2,
                  peer=Peer(f"each of {counts[-2]:,}", 1e6 * each[-2]),
                  note=f"the same for more of them, symbols included: processor time {found}.")  # fmt: skip


def _processor_time(count: int) -> float:
    at = world(count)
    samples = []
    for _ in range(2):
        began = process_time()
        whole(at)
        samples.append(process_time() - began)
    return median(samples)


def against_a_loop(count: int = 100, few: int = 2) -> Figure:
    """On the same work: the loop does what the engine does of regressions, and comes to the same results."""
    at = world(count).of_held()
    naive.portfolios(at, range(1))
    samples = [timed(lambda: whole(at)) for _ in range(7)]
    loop = timed(lambda: naive.portfolios(at, range(few))) * count / few
    difference = naive.largest_difference(naive.portfolios(at, range(few)), of_symbols(at), whole(at))
    assert difference < _SAME, difference
    return Figure(f"{count} portfolios of {HELD} positions", "s", samples, None, judged="median", of_peer=1 / 500,
                  peer=Peer("statsmodels, position by position", loop),
                  note="all of the above, the symbols they hold included, each of them once. Peer: of every position "
                  "and of every portfolio the same regressions from data frames: on the market over 90 and 252 days, "
                  "on all factors with errors (statsmodels) and with the ridge (scikit-learn); no other statistics; "
                  f"scaled from {few} portfolios. Slopes, errors, R², intercepts and specific variances agree to "
                  "eight digits.")  # fmt: skip


def _python(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=inherited(ONE_THREAD), check=True, capture_output=True, text=True
    ).stdout
