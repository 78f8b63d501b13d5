"""Concentration by name and exposure by sector."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.analytics.concentration import UNCLASSIFIED, concentration, sector_exposure

AMOUNTS = st.lists(st.floats(0.01, 1e9) | st.floats(-1e9, -0.01), min_size=1, max_size=30)


def test_by_hand_with_a_short() -> None:
    result = concentration(["A", "B", "C", "D"], [50.0, -30.0, 15.0, 5.0], coverage=0.9)
    assert result.hhi.value == pytest.approx(2500 + 900 + 225 + 25)
    assert result.effective_n.value == pytest.approx(10_000 / 3650)
    assert result.top_3.value == pytest.approx(0.95)
    assert result.top_10.value == pytest.approx(1.0)
    assert (result.largest.value, result.largest_name) == (pytest.approx(0.5), "A")
    assert (result.hhi.n_obs, result.hhi.coverage) == (4, 0.9)


def test_the_ten_largest_of_twelve() -> None:
    result = concentration(list("ABCDEFGHIJKL"), [1.0] * 12)
    assert (result.top_3.value, result.top_10.value) == (pytest.approx(3 / 12), pytest.approx(10 / 12))


def test_lots_of_a_name_count_as_one_and_a_hedge_does_not_hide_them() -> None:
    lots = concentration(["A", "B", "A"], [30.0, 40.0, 30.0])
    assert lots.largest_name == "A"
    assert lots.largest.value == pytest.approx(0.6)
    assert lots.hhi.n_obs == 2
    assert concentration(["A", "B", "C"], [1.0, 2.0, -4.0]).largest_name == "C"
    assert concentration(["A", "A", "B"], [50.0, -50.0, 100.0]).largest.value == pytest.approx(0.5)


@given(AMOUNTS)
def test_identities(amounts: list[float]) -> None:
    result = concentration([f"S{i % 7}" for i in range(len(amounts))], amounts)
    assert result.hhi.value is not None
    assert result.effective_n.value is not None
    assert result.hhi.value * result.effective_n.value == pytest.approx(10_000)
    n = result.hhi.n_obs or 0
    assert 10_000 / n - 1e-6 <= result.hhi.value <= 10_000 + 1e-6
    assert (result.largest.value or 0) <= (result.top_3.value or 0) <= (result.top_10.value or 0) <= 1 + 1e-12


@pytest.mark.parametrize("values", [[], [0.0, 0.0]])
def test_nothing_of_value_is_a_reason_not_a_zero(values: list[float]) -> None:
    result = concentration(["A", "B"][: len(values)], values)
    for figure in (result.hhi, result.effective_n, result.top_3, result.top_10, result.largest):
        assert (figure.value, figure.reason, figure.n_obs) == (None, "no position has a value", 0)
    assert result.largest_name is None


@pytest.mark.parametrize("values", [[1.0], [1.0, np.nan], [1.0, np.inf]])
def test_unknown_values_are_the_callers_to_leave_out(values: list[float]) -> None:
    with pytest.raises(ValueError, match="^one finite market value for every position$"):
        concentration(["A", "B"], values)
    with pytest.raises(ValueError, match="^one finite market value for every position$"):
        sector_exposure(["A", "B"], values, nav=1.0)


def test_sectors_by_hand_and_nothing_is_dropped() -> None:
    sectors = ["Tech", None, "Energy", "Tech", "  "]
    rows = sector_exposure(sectors, [60.0, 10.0, 20.0, -10.0, -20.0], nav=200.0, coverage=0.8)
    assert [row.sector for row in rows] == ["Tech", UNCLASSIFIED, "Energy"]
    assert [row.net.value for row in rows] == pytest.approx([0.25, -0.05, 0.1])
    assert [row.gross.value for row in rows] == pytest.approx([0.35, 0.15, 0.1])
    assert [row.net.n_obs for row in rows] == [2, 2, 1]
    assert rows[0].gross.coverage == 0.8


@given(AMOUNTS, st.integers(0, 10))
def test_sectors_add_up_to_the_exposures(amounts: list[float], seed: int) -> None:
    sectors = [("Tech", "Energy", None)[(i + seed) % 3] for i in range(len(amounts))]
    rows = sector_exposure(sectors, amounts, nav=1e6)
    scale = np.abs(amounts).sum() / 1e6
    assert sum(row.net.value or 0 for row in rows) == pytest.approx(sum(amounts) / 1e6, abs=1e-9 * scale)
    assert sum(row.gross.value or 0 for row in rows) == pytest.approx(scale)


@pytest.mark.parametrize("nav", [0.0, -5.0])
def test_without_equity_there_are_no_shares_of_it(nav: float) -> None:
    rows = sector_exposure(["Tech"], [60.0], nav=nav)
    assert sector_exposure(["Tech"], [60.0], nav=0.5)[0].net.value == 120.0
    assert rows[0].net.reason == rows[0].gross.reason == "NAV is not positive, so there are no shares of it"


def test_no_positions_no_sectors_and_an_unknown_nav_is_refused() -> None:
    assert sector_exposure([], [], nav=100.0) == ()
    with pytest.raises(ValueError, match="^NAV is a finite number$"):
        sector_exposure(["Tech"], [60.0], nav=np.nan)
