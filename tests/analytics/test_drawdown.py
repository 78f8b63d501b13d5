"""Drawdowns on the record of the S&P 500, by hand, and against empyrical."""

from __future__ import annotations

from typing import Any

import empyrical
import numpy as np
import pytest
from arch.data import sp500
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sigmasight_ui.analytics.drawdown import Episode, drawdown_episodes, drawdowns
from sigmasight_ui.analytics.performance import max_drawdown
from sigmasight_ui.analytics.returns import Returns, portfolio_returns, simple_returns
from tests.analytics.conftest import SamplePrices

Floats = NDArray[np.float64]


def as_returns(values: Floats, cash: bool = False) -> Returns:
    known = np.isfinite(values)
    return Returns(np.where(known, values, 0.0), known | cash, np.full(values.shape[1], cash))


def noise(seed: int, sessions: int = 300, columns: int = 1) -> Floats:
    return np.random.default_rng(seed).normal(0.0005, 0.01, (sessions, columns))


@pytest.mark.parametrize(
    "span", ["2000-03-24..2002-10-09", "2007-10-09..2009-03-09", "2011-04-29..2011-10-03", "2018-09-20..2018-12-24"]
)
def test_sp500_price_drawdowns(span: str, reference: dict[str, Any]) -> None:
    """The public record, from closes since 1999."""
    closes = sp500.load()["Close"]
    days = [str(day.date()) for day in closes.index]
    returns = simple_returns(closes.to_numpy()[:, None])
    peak, trough = (days.index(day) for day in span.split(".."))
    expected = reference["sp500_price_drawdowns"]["values"][span]
    within = Returns(returns.values[peak:trough], returns.mask[peak:trough], returns.cash)
    assert drawdowns(within).deepest.figure(0).value == pytest.approx(expected, abs=5e-7)
    of_all = [(e.peak + 1, e.trough + 1, round(e.depth, 6)) for e in drawdown_episodes(returns.values[:, 0])]
    inside_a_longer_fall = span.startswith("2011")
    assert ((peak, trough, pytest.approx(expected, abs=1e-6)) in of_all) or inside_a_longer_fall


def test_episode_returns_of_the_index(reference: dict[str, Any]) -> None:
    closes = sp500.load()["Close"]
    for name in ("dotcom", "gfc"):
        episode = reference["episode_returns"][name]
        change = closes.loc[episode["to"]] / closes.loc[episode["from"]] - 1
        series = closes.loc[episode["from"] : episode["to"]].to_numpy()
        growth = drawdowns(simple_returns(series[:, None])).growth.figure(0)
        assert growth.value == pytest.approx(episode["SP500"], abs=2e-8)
        assert growth.value == pytest.approx(change, rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 200))
def test_every_depth_is_that_of_empyrical_and_pandas(seed: int, sessions: int) -> None:
    values = noise(seed, sessions, 3)
    found = drawdowns(as_returns(values))
    for column in range(3):
        wealth = np.cumprod(1 + values[:, column])
        depth = wealth / np.maximum.accumulate(np.maximum(wealth, 1.0)) - 1
        np.testing.assert_allclose(found.series[:, column], depth, atol=1e-14)
        deepest = found.deepest.figure(column)
        assert deepest.value == pytest.approx(empyrical.max_drawdown(values[:, column]), abs=1e-14)
        assert deepest.value == pytest.approx(max_drawdown(values[:, column]).value, abs=1e-14)
        assert found.present.figure(column).value == pytest.approx(depth[-1], abs=1e-14)
        assert found.growth.figure(column).value == pytest.approx(wealth[-1] - 1)
        assert (deepest.n_obs, deepest.window) == (sessions, sessions)
        episodes = drawdown_episodes(values[:, column])
        assert min([0.0, *(e.depth for e in episodes)]) == pytest.approx(deepest.value, abs=1e-14)
        under_water = sum((e.recovery if e.recovery is not None else sessions) - e.peak - 1 for e in episodes)
        assert under_water == int((depth < -1e-15).sum())


