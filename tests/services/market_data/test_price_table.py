"""Corporate actions: raw closes, splits and dividends become one series for valuation and one for risk."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigmasight_ui.services.market_data.price_table import PriceTable

FIRST = date(2024, 1, 1)


def table(closes: list[float | None], splits: dict[int, float], dividends: dict[int, float]) -> PriceTable:
    shape = (len(closes), 1)
    traded = np.array([np.nan if close is None else close for close in closes]).reshape(shape)
    ratios, paid = np.ones(shape), np.zeros(shape)
    for row, ratio in splits.items():
        ratios[row, 0] = ratio
    for row, amount in dividends.items():
        paid[row, 0] = amount
    days = tuple(FIRST + timedelta(row) for row in range(len(closes)))
    return PriceTable("yahoo", days, ("A",), traded, ratios, paid)


def test_apple_in_june_2014() -> None:
    """Seven for one on 9 June 2014: 645.57 on Friday, 93.70 on Monday; 92.2243 is what every vendor shows since."""
    found = table([645.57, 93.70, 94.25], {1: 7.0}, {})
    assert found.closes[0, 0] == pytest.approx(92.2243, abs=5e-5)
    assert found.total_return[1, 0] / found.total_return[0, 0] - 1 == pytest.approx(0.016001, abs=5e-7)
    assert found.close("A", FIRST) == Decimal("92.224286")


def test_general_electric_in_august_2021() -> None:
    """One for eight: a reverse split makes shares fewer and older closes larger, and nobody richer."""
    found = table([12.95, 103.94], {1: 0.125}, {})
    assert found.closes[0, 0] == pytest.approx(103.6)
    assert found.total_return[1, 0] / found.total_return[0, 0] == pytest.approx(103.94 / 103.6)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[float], dict[int, float], dict[int, float]]:
    length = draw(st.integers(2, 12))
    closes = [draw(st.integers(1_000_000, 900_000_000)) / 1e6 for _ in range(length)]
    rows = st.integers(1, length - 1)
    splits = draw(st.dictionaries(rows, st.sampled_from([2.0, 3.0, 7.0, 0.5, 0.125, 1.5]), max_size=2))
    dividends = draw(st.dictionaries(rows, st.integers(1, 900_000).map(lambda n: n / 1e6), max_size=3))
    return closes, splits, dividends


@settings(deadline=None, max_examples=60)
@given(histories())
def test_every_session_grows_by_split_times_close_and_dividend(history: tuple) -> None:
    closes, splits, dividends = history
    found = table(*history)
    for row in range(1, len(closes)):
        ratio, paid = splits.get(row, 1.0), dividends.get(row, 0.0)
        grown = found.total_return[row, 0] / found.total_return[row - 1, 0]
        assert grown == pytest.approx(ratio * (closes[row] + paid) / closes[row - 1], rel=1e-12)
        assert found.closes[row, 0] / found.closes[row - 1, 0] == pytest.approx(
            ratio * closes[row] / closes[row - 1], rel=1e-12
        )
    assert found.total_return[-1, 0] == pytest.approx(closes[-1], rel=1e-15)
    assert found.closes[-1, 0] == closes[-1]


@settings(deadline=None, max_examples=60)
@given(histories())
def test_a_split_changes_what_nobody_owns(history: tuple) -> None:
    """Shares of today x closes of today's shares = shares of then x closes of then, exactly."""
    closes, splits, _ = history
    found = table(*history)
    for row, close in enumerate(closes):
        shares = Fraction(1)
        for later in range(row + 1, len(closes)):
            shares *= Fraction(splits.get(later, 1.0))
        exact = found.close("A", found.sessions[row])
        assert exact is not None
        assert abs(Fraction(exact) * shares - Fraction(str(close))) <= shares * Fraction(1, 2_000_000)
        assert found.closes[row, 0] == pytest.approx(float(Fraction(str(close)) / shares), rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(histories(), st.data())
def test_a_session_without_a_close_is_bridged(history: tuple, data: st.DataObject) -> None:
    closes, splits, dividends = history
    row = data.draw(st.integers(0, len(closes) - 2))
    if row in splits or row in dividends:
        return
    whole, gappy = table(*history), table([*closes[:row], None, *closes[row + 1 :]], splits, dividends)
    assert np.isnan(gappy.total_return[row, 0])
    others = [each for each in range(len(closes)) if each != row]
    assert gappy.total_return[others, 0] == pytest.approx(whole.total_return[others, 0], rel=1e-12)
