"""Every applicable group of reference_values.json, by its name there. Tolerance 1e-8 unless the source rounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.concentration import concentration
from sigmasight_ui.analytics.performance import cumulative_return, max_drawdown
from sigmasight_ui.analytics.returns import portfolio_returns, simple_returns
from sigmasight_ui.analytics.volatility import realised_volatility
from tests.analytics.conftest import SamplePrices

EXACT = {"rel": 1e-8, "abs": 1e-12}
END_OF_STOCKS, END_OF_BUNDLE = "2022-12-28", "2016-07-01"


def test_beta252_to_2022_12_28(sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = reference["beta252_to_2022-12-28"]["results"]
    stocks = sorted(expected)
    assert len(stocks) == 20
    market = sample.returns(["^GSPC"], END_OF_STOCKS).series(0)
    estimates = market_beta(sample.returns(stocks, END_OF_STOCKS), market, 252)
    for column, symbol in enumerate(stocks):
        beta = estimates.figure(column)
        assert (beta.n_obs, beta.window, beta.limited) == (252, 252, False)
        assert beta.value == pytest.approx(expected[symbol]["beta"], **EXACT)
        assert beta.std_error == pytest.approx(expected[symbol]["se"], **EXACT)
        assert estimates.alpha[column] == pytest.approx(expected[symbol]["alpha"], **EXACT)
        assert estimates.r_squared_figure(column).value == pytest.approx(expected[symbol]["r2"], **EXACT)


def test_equal_weight_20_last504_to_2022_12_28(sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = reference["equal_weight_20_last504_to_2022-12-28"]
    stocks = sorted(reference["beta252_to_2022-12-28"]["results"])
    book = portfolio_returns(sample.returns(stocks, END_OF_STOCKS).last(504), np.full((1, 20), 1 / 20))
    market = sample.returns(["^GSPC"], END_OF_STOCKS).last(504).series(0)
    assert book.mask.all()
    assert np.mean(book.series(0)) == pytest.approx(expected["mean"], **EXACT)
    assert np.std(book.series(0), ddof=1) == pytest.approx(expected["std_ddof1"], **EXACT)
    assert realised_volatility(book, 504).figure(0).value == pytest.approx(expected["ann_vol"], **EXACT)
    assert max_drawdown(book.series(0)).value == pytest.approx(expected["max_drawdown"], **EXACT)
    assert market_beta(book, market, 504).figure(0).value == pytest.approx(expected["beta"], **EXACT)
    growth = cumulative_return(book.series(0)).value
    assert growth is not None
    assert (1 + growth) ** (252 / 504) - 1 == pytest.approx(expected["cagr"], **EXACT)


@pytest.mark.parametrize("name", ["balanced", "long_short", "concentrated"])
def test_demo_portfolios_2016_07_01(name: str, sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = reference["demo_portfolios_2016-07-01"]["portfolios"][name]
    held = {symbol: weight for symbol, weight in expected["weights"].items() if symbol != "_CASH"}
    weights = np.array(list(held.values()))
    symbols = sample.returns(list(held), END_OF_BUNDLE)
    book = portfolio_returns(symbols, weights[None, :])
    market = sample.returns(["SPY"], END_OF_BUNDLE).series(0)

    beta = market_beta(book, market, 252)
    assert beta.figure(0).value == pytest.approx(expected["mkt_beta"], **EXACT)
    assert beta.r_squared_figure(0).value == pytest.approx(expected["mkt_r2"], **EXACT)
    assert beta.figure(0).coverage == 1.0
    assert realised_volatility(book, 252).figure(0).value == pytest.approx(expected["ann_vol"], **EXACT)
    assert max_drawdown(book.last(252).series(0)).value == pytest.approx(expected["mdd"], **EXACT)

    assert np.abs(weights).sum() == pytest.approx(expected["gross"], **EXACT)
    assert weights.sum() == pytest.approx(expected["net"], **EXACT)
    points = concentration(list(held), weights).hhi.value
    assert points == pytest.approx(expected["hhi_gross"] * 10_000, **EXACT)


def test_demo_portfolios_with_cash_as_a_column_are_the_same(sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = reference["demo_portfolios_2016-07-01"]["portfolios"]["long_short"]
    held = expected["weights"]
    prices = sample.table([s for s in held if s != "_CASH"], END_OF_BUNDLE)
    with_cash = np.column_stack([prices, np.full(len(prices), np.nan)])
    assert list(held)[-1] == "_CASH"
    returns = simple_returns(with_cash, cash=[symbol == "_CASH" for symbol in held])
    book = portfolio_returns(returns, np.array([list(held.values())]))
    assert realised_volatility(book, 252).figure(0).value == pytest.approx(expected["ann_vol"], **EXACT)
    assert book.coverage is not None
    assert np.all(book.coverage == 1.0)


def test_hhi(reference: dict[str, Any]) -> None:
    expected = reference["hhi"]
    result = concentration(["a", "b", "c", "d"], expected["weights"])
    assert result.hhi.value == pytest.approx(expected["hhi_points"])
    assert result.effective_n.value == pytest.approx(expected["effective_n"], **EXACT)


def test_empyrical_mixed(reference: dict[str, Any]) -> None:
    expected = reference["empyrical_mixed"]
    returns = [np.nan if r is None else r for r in expected["returns"]]
    assert max_drawdown(returns).value == pytest.approx(expected["max_drawdown"], **EXACT)
    growth = cumulative_return(returns).value
    assert growth is not None
    assert (1 + growth) ** (252 / len(returns)) - 1 == pytest.approx(expected["ann_return"], **EXACT)


@pytest.mark.parametrize("span", ["2018-09-20..2018-12-24", "2020-02-19..2020-03-23", "2022-01-03..2022-10-12"])
def test_sp500_price_drawdowns(span: str, sample: SamplePrices, reference: dict[str, Any]) -> None:
    first, last = span.split("..")
    series = sample.returns(["^GSPC"], last, first).series(0)
    expected = reference["sp500_price_drawdowns"]["values"][span]
    assert max_drawdown(series).value == pytest.approx(expected, abs=5e-7)
    assert cumulative_return(series).value == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("episode", ["covid", "rates2022", "brexit", "volmageddon"])
def test_episode_returns(episode: str, sample: SamplePrices, reference: dict[str, Any]) -> None:
    expected = dict(reference["episode_returns"][episode])
    first, last = expected.pop("from"), expected.pop("to")
    assert len(expected) >= 20
    for name, change in expected.items():
        series = sample.returns(["^GSPC" if name == "SP500" else name], last, first).series(0)
        assert cumulative_return(series).value == pytest.approx(change, rel=1e-8), name
