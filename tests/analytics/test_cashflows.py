"""Performance with flows: published values, Excel's, identities, and the cases in which solvers go wrong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from sigmasight_ui.analytics.cashflows import (
    annualised,
    modified_dietz,
    money_weighted_return,
    present_value,
    xirr,
)
from sigmasight_ui.analytics.performance import cumulative_return

START = date(2020, 1, 1)
NAN = float("nan")


def days(*offsets: int) -> list[date]:
    return [START + timedelta(days=offset) for offset in offsets]


# Modified Dietz


def test_modified_dietz_and_the_true_return_of_one_example() -> None:
    """100 becomes 125 in 30 days with 20 paid in on day 10: 4.41 %; valued at 101 before the payment: 4.34 %."""
    assert modified_dietz(100, 125, [20], [20 / 30]).value == pytest.approx(0.0441176, abs=5e-8)
    assert cumulative_return([1 / 100, 4 / 121]).value == pytest.approx(0.0433884, abs=5e-8)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_modified_dietz_is_linear_in_a_small_simple_interest(seed: int) -> None:
    """With simple interest it is exact: every sum earns for the time it was there."""
    rng = np.random.default_rng(seed)
    flows, share, rate = rng.normal(0, 10, 4), rng.uniform(0, 1, 4), rng.uniform(-0.05, 0.05)
    end = 200 * (1 + rate) + float((flows * (1 + rate * share)).sum())
    assert modified_dietz(200, end, flows, share).value == pytest.approx(rate, abs=1e-12)


def test_modified_dietz_refuses_what_it_cannot_know() -> None:
    assert modified_dietz(100, 110, [], []).value == pytest.approx(0.1)
    assert modified_dietz(0.5, 0.6, [], []).value == pytest.approx(0.2)
    assert modified_dietz(100, 50, [-200], [1.0]).reason == "no capital was invested on average"
    assert modified_dietz(NAN, 50, [], []).reason == "the value at the start or the end is unknown"
    for flows, share in (([1.0], [1.5]), ([NAN], [0.5]), ([1.0, 2.0], [0.5]), ([1.0], [-0.1])):
        with pytest.raises(ValueError, match="^every flow is finite and was invested for a share of the period$"):
            modified_dietz(100, 110, flows, share)


def test_less_than_a_year_is_not_annualised() -> None:
    assert annualised(0.1, 364).reason == "less than a year is not annualised"
    assert annualised(0.1, 365).value == pytest.approx(0.1)
    assert annualised(0.21, 730).value == pytest.approx(0.1)
    assert annualised(-1.0, 730).value == -1.0
    with pytest.raises(ValueError, match="^a return is not below -100 %$"):
        annualised(-1.1, 730)


# Money-weighted


def test_xirr_of_excel(reference: dict[str, Any]) -> None:
    expected = reference["xirr"]["xirr"]
    dates = [date.fromisoformat(day) for day in expected["dates"]]
    figure = xirr(dates, expected["amounts"])
    assert figure.value == pytest.approx(expected["xirr"], abs=5e-9)
    assert figure.n_obs == 5
    assert present_value(0.09, dates, expected["amounts"]) == pytest.approx(expected["xnpv_9pct"], abs=1e-6)
    found = money_weighted_return(
        dates[:-1], [-a for a in expected["amounts"][:-1]], dates[-1], expected["amounts"][-1]
    )
    assert found.annual.value == pytest.approx(expected["xirr"], abs=5e-9)
    whole = (1 + expected["xirr"]) ** ((dates[-1] - dates[0]).days / 365) - 1
    assert found.period.value == pytest.approx(whole, abs=1e-8)


def test_irr_of_excel_as_payments_a_year_of_365_days_apart(reference: dict[str, Any]) -> None:
    values = [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000]
    dates = days(*(365 * n for n in range(6)))
    assert xirr(dates, values).value == pytest.approx(
        reference["xirr"]["irr_[-70000,12000,15000,18000,21000,26000]"], abs=5e-9
    )
    assert xirr(dates[:5], values[:5]).value == pytest.approx(reference["xirr"]["irr_first5"], abs=5e-9)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(-0.6, 3.0))
def test_the_rate_discounts_everything_to_zero(seed: int, rate: float) -> None:
    """Contributions that grow at one rate have that rate."""
    rng = np.random.default_rng(seed)
    offsets = sorted({0, *rng.integers(1, 1500, 5).tolist()})
    flows = rng.uniform(10, 100, len(offsets))
    end = 1600
    value = float((flows * (1 + rate) ** ((end - np.array(offsets)) / 365)).sum())
    found = money_weighted_return(days(*offsets), flows, START + timedelta(days=end), value)
    assert found.annual.value == pytest.approx(rate, abs=1e-7)
    assert found.period.value == pytest.approx((1 + rate) ** (end / 365) - 1, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize(
    ("offsets", "amounts", "reason"),
    [
        ((0, 365), [100, 100], "money has to flow in both directions"),
        ((0, 365), [100, 0], "money has to flow in both directions"),
        ((0, 365), [100, 0.5], "money has to flow in both directions"),
        ((0, 365), [-100, 0], "money has to flow in both directions"),
        ((), [], "money has to flow in both directions"),
        ((0, 0), [-100, 110], "everything happened on one day"),
        ((0, 365), [-100, NAN], "an amount is unknown"),
        ((0, 365, 730), [-100, 230, -132], "more than one yearly rate fits these flows"),
        ((0, 365, 730), [-1000, 2000, -1010], "no yearly rate fits these flows"),
        ((0, 7), [-100, 1], "no yearly rate fits these flows"),
        ((0, 7), [-100, 200], "no yearly rate fits these flows"),
    ],
)
def test_where_solvers_fail_there_is_a_reason(offsets: tuple[int, ...], amounts: list[float], reason: str) -> None:
    """Two rates (10 % and 20 %), none, infinity on one day, -1.0 after a week: a solver returns a number for most."""
    figure = xirr(days(*offsets), amounts)
    assert (figure.value, figure.reason, figure.n_obs) == (None, reason, len(amounts))


@pytest.mark.parametrize("answer", [None, -1.0, -1.5, 0.2, NAN])
def test_a_solver_is_not_believed(answer: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyxirr, "xirr", lambda dates, amounts: answer)
    figure = xirr(days(0, 365), [-100, 110])
    assert (figure.value, figure.reason, figure.n_obs) == (None, "no yearly rate fits these flows", 2)
    assert figure.method.startswith("yearly rate")


def test_the_order_of_payments_does_not_matter() -> None:
    forward = xirr(days(0, 100, 500), [-100, -50, 180]).value
    assert xirr(days(500, 0, 100), [180, -100, -50]).value == pytest.approx(forward, abs=1e-10)


def test_several_changes_of_direction_with_one_rate_are_fine() -> None:
    assert xirr(days(0, 200, 300, 800), [-100, 50, -60, 130]).value is not None


def test_less_than_a_year_has_a_period_but_no_annual_rate() -> None:
    found = money_weighted_return(days(0), [100], START + timedelta(days=73), 110)
    assert found.annual.reason == "less than a year is not annualised"
    assert found.period.value == pytest.approx(0.10)
    whole = money_weighted_return(days(0), [100], START + timedelta(days=365), 110)
    assert (whole.annual.value, whole.period.value) == (pytest.approx(0.10), pytest.approx(0.10))


def test_without_a_rate_there_is_no_period_return_either() -> None:
    found = money_weighted_return(days(0), [100], START, 110)
    assert found.annual.reason == found.period.reason == "everything happened on one day"


def test_paying_in_before_a_fall_costs_the_owner_and_not_the_portfolio() -> None:
    portfolio = cumulative_return([0.5, 0.0, -0.2]).value
    owner = money_weighted_return([START, START + timedelta(days=365)], [100, 1000], START + timedelta(days=730), 920)
    assert portfolio == pytest.approx(0.2)
    assert (owner.annual.value or 0) < -0.1


def test_one_date_for_every_amount() -> None:
    with pytest.raises(ValueError, match="^one date for every amount$"):
        xirr(days(0), [1, 2])