def test_demo_portfolios_2016_07_01(sample: SamplePrices, reference: dict[str, Any]) -> None:
    for expected in reference["demo_portfolios_2016-07-01"]["portfolios"].values():
        held = {s: w for s, w in expected["weights"].items() if s != "_CASH"}
        book = portfolio_returns(sample.returns(list(held), "2016-07-01"), [list(held.values())])
        assert drawdowns(book.last(252)).deepest.figure(0).value == pytest.approx(expected["mdd"], rel=1e-10)


def test_episodes_by_hand() -> None:
    #                 0     1      2     3     4     5      6      7
    returns = np.array([0.10, -0.20, 0.10, 0.25, 0.00, -0.10, -0.10, 0.05])
    first, second = drawdown_episodes(returns)
    assert first == Episode(peak=0, trough=1, recovery=3, depth=pytest.approx(-0.2))
    assert second == Episode(peak=4, trough=6, recovery=None, depth=pytest.approx(-0.19))
    assert drawdown_episodes(returns, shallowest=0.19) == (first,)


def test_a_fall_from_the_first_day_starts_at_the_start() -> None:
    (episode,) = drawdown_episodes([-0.1, 0.2])
    assert (episode.peak, episode.trough, episode.recovery) == (-1, 0, 1)
    late = drawdown_episodes([np.nan, np.nan, -0.1, 0.2])
    assert (late[0].peak, late[0].trough, late[0].recovery) == (1, 2, 3)


def test_no_fall_no_episode() -> None:
    assert drawdown_episodes([0.01, 0.0, 0.02]) == ()
    assert drawdown_episodes([0.01, np.nan, -0.5]) == ()
    assert drawdown_episodes([]) == ()


def test_a_series_that_starts_later_and_one_with_a_gap() -> None:
    values = noise(1, 100, 3)
    values[:40, 0] = np.nan
    values[50, 1] = np.nan
    values[:, 2] = np.nan
    found = drawdowns(as_returns(values))
    assert found.deepest.figure(0).value == pytest.approx(max_drawdown(values[:, 0]).value)
    assert found.deepest.figure(0).n_obs == 60
    assert np.isnan(found.series[:40, 0]).all() and np.isfinite(found.series[40:, 0]).all()
    for figure in (found.deepest.figure(1), found.present.figure(1), found.growth.figure(1)):
        assert figure.reason == "days without a return break the series"
    assert np.isnan(found.series[:, 1]).all()
    assert found.growth.figure(2).reason == "no daily return is known"


def test_a_value_below_zero_cannot_be_chained_and_a_total_loss_can() -> None:
    values = noise(2, 10, 2)
    values[4] = [-1.2, -1.0]
    found = drawdowns(as_returns(values))
    assert found.growth.figure(0).reason == "the value fell below zero, which returns cannot describe"
    assert (found.growth.figure(1).value, found.present.figure(1).value) == (-1.0, -1.0)


def test_cash_never_falls_and_coverage_travels() -> None:
    cash = drawdowns(as_returns(np.zeros((10, 1)), cash=True))
    assert (cash.deepest.figure(0).value, cash.growth.figure(0).value) == (0.0, 0.0)
    values = noise(3, 10, 2)
    values[:, 1] = np.nan
    book = portfolio_returns(as_returns(values), [[0.8, 0.2]])
    assert drawdowns(book).deepest.figure(0).coverage == pytest.approx(0.8)


def test_many_columns_are_chained_like_few() -> None:
    values = noise(4, 50, 200)
    together = drawdowns(as_returns(values))
    for start in range(0, 200, 40):
        alone = drawdowns(as_returns(values[:, start : start + 40]))
        np.testing.assert_array_equal(together.series[:, start : start + 40], alone.series)
        np.testing.assert_array_equal(together.growth.values[start : start + 40], alone.growth.values)


def test_no_sessions() -> None:
    assert drawdowns(as_returns(np.empty((0, 1)))).deepest.figure(0).reason == "no daily return is known"
