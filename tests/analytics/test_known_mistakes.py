"""Mistakes of other systems that no other file keeps out; the table in docs/analytics.md names the test of each."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from sigmasight_ui.analytics import beta, cashflows, drawdown, exposures, forecast, ratios, tail, volatility
from sigmasight_ui.analytics.clusters import cluster
from sigmasight_ui.analytics.correlation import correlate, standardise
from sigmasight_ui.analytics.factors import FACTORS, FactorReturns, factor_returns, with_stand_ins
from sigmasight_ui.analytics.figure import Figure
from sigmasight_ui.analytics.regression import conditioning, regress
from sigmasight_ui.analytics.returns import Returns, portfolio_returns, simple_returns, stale_closes
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]
END = "2016-07-01"


def as_returns(values: Floats) -> Returns:
    known = np.isfinite(values)
    return Returns(np.where(known, values, 0.0), known, np.zeros(values.shape[1], dtype=bool))


def figures_of(returns: Returns) -> dict[str, Figure]:
    """Every statistic of one column."""
    sessions = len(returns.values)
    market = np.random.default_rng(1).normal(0, 0.01, sessions)
    factors = FactorReturns((FACTORS[0],), market[:, None], 252, {})
    found = {
        "beta": beta.market_beta(returns, market, 252).figure(0),
        "volatility": volatility.realised_volatility(returns, 63).figure(0),
        "percentile": volatility.volatility_percentile(returns)[0],
        "weighted volatility": forecast.ewma_volatility(returns).figure(0),
        "forecast": forecast.har_forecast(returns).volatility.figure(0),
        "trend": forecast.volatility_trend(returns)[0].slope,
        "cone": forecast.cone_band(returns, 63, forecast.rolling_volatility(returns, 63)[:, 0]).present,
        "Sharpe": ratios.sharpe_ratio(returns).figure(0),
        "Sortino": ratios.sortino_ratio(returns).figure(0),
        "Calmar": ratios.calmar_ratio(returns).figure(0),
        "exposure": exposures.factor_exposures(returns, factors).figure(0, "market"),
        "correlation": correlate(standardise(returns)).average(),
    }
    for name, of in (("historical", tail.historical_tail), ("normal", tail.normal_tail)):
        for level in (0.95, 0.99):
            risk = of(returns, level)
            found |= {f"{name} VaR {level}": risk.var.figure(0), f"{name} CVaR {level}": risk.cvar.figure(0)}
    return found


@pytest.mark.parametrize("days", [0, 1, 12])
def test_a_failure_is_not_stored_as_zero(days: int) -> None:
    """The original stored 0.0 where a calculation failed; twelve days of history are no basis for any of these."""
    values = np.full((300, 1), np.nan)
    if days:
        values[-days:, 0] = np.random.default_rng(days).normal(0, 0.01, days)
    for name, figure in figures_of(as_returns(values)).items():
        assert figure.value is None, name
        assert figure.reason, name
    if not days:
        assert drawdown.drawdowns(as_returns(values)).deepest.figure(0).reason == "no daily return is known"


def test_a_price_that_stands_still_is_not_a_riskless_asset() -> None:
    """Zero variance divides by zero, or reads as no risk at all."""
    for name, figure in figures_of(as_returns(np.zeros((300, 1)))).items():
        assert figure.value in (None, 0.0) if name in ("trend", "cone") else figure.value is None, name


def test_a_rounding_is_no_movement_and_a_billionth_is_one() -> None:
    """The last digits of a quotient of equal prices are not risk; a currency that is nearly fixed has some."""
    movement = np.random.default_rng(6).normal(0, 1, (600, 2))
    rounding, tiny = (figures_of(as_returns(movement[:, :1] * size)) for size in (1e-13, 1e-9))
    for name, figure in tiny.items():
        if name != "correlation":
            assert figure.value is not None, name
    for name in set(rounding) - {"trend", "cone", "Calmar"}:
        assert rounding[name].value is None, name
    stock = as_returns(movement[:, :1] * 0.01)
    for size, known in ((1e-9, True), (1e-13, False)):
        of_still_market = beta.market_beta(stock, movement[:, 1] * size, 252).figure(0)
        assert (of_still_market.value is not None) == known
    assert correlate(standardise(as_returns(movement * 1e-9))).average().value is not None
    assert correlate(standardise(as_returns(movement * 1e-13))).average().value is None


@pytest.mark.parametrize("symbol", ["HD", "KO", "WMT"])
def test_the_market_beta_is_not_spread_over_funds_that_move_as_one(symbol: str, sample: SamplePrices) -> None:
    """A ridge over raw funds, as the original had it, gives the market a beta below zero here, and the rest of it to
    funds that are mostly market themselves."""
    funds = ("SPY", "VLUE", "MTUM", "QUAL", "SIZE", "USMV", "TLT")
    raw = sample.returns(funds, END).last(252)
    stock = sample.returns([symbol], END).last(252)
    everything = regress(stock.values, stock.mask, raw.values, ridge=1.0)
    alone = beta.market_beta(stock, raw.series(0), 252).figure(0).value
    oracle = sm.OLS(stock.values[:, 0], sm.add_constant(raw.values[:, 0])).fit().params[1]
    assert alone == pytest.approx(oracle, rel=1e-8)
    assert everything.coefficients[0, 0] < 0 < 0.5 < alone
    assert conditioning(raw.values).vif[0] > 50
    stand_ins = with_stand_ins(FACTORS, {"VTV": "VLUE", "IWM": "SIZE", "VUG": None})
    joint = factor_returns(sample.returns(funds, END), funds, stand_ins)
    assert conditioning(joint.recent()).vif.max() < 4


def test_two_lots_of_a_symbol_weigh_what_they_weigh_together() -> None:
    """The original kept weights by symbol, so that each lot got the weight of the last one."""
    values = np.random.default_rng(2).normal(0, 0.01, (100, 2))
    lots = portfolio_returns(as_returns(values[:, [0, 1, 0]]), [[0.2, 0.5, 0.3]])
    together = portfolio_returns(as_returns(values), [[0.5, 0.5]])
    np.testing.assert_allclose(lots.values, together.values, atol=1e-15)


def test_a_short_bond_is_not_counted_as_a_long_one() -> None:
    """The original weighted rate betas by |market value|: a hedge read as twice the risk."""
    rng = np.random.default_rng(3)
    rates = rng.normal(0, 0.01, 300)
    values = rates[:, None] * [1.0, 1.0] + rng.normal(0, 0.001, (300, 2))
    factors = FactorReturns((FACTORS[-1],), rates[:, None], 252, {})
    estimates = exposures.factor_exposures(as_returns(values), factors)
    hedged, short = exposures.covered_weights(estimates, [[0.5, -0.5], [-0.5, -0.5]]).scaled @ estimates.betas[:, 0]
    assert hedged == pytest.approx(0.0, abs=0.01)
    assert short == pytest.approx(-1.0, abs=0.05)


def test_net_worth_is_the_denominator_and_neither_net_nor_gross_exposure() -> None:
    """One long-short book: its beta is a quarter of that over net exposure and more than that over gross."""
    rng = np.random.default_rng(4)
    market = rng.normal(0, 0.01, 300)
    values = market[:, None] * [1.2, 0.9] + rng.normal(0, 0.005, (300, 2))
    weights = np.array([0.9, -0.65])
    figure = beta.market_beta(portfolio_returns(as_returns(values), weights[None, :]), market, 252).figure(0)
    of_symbols = beta.market_beta(as_returns(values), market, 252).beta
    assert figure.value == pytest.approx(float(weights @ of_symbols), rel=1e-10)
    assert figure.value is not None
    assert abs(figure.value / weights.sum()) > 3 * abs(figure.value)
    assert abs(figure.value / np.abs(weights).sum()) < 0.7 * abs(figure.value)


def test_an_unadjusted_split_would_double_the_volatility(sample: SamplePrices) -> None:
    """Why prices are adjusted before they come here: one split of four to one is a fall of 75 % to every statistic."""
    adjusted = sample.table(["AAPL"], END)[-253:]
    raw = adjusted.copy()
    raw[:-30] *= 4
    right, wrong = (volatility.realised_volatility(simple_returns(prices), 252).figure(0) for prices in (adjusted, raw))
    assert right.value is not None and wrong.value is not None
    assert wrong.value > 2 * right.value
    assert simple_returns(raw).values.min() < -0.7


def test_yesterdays_price_has_hardly_a_beta(sample: SamplePrices) -> None:
    """Why every column has a row for every session: closes that are a day late lose nearly all of their beta."""
    returns, market = sample.returns(["AAPL"], END).last(252), sample.returns(["SPY"], END).last(252).series(0)
    late = Returns(np.roll(returns.values, 1, axis=0), returns.mask, returns.cash)
    on_time, too_late = (beta.market_beta(each, market, 252).figure(0).value for each in (returns, late))
    assert on_time is not None and too_late is not None
    assert on_time > 0.9
    assert abs(too_late) < 0.25


def test_a_price_nobody_updates_would_hide_risk(sample: SamplePrices) -> None:
    """Closes carried on for a week at a time: without them the beta is that of the days with trades."""
    closes = sample.table(["AAPL"], END)[-253:]
    market = sample.returns(["SPY"], END).last(252).series(0)
    carried = closes.copy()
    for begin in range(0, 240, 12):
        carried[begin + 1 : begin + 7] = carried[begin]
    honest = simple_returns(np.where(stale_closes(carried), np.nan, carried))
    true, hidden, seen = (
        beta.market_beta(each, market, 252).figure(0)
        for each in (simple_returns(closes), simple_returns(carried), honest)
    )
    assert true.value is not None and hidden.value is not None and seen.value is not None
    assert seen.n_obs == 252 - 20 * 7
    assert abs(seen.value - true.value) < 2 * (seen.std_error or 0.0)
    assert abs(hidden.value - true.value) > 2 * abs(seen.value - true.value)


def test_clusters_of_many_positions_come_to_an_end() -> None:
    """The original had to switch its clusters off, because they hung."""
    rng = np.random.default_rng(5)
    values = rng.normal(0, 0.01, (252, 40)).repeat(10, axis=1) + rng.normal(0, 0.002, (252, 400))
    tree = cluster(correlate(standardise(as_returns(values))))
    assert tree.labels.max() + 1 == 40
    assert sorted(tree.order.tolist()) == list(range(400))


def test_deposits_are_not_gains() -> None:
    """Doubling the account from outside is no return of 100 %."""
    money = cashflows.money_weighted_return([date(2024, 1, 1), date(2024, 7, 1)], [100, 100], date(2025, 7, 1), 200)
    assert money.period.value == pytest.approx(0.0, abs=1e-9)
