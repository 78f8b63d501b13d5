"""Other people's code on the bundled prices with a tenth of them taken out; statsmodels and scikit-learn on the same
kind of data in test_beta.py and test_exposures.py. All to 1e-8."""

from __future__ import annotations

import empyrical
import numpy as np
import pytest
import QuantLib as ql
import statsmodels.api as sm
from numpy.typing import NDArray
from vollib.black_scholes_merton import black_scholes_merton
from vollib.black_scholes_merton.greeks import analytical as vollib
from vollib.black_scholes_merton.implied_volatility import implied_volatility as vollib_implied

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.correlation import correlate, standardise
from sigmasight_ui.analytics.drawdown import drawdowns
from sigmasight_ui.analytics.forecast import MONTH, WEEK, har_forecast
from sigmasight_ui.analytics.implied_volatility import implied_volatility
from sigmasight_ui.analytics.options import Options, european, options
from sigmasight_ui.analytics.ratios import sharpe_ratio, sortino_ratio
from sigmasight_ui.analytics.returns import Returns, simple_returns
from sigmasight_ui.analytics.volatility import realised_volatility
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]
EXACT = {"rel": 1e-8, "abs": 1e-12}
END = "2022-12-28"
STOCKS = ("AAPL", "AMD", "JNJ", "JPM", "KO", "XOM")


def holed(sample: SamplePrices, share: float = 0.1) -> Returns:
    prices = sample.table(STOCKS, END)
    prices[np.random.default_rng(10).random(prices.shape) < share] = np.nan
    return simple_returns(prices)


def known_days(returns: Returns, column: int, window: int) -> Floats:
    series = returns.series(column)[-window:]
    return series[np.isfinite(series)]


def test_empyrical(sample: SamplePrices) -> None:
    returns, market = holed(sample), sample.returns(["^GSPC"], END).series(0)
    sharpe, sortino = sharpe_ratio(returns), sortino_ratio(returns)
    volatility, betas = realised_volatility(returns, 252), market_beta(returns, market, 252)
    for column in range(len(STOCKS)):
        days = known_days(returns, column, 252)
        assert 190 < len(days) < 220
        assert sharpe.figure(column).value == pytest.approx(empyrical.sharpe_ratio(days), **EXACT)
        assert sortino.figure(column).value == pytest.approx(empyrical.sortino_ratio(days), **EXACT)
        assert volatility.figure(column).value == pytest.approx(empyrical.annual_volatility(days), **EXACT)
        of_market = market[-252:][returns.mask[-252:, column]]
        assert betas.figure(column).value == pytest.approx(empyrical.beta(days, of_market), **EXACT)
        chained = drawdowns(Returns(days[:, None], np.ones((len(days), 1), dtype=bool), np.array([False])))
        assert chained.deepest.figure(0).value == pytest.approx(empyrical.max_drawdown(days), **EXACT)


def test_pearson_of_numpy(sample: SamplePrices) -> None:
    returns = holed(sample)
    found = correlate(standardise(returns))
    assert not found.repaired
    for i in range(len(STOCKS)):
        for j in range(i):
            both = returns.mask[-252:, i] & returns.mask[-252:, j]
            pair = returns.values[-252:][both][:, [i, j]]
            assert found.matrix[i, j] == pytest.approx(np.corrcoef(pair.T)[0, 1], **EXACT)
            assert found.n[i, j] == both.sum()


def test_har_of_statsmodels(sample: SamplePrices) -> None:
    """Fewer are missing here: the regression needs whole months without a gap."""
    returns = holed(sample, 0.008)
    forecasts = har_forecast(returns)
    for column in range(len(STOCKS)):
        figure = forecasts.volatility.figure(column)
        squares = returns.series(column)[-756:] ** 2
        lagged = np.array(
            [
                [squares[t], squares[t - WEEK + 1 : t + 1].mean(), squares[t - MONTH + 1 : t + 1].mean()]
                for t in range(MONTH - 1, len(squares))
            ]
        )
        rows = np.isfinite(lagged[:-1]).all(axis=1) & np.isfinite(squares[MONTH:])
        fitted = sm.OLS(squares[MONTH:][rows], sm.add_constant(lagged[:-1][rows])).fit()
        np.testing.assert_allclose(forecasts.coefficients[column], fitted.params, rtol=1e-8)
        assert figure.n_obs == rows.sum() < 734
        if figure.value is not None:
            ahead = fitted.params @ [1.0, *lagged[-1]]
            assert figure.value == pytest.approx(float(np.sqrt(ahead * 252)), **EXACT)


def of_real_stocks(sample: SamplePrices) -> tuple[Options, Floats]:
    """Calls and puts round the last real price of each stock, at its realised volatility."""
    spot = sample.table(STOCKS, END)[-1]
    volatility = realised_volatility(holed(sample), 252).values
    moneyness, days = (axis.ravel() for axis in np.meshgrid([0.8, 0.95, 1.0, 1.1], [30, 120, 400]))
    of = options(
        np.repeat(spot, 12), np.repeat(spot, 12) * np.tile(moneyness, 6), np.tile(days, 6) / 365,
        np.arange(72) % 2 == 0, 0.043, 0.012,
    )  # fmt: skip
    return of, np.repeat(volatility, 12)


def test_vollib(sample: SamplePrices) -> None:
    of, sigma = of_real_stocks(sample)
    value = european(of, sigma)
    solved = implied_volatility(of, value.price).values
    for i in range(72):
        flag, price = "c" if of.call[i] else "p", float(value.price[i])
        at = [float(x[i]) for x in (of.spot, of.strike, of.years)]
        whole = (flag, *at, 0.043, float(sigma[i]), 0.012)
        wanted = [black_scholes_merton(*whole), *(f(*whole) for f in (vollib.delta, vollib.gamma, vollib.vega))]
        assert [price, value.delta[i], value.gamma[i], value.vega[i]] == pytest.approx(wanted, **EXACT)
        if value.vega_per_unit[i] > 1:
            assert solved[i] == pytest.approx(vollib_implied(price, *at, 0.043, 0.012, flag), rel=1e-8)


def test_quantlib(sample: SamplePrices) -> None:
    today = ql.Date(28, 12, 2022)
    ql.Settings.instance().evaluationDate = today
    day_count, calendar = ql.Actual365Fixed(), ql.NullCalendar()
    of, sigma = of_real_stocks(sample)
    value = european(of, sigma)
    for i in range(72):
        spot = ql.QuoteHandle(ql.SimpleQuote(float(of.spot[i])))
        payout, rate = (ql.YieldTermStructureHandle(ql.FlatForward(today, r, day_count)) for r in (0.012, 0.043))
        vol = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, calendar, float(sigma[i]), day_count))
        payoff = ql.PlainVanillaPayoff(ql.Option.Call if of.call[i] else ql.Option.Put, float(of.strike[i]))
        contract = ql.VanillaOption(payoff, ql.EuropeanExercise(today + round(of.years[i] * 365)))
        contract.setPricingEngine(ql.AnalyticEuropeanEngine(ql.BlackScholesMertonProcess(spot, payout, rate, vol)))
        wanted = [contract.NPV(), contract.delta(), contract.gamma(), contract.vega(), contract.theta(), contract.rho()]
        found = [value.price, value.delta, value.gamma, value.vega_per_unit, value.theta * 365, value.rho * 100]
        assert [float(number[i]) for number in found] == pytest.approx(wanted, **EXACT)
