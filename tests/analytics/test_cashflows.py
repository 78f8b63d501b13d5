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
    capital_flows,
    flow_adjusted_returns,
    modified_dietz,
    money_weighted_return,
    present_value,
    return_contributions,
    time_weighted_return,
    xirr,
)

START = date(2020, 1, 1)
NAN = float("nan")


def days(*offsets: int) -> list[date]:
    return [START + timedelta(days=offset) for offset in offsets]


# Time-weighted


def test_modified_dietz_and_the_true_return_of_one_example() -> None:
    """100 becomes 125 in 30 days with 20 paid in on day 10: 4.41 %; valued at 101 before the payment: 4.34 %."""
    assert modified_dietz(100, 125, [20], [20 / 30]).value == pytest.approx(0.0441176, abs=5e-8)
    figure = time_weighted_return([100, 121, 125], [0, 20, 0])
    assert figure.value == pytest.approx(0.0433884, abs=5e-8)
    assert figure.n_obs == 2


def test_flows_are_not_performance() -> None:
    assert time_weighted_return([100, 150, 110], [0, 50, -40]).value == pytest.approx(0.0)
    doubled = time_weighted_return([100, 110, 1110, 1221], [0, 0, 1000, 0]).value
    assert doubled == pytest.approx(1.1 * 1.0 * 1.1 - 1)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_whatever_flows_the_return_is_that_of_the_assets(seed: int, sessions: int) -> None:
    rng = np.random.default_rng(seed)
    returns = rng.normal(0, 0.02, sessions)
    values, flows = [1000.0], [0.0]
    for daily in returns:
        grown = values[-1] * (1 + daily)
        flows.append(float(rng.choice([0.0, 0.0, 300.0, -0.3 * grown])))
        values.append(grown + flows[-1])
    found, reason = flow_adjusted_returns(values, flows)
    assert reason is None
    np.testing.assert_allclose(found, returns, atol=1e-12)
    assert time_weighted_return(values, flows).value == pytest.approx(np.prod(1 + returns) - 1)


def test_a_day_without_a_value_is_bridged_unless_money_moved() -> None:
    returns, reason = flow_adjusted_returns([100, NAN, 121], [0, 0, 0])
    assert (np.isnan(returns[0]), returns[1], reason) == (True, pytest.approx(0.21), None)
    assert time_weighted_return([100, NAN, 131], [0, 0, 10]).value == pytest.approx(0.21)
    figure = time_weighted_return([100, NAN, 121], [0, 10, 0])
    assert (figure.value, figure.reason) == (None, "money flowed on a day without a value")


@pytest.mark.parametrize("values", [[NAN, 100, 110], [100, 110, NAN], [100], [], [NAN, NAN], [100, NAN]])
def test_the_ends_have_values(values: list[float]) -> None:
    assert time_weighted_return(values, [0.0] * len(values)).reason == "the first or the last day has no value"
    assert flow_adjusted_returns(values, [0.0] * len(values))[0].shape == (max(len(values) - 1, 0),)


def test_a_value_that_is_not_positive_has_no_returns() -> None:
    reason = "the value was not positive, so there are no returns on it"
    assert time_weighted_return([100, -10, 50], [0, 0, 0]).reason == reason
    assert time_weighted_return([0, 10, 20], [0, 0, 0]).reason == reason
    assert time_weighted_return([100, 50], [0, 60]).reason == reason
    assert time_weighted_return([100, 0, 0], [0, 0, 0]).value == -1.0
    assert time_weighted_return([0.5, 0.6, 0.9], [0, 0, 0]).value == pytest.approx(0.8)


def test_an_empty_portfolio_may_be_filled_again() -> None:
    values, flows = [100, 110, 0, 0, 200, 220], [0, 0, -110, 0, 200, 0]
    assert time_weighted_return(values, flows).value == pytest.approx(1.1 * 1.1 - 1)


@pytest.mark.parametrize(("values", "flows"), [([1, 2], [0]), ([1, 2], [0, NAN]), ([1, np.inf], [0, 0])])
def test_flows_are_finite_and_complete(values: list[float], flows: list[float]) -> None:
    with pytest.raises(ValueError, match="^one finite flow for every value$"):
        time_weighted_return(values, flows)


# Modified Dietz


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
    values, flows = [100, 150, 1150, 920], [0, 0, 1000, 0]
    portfolio = time_weighted_return(values, flows).value
    owner = money_weighted_return([START, START + timedelta(days=365)], [100, 1000], START + timedelta(days=730), 920)
    assert portfolio == pytest.approx(0.2)
    assert (owner.annual.value or 0) < -0.1


def test_one_date_for_every_amount() -> None:
    with pytest.raises(ValueError, match="^one date for every amount$"):
        xirr(days(0), [1, 2])


# Flows and contributions


def test_capital_flows_leave_the_gain() -> None:
    found = capital_flows(1_000, 1_700, [500, -200, 99.5, 0.5, -0.25])
    assert (found.contributed, found.withdrawn, found.net, found.gain) == (600, 200.25, 399.75, 300.25)
    assert capital_flows(1_000, 900, []).gain == -100
    with pytest.raises(ValueError, match="^flows are finite$"):
        capital_flows(1, 1, [NAN])


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 6))
def test_contributions_add_up_to_the_time_weighted_return(seed: int, sessions: int, positions: int) -> None:
    rng = np.random.default_rng(seed)
    gains = rng.normal(0, 8, (sessions, positions))
    before = rng.uniform(900, 1100, sessions)
    total = np.prod(1 + gains.sum(axis=1) / before) - 1
    contributions = return_contributions(gains, before)
    assert contributions.shape == (positions,)
    assert contributions.sum() == pytest.approx(total, abs=1e-12)


def test_contributions_by_hand_and_what_is_unknown() -> None:
    found = return_contributions([[10.0, 0.0], [0.0, 11.0]], [100.0, 110.0])
    assert found.tolist() == pytest.approx([0.10, 0.11])
    assert np.isnan(return_contributions([[NAN, 1.0]], [100.0])).tolist() == [True, False]
    assert return_contributions(np.empty((0, 2)), []).tolist() == [0.0, 0.0]
    for before in ([0.0], [NAN], [1.0, 2.0]):
        with pytest.raises(ValueError, match="^one positive value for every day of gains$"):
            return_contributions([[1.0]], before)
