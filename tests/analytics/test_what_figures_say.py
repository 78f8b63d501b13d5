"""What stands beside every number: observations, window, coverage, method; and the reason where there is no number.

The receipts show these words, and a figure that lost them would still have the right value.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sigmasight_ui.analytics import cashflows, forecast, performance, ratios, tail
from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.concentration import concentration, sector_exposure
from sigmasight_ui.analytics.correlation import correlate, standardise
from sigmasight_ui.analytics.covariance import FactorCovariance, risk_contributions, sample_covariance
from sigmasight_ui.analytics.drawdown import drawdowns
from sigmasight_ui.analytics.exposures import FactorEstimates, factor_exposures
from sigmasight_ui.analytics.factors import FACTORS, FactorReturns
from sigmasight_ui.analytics.figure import Figure
from sigmasight_ui.analytics.replay import replay
from sigmasight_ui.analytics.returns import Returns, portfolio_returns
from sigmasight_ui.analytics.scenarios import complete_moves
from sigmasight_ui.analytics.stress import stress
from sigmasight_ui.analytics.volatility import realised_volatility, volatility_percentile

Row = tuple[str | None, int | None, int | None, float | None, str]
"""Reason, observations, window, coverage, method."""

RNG = np.random.default_rng(20)
SESSIONS = 600
MARKET = RNG.normal(0.0005, 0.01, SESSIONS)
VALUES = MARKET[:, None] * [1.2, 0.8, 0.5, 0.0] + RNG.normal(0.0002, 0.01, (SESSIONS, 4)) * [1, 1, 1, 0]
MASK = np.ones_like(VALUES, dtype=bool)
MASK[-40:-20, 1] = False
MASK[:-12, 2] = False
SYMBOLS = Returns(np.where(MASK, VALUES, 0.0), MASK, np.array([False, False, False, True]))
"""Complete, with a hole of twenty days, twelve days old, cash."""

WEIGHTS = np.array([[0.6, 0.2, 0.2, 0.0], [0.0, 0.2, 0.8, 0.0]])
"""Four fifths covered, with the hole three fifths; one fifth covered."""

TWO = (FACTORS[0], FACTORS[-1])
FACTOR_RETURNS = FactorReturns(TWO, np.column_stack([MARKET, RNG.normal(0, 0.01, SESSIONS)]), 252, {"size": "no IWM"})


def both_books() -> Returns:
    return portfolio_returns(SYMBOLS, WEIGHTS)


def estimates() -> FactorEstimates:
    return factor_exposures(SYMBOLS, FACTOR_RETURNS)


def covariance() -> FactorCovariance:
    return sample_covariance(FACTOR_RETURNS)


def row(figure: Figure) -> Row:
    assert (figure.value is None) == (figure.reason is not None)
    return figure.reason, figure.n_obs, figure.window, figure.coverage, figure.method


def compare(found: Figure, expected: Row) -> None:
    reason, n_obs, window, coverage, method = row(found)
    assert (reason, n_obs, window, method) == (*expected[:3], expected[4])
    assert coverage == (None if expected[3] is None else pytest.approx(expected[3]))


OLS = "OLS of daily returns on the market's, with intercept"


def test_betas() -> None:
    symbols, books = market_beta(SYMBOLS, MARKET, 252), market_beta(both_books(), MARKET, 252)
    compare(symbols.figure(0), (None, 252, 252, None, OLS))
    compare(symbols.r_squared_figure(1), (None, 232, 252, None, f"R² of {OLS}"))
    compare(symbols.figure(2), ("12 daily returns, 30 are needed", 12, 252, None, OLS))
    compare(symbols.r_squared_figure(3), ("cash does not vary", 252, 252, None, f"R² of {OLS}"))
    compare(books.figure(0), (None, 252, 252, books.figure(0).coverage, OLS))
    assert books.figure(0).coverage == pytest.approx((220 * 0.8 + 20 * 0.6 + 12 * 1.0) / 252)
    reason = "12 days on which half of the portfolio has a return, 30 are needed"
    compare(books.figure(1), (reason, 12, 252, 1.0, OLS))


def test_volatilities() -> None:
    method = "sample standard deviation of daily returns x √252"
    symbols, books = realised_volatility(SYMBOLS, 63), realised_volatility(both_books(), 63)
    compare(symbols.figure(1), (None, 43, 63, None, method))
    compare(symbols.figure(2), ("12 daily returns, 42 are needed", 12, 63, None, method))
    compare(books.figure(0), (None, 63, 63, (31 * 0.8 + 20 * 0.6 + 12) / 63, method))
    compare(books.figure(1), ("12 daily returns, 42 are needed", 12, 63, 1.0, method))
    share = "share of the past year's 63-day volatilities below the present one"
    of_symbols, of_books = volatility_percentile(SYMBOLS), volatility_percentile(both_books())
    compare(of_symbols[0], (None, 251, 252, None, share))
    compare(of_symbols[2], ("no present volatility to compare", 0, 252, None, share))
    compare(of_symbols[3], ("cash has no volatility", 0, 252, None, share))
    compare(of_books[0], (None, 251, 252, (31 * 0.8 + 20 * 0.6 + 12) / 63, share))
    compare(of_books[1], ("no present volatility to compare", 0, 252, 1.0, share))


def test_forecasts() -> None:
    ewma = "√(exponentially weighted mean of squared returns, decay 0.94) x √252"
    found = forecast.ewma_volatility(SYMBOLS)
    compare(found.figure(0), (None, 252, 252, None, ewma))
    compare(found.figure(2), ("12 daily returns, 60 are needed", 12, 252, None, ewma))
    har = "HAR: next day's squared return on the last day's, week's and month's, x 252, square root"
    of_model = forecast.har_forecast(SYMBOLS).volatility
    compare(of_model.figure(0), (None, 600 - 22, 756, None, har))
    compare(of_model.figure(1), ("one of the latest 22 days has no return", 538, 756, None, har))
    compare(of_model.figure(2), ("0 complete months of daily returns, 60 are needed", 0, 756, None, har))
    line = "straight line through the last 21 values of the 21-day volatility"
    trends = forecast.volatility_trend(SYMBOLS)
    compare(trends[0].slope, (None, 21, 21, None, line))
    compare(trends[2].slope, ("0 values of the 21-day volatility, 10 are needed", 0, 21, None, line))


def test_the_cone() -> None:
    def method(window: int) -> str:
        return f"sample standard deviation of {window} daily returns x √252"

    def present(column: int, window: int) -> Figure:
        one = Returns(SYMBOLS.values[:, [column]], SYMBOLS.mask[:, [column]], SYMBOLS.cash[[column]])
        return forecast.cone_band(one, window, forecast.rolling_volatility(one, window)[:, 0]).present

    for window, n in zip(forecast.CONE_WINDOWS, (20, 43, 106, 232), strict=True):
        compare(present(1, window), (None, n, window, None, method(window)))
    compare(present(2, 63), ("12 daily returns, 42 are needed", 12, 63, None, method(63)))


def test_ratios() -> None:
    for found, method in (
        (ratios.sharpe_ratio(SYMBOLS, 0.02), "mean return above 2.00% a year / standard deviation, x √252"),
        (ratios.sortino_ratio(SYMBOLS, 0.02), "mean return above 2.00% a year / downside deviation, x √252"),
    ):
        compare(found.figure(1), (None, 232, 252, None, method))
        compare(found.figure(2), ("12 daily returns, 60 are needed", 12, 252, None, method))
        compare(found.figure(3), ("cash does not vary", 252, 252, None, method))
    calmar = ratios.calmar_ratio(SYMBOLS)
    how = "compound return per year / deepest drawdown"
    compare(calmar.figure(0), (None, 600, 756, None, how))
    compare(calmar.figure(1), ("days without a return break the series", 580, 756, None, how))
    compare(calmar.figure(2), ("12 daily returns, 252 are needed", 12, 756, None, how))


def test_drawdowns() -> None:
    fall = "fall of the chained daily returns below their highest earlier value"
    found = drawdowns(SYMBOLS)
    compare(found.deepest.figure(0), (None, 600, 600, None, f"deepest {fall}"))
    compare(found.present.figure(2), (None, 12, 600, None, f"present {fall}"))
    compare(found.growth.figure(0), (None, 600, 600, None, "daily returns chained (time-weighted)"))
    broken = "days without a return break the series"
    compare(found.growth.figure(1), (broken, 580, 600, None, "daily returns chained (time-weighted)"))


def test_performance_of_a_series() -> None:
    chained, deepest = (
        "daily returns chained (time-weighted)",
        "deepest fall from an earlier high of the chained daily returns",
    )
    for function, method in ((performance.cumulative_return, chained), (performance.max_drawdown, deepest)):
        compare(function([np.nan, 0.1, -0.2]), (None, 2, None, None, method))
        compare(function([np.nan, 0.1, np.nan]), ("1 of 2 days have no return", 2, None, None, method))
        compare(function([np.nan]), ("no daily return is known", 0, None, None, method))


def test_tail_risk() -> None:
    history, curve = tail.historical_tail(SYMBOLS, 0.95), tail.normal_tail(SYMBOLS, 0.95)
    compare(history.var.figure(1), (None, 484, 504, None, "the k-th worst of n daily returns, k = floor(0.05 n) + 1"))
    compare(history.cvar.figure(0), (None, 504, 504, None, "mean of the worst 5% of the daily returns"))
    normal = "normal curve: 1.6449 deviations below the mean of the daily returns"
    compare(curve.var.figure(1), (None, 484, 504, None, normal))
    beyond = "normal curve: mean of the worst 5%, 2.0627 deviations below the mean"
    compare(curve.cvar.figure(2), ("12 daily returns, 60 are needed", 12, 504, None, beyond))


def test_exposures() -> None:
    joint = "joint ridge regression of daily returns on all factors, errors without the ridge"
    compare(estimates().figure(1, "market"), (None, 232, 252, None, joint))
    compare(estimates().figure(1, "size"), ("no IWM", 232, 252, None, joint))
    compare(estimates().figure(2, "market"), ("12 daily returns, 60 are needed", 12, 252, None, joint))
    compare(estimates().r_squared_figure(0), (None, 252, 252, None, f"R² of {joint}"))
    covered = (220 * 0.8 + 20 * 0.6 + 12) / 252
    compare(factor_exposures(both_books(), FACTOR_RETURNS).figure(0, "market"), (None, 252, 252, covered, joint))
    compare(factor_exposures(both_books(), FACTOR_RETURNS).figure(0, "size"), ("no IWM", 252, 252, covered, joint))


def test_factor_volatilities_and_contributions() -> None:
    sample = "sample covariance of daily factor returns"
    compare(covariance().figure("market"), (None, 252, 252, None, sample))
    compare(covariance().figure("size"), ("no IWM", 252, 252, None, sample))
    found = risk_contributions(estimates(), covariance(), WEIGHTS)
    whole = "factor model: √(b′Fb + Σ w² specific variance) x √252"
    part = "weight x covariance with the portfolio / its volatility"
    compare(found.figure(0), (None, 252, 252, 0.8, whole))
    compare(found.factor_figure(0, "market"), (None, 252, 252, 0.8, part))
    compare(found.specific_figure(0), (None, 252, 252, 0.8, part))
    compare(found.factor_figure(0, "size"), ("no IWM", 252, 252, 0.8, part))
    compare(found.figure(1), ("only 20% of the exposure has estimates", 252, 252, 0.2, whole))
    nothing = FactorReturns((), np.empty((SESSIONS, 0)), 252, {"market": "no SPY"})
    none = risk_contributions(factor_exposures(SYMBOLS, nothing), sample_covariance(nothing), WEIGHTS)
    compare(none.specific_figure(0), ("no factor can be measured", 252, 252, 0.0, part))


def test_correlations() -> None:
    average = "mean correlation of daily returns over all pairs"
    effective = "1 / mean of the whole correlation matrix"
    found = correlate(standardise(SYMBOLS))
    compare(found.average(), (None, 232, 252, 1 / 6, average))
    compare(found.effective_number(), (None, 232, 252, 1 / 6, effective))
    hidden = correlate(standardise(SYMBOLS), [2, 3])
    for figure, method in ((hidden.average(), average), (hidden.effective_number(), effective)):
        compare(figure, ("no two positions with 60 days in common", None, 252, 0.0, method))
    opposite = Returns(MARKET[:, None] * [1.0, -1.0], MASK[:, [0, 0]], np.array([False, False]))
    offsetting = correlate(standardise(opposite)).effective_number()
    compare(offsetting, ("the positions offset each other completely", None, 252, None, effective))


def test_concentration() -> None:
    found = concentration(["A", "B", "A"], [1.0, 2.0, -3.0], coverage=0.75)
    compare(found.hhi, (None, 2, None, 0.75, "sum of squared shares of gross exposure x 10,000"))
    compare(found.effective_n, (None, 2, None, 0.75, "10,000 / HHI"))
    compare(found.top_3, (None, 2, None, 0.75, "three largest shares of gross exposure"))
    compare(found.top_10, (None, 2, None, 0.75, "ten largest shares of gross exposure"))
    compare(found.largest, (None, 2, None, 0.75, "largest share of gross exposure"))
    none = concentration(["A"], [0.0], coverage=0.5)
    compare(none.top_10, ("no position has a value", 0, None, 0.5, "ten largest shares of gross exposure"))
    (energy,) = sector_exposure(["Energy", "Energy"], [2.0, -1.0], 4.0, coverage=0.9)
    compare(energy.net, (None, 2, None, 0.9, "signed market value / NAV"))
    compare(energy.gross, (None, 2, None, 0.9, "absolute market value / NAV"))
    (poor,) = sector_exposure(["Energy", "Energy"], [2.0, -1.0], 0.0, coverage=0.9)
    compare(poor.net, ("NAV is not positive, so there are no shares of it", 2, None, 0.9, "signed market value / NAV"))


def test_stress_and_replay() -> None:
    method = "exposures x expected factor moves given the shocks, options revalued"
    found = stress(estimates(), [6.0, 2.0, 2.0, 5.0], complete_moves(covariance(), {"market": -0.2}))
    compare(found.figure(), (None, None, None, 0.8, method))
    compare(found.direct_figure(), (None, None, None, 0.8, f"{method}; shocked factors alone"))
    compare(found.propagated_figure(), (None, None, None, 0.8, f"{method}; factors that move along"))
    poor = stress(estimates(), [0.0, 2.0, 8.0, 5.0], complete_moves(covariance(), {"market": -0.2}))
    compare(poor.figure(), ("only 20% of the positions can be stressed", None, None, 0.2, method))
    held = "today's positions held through the episode, by their own returns"
    again = replay(SYMBOLS, [6.0, 0.0, 2.0, 5.0], without_returns=2.0)
    compare(again.total, (None, 600, None, 0.6, held))
    compare(again.worst, (None, 600, None, 0.6, f"{held}; lowest point"))
    refused = replay(SYMBOLS, [4.0, 6.0, 0.0, 5.0])
    reason = "only 40% of the positions have returns for the whole episode"
    compare(refused.worst, (reason, 600, None, 0.4, held))


def test_performance_with_flows() -> None:
    dietz = "Modified Dietz: gain / (start value + flows weighted by the time they were invested)"
    compare(cashflows.modified_dietz(100, 110, [5, 1], [0.5, 1.0]), (None, 2, None, None, dietz))
    unknown = cashflows.modified_dietz(np.nan, 110, [5], [0.5])
    compare(unknown, ("the value at the start or the end is unknown", 1, None, None, dietz))
    nobody = cashflows.modified_dietz(0.0, 110, [5, 1], [0.0, 0.0])
    compare(nobody, ("no capital was invested on average", 2, None, None, dietz))
    compare(cashflows.annualised(0.1, 365), (None, 365, None, None, "(1 + return)^(365 / days) - 1"))
    short = cashflows.annualised(0.1, 364)
    compare(short, ("less than a year is not annualised", 364, None, None, "(1 + return)^(365 / days) - 1"))


def test_money_weighted_performance() -> None:
    yearly = "yearly rate that discounts all flows and the end value to zero (XIRR, actual/365)"
    whole = "money-weighted return of the whole period, not annualised"
    start, later, end = date(2024, 1, 1), date(2024, 7, 1), date(2025, 6, 1)
    compare(cashflows.xirr([start, end], [-100, 120]), (None, 2, None, None, yearly))
    compare(cashflows.xirr([start, end], [-100, np.nan]), ("an amount is unknown", 2, None, None, yearly))
    found = cashflows.money_weighted_return([start, later], [100, 50], end, 170)
    compare(found.annual, (None, 3, None, None, yearly))
    compare(found.period, (None, 3, None, None, whole))
    brief = cashflows.money_weighted_return([start], [100], later, 105)
    compare(brief.annual, ("less than a year is not annualised", 2, None, None, yearly))
    compare(brief.period, (None, 2, None, None, whole))
    nothing = cashflows.money_weighted_return([start], [100], later, 0)
    compare(nothing.period, ("money has to flow in both directions", 2, None, None, whole))
