"""Performance when money comes and goes: the portfolio's own (time-weighted) and the owner's (money-weighted).

Flows are signed from the portfolio's side: contributions positive, withdrawals negative. They are not performance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from sigmasight_ui.analytics.figure import Figure, known, unavailable
from sigmasight_ui.analytics.returns import Floats

DAYS_A_YEAR = 365.0

_METHOD_TWR = "returns between valuations, flows taken out at the end of their day, chained"
_METHOD_DIETZ = "Modified Dietz: gain / (start value + flows weighted by the time they were invested)"
_METHOD_XIRR = "yearly rate that discounts all flows and the end value to zero (XIRR, actual/365)"
_METHOD_PERIOD = "money-weighted return of the whole period, not annualised"
_METHOD_ANNUAL = "(1 + return)^(365 / days) - 1"

_TOLERANCE = 1e-6
_LOG_RATES = np.linspace(-7.0, 7.0, 1401)
"""Logarithms of 1 + rate, -99.9 % to 109,000 % a year, among which roots are counted."""


def flow_adjusted_returns(values: ArrayLike, flows: ArrayLike) -> tuple[Floats, str | None]:
    """Returns between neighbouring valuations with the flows taken out, and why they cannot be chained, if so.

    values: (T + 1,) market value at the end of each day, flows of the day included; NaN = not valued. flows: (T + 1,)
    net flow of each day, at its end; that of the first day is contained in the first value. Result (T,), decimal:
    (V_t - F_t) / V_u - 1 with u the last valued day before t, NaN on days not valued. An empty portfolio that stays
    empty or is filled returns 0.
    NaN rule: a day that is not valued is bridged if nothing flowed on it; if something did, the return around it is
    unknown and there is a reason. So there is without a first or last value, and after a value that is not positive.
    ValueError for flows that are not finite, or not one for every value.
    """
    worth, moved = np.asarray(values, dtype=np.float64), np.asarray(flows, dtype=np.float64)
    if worth.ndim != 1 or worth.shape != moved.shape or not np.all(np.isfinite(moved)) or np.any(np.isinf(worth)):
        raise ValueError("one finite flow for every value")
    returns = np.full(max(len(worth) - 1, 0), np.nan)
    valued = np.flatnonzero(~np.isnan(worth))
    if len(worth) < 2 or len(valued) < 2 or valued[0] != 0 or valued[-1] != len(worth) - 1:
        return returns, "the first or the last day has no value"
    if np.any((moved != 0) & np.isnan(worth)):
        return returns, "money flowed on a day without a value"
    before, after = worth[valued[:-1]], worth[valued[1:]] - moved[valued[1:]]
    empty = (before == 0) & (after == 0)
    if np.any((before <= 0) & ~empty) or np.any(after < 0):
        return returns, "the value was not positive, so there are no returns on it"
    returns[valued[1:] - 1] = np.divide(after, before, out=np.ones_like(after), where=~empty) - 1.0
    return returns, None


def time_weighted_return(values: ArrayLike, flows: ArrayLike) -> Figure:
    """Return of the portfolio itself over the whole period, whatever was paid in or out; decimal, not annualised.

    Arguments, NaN rule and refusals: as `flow_adjusted_returns`; n_obs counts the valuations after the first.
    Source: CFA Institute, GIPS Standards (2020), true time-weighted rate of return.
    """
    returns, reason = flow_adjusted_returns(values, flows)
    chained = returns[~np.isnan(returns)]
    if reason:
        return unavailable(reason, method=_METHOD_TWR, n_obs=len(chained))
    return known(float(np.prod(1.0 + chained)) - 1.0, method=_METHOD_TWR, n_obs=len(chained))


def modified_dietz(start_value: float, end_value: float, flows: ArrayLike, invested: ArrayLike) -> Figure:
    """Return of a period that was valued only at its ends; decimal, not annualised.

    flows: (n,), in the end value included. invested: (n,) share of the period each flow was in the portfolio, 0 to 1:
    (D - d) / D for the end of day d of D. Unavailable when the capital invested on average is not positive, or a value
    is unknown (NaN). ValueError for flows that are not finite or shares outside 0 to 1.
    Source: Dietz (1966), Pension Funds: Measuring Investment Performance; GIPS Standards.
    """
    moved, share = np.asarray(flows, dtype=np.float64), np.asarray(invested, dtype=np.float64)
    if moved.shape != share.shape or not np.all(np.isfinite(moved)) or not np.all((share >= 0) & (share <= 1)):
        raise ValueError("every flow is finite and was invested for a share of the period")
    if not np.isfinite(start_value + end_value):
        return unavailable("the value at the start or the end is unknown", method=_METHOD_DIETZ, n_obs=moved.size)
    capital = start_value + float(moved @ share)
    if capital <= 0:
        return unavailable("no capital was invested on average", method=_METHOD_DIETZ, n_obs=moved.size)
    gain = end_value - start_value - float(moved.sum())
    return known(gain / capital, method=_METHOD_DIETZ, n_obs=moved.size)


def annualised(total_return: float, days: int) -> Figure:
    """Compound return per year of a return over `days` calendar days, decimal; periods under a year are not annualised.

    ValueError for a return below -1. Source: GIPS Standards (2020).
    """
    if not total_return >= -1:
        raise ValueError("a return is not below -100 %")
    if days < DAYS_A_YEAR:
        return unavailable("less than a year is not annualised", method=_METHOD_ANNUAL, n_obs=days)
    return known((1.0 + total_return) ** (DAYS_A_YEAR / days) - 1.0, method=_METHOD_ANNUAL, n_obs=days)


def present_value(rate: float, dates: Sequence[date], amounts: ArrayLike) -> float:
    """Value at the first date of payments discounted at a yearly rate, actual/365 (spreadsheets' XNPV). rate > -1."""
    return float(np.asarray(amounts, dtype=np.float64) @ (1.0 + rate) ** -_years(dates))


def xirr(dates: Sequence[date], amounts: ArrayLike) -> Figure:
    """Internal rate of return of dated payments, decimal per year, actual/365.

    amounts: (n,) from the owner's side: paid in negative, received positive; the end value is a payment received.
    There is none, and the reason says so, without payments in both directions, within a single day, when no rate
    between -99.9 % and 109,000 % a year discounts them to zero, or when more than one does. n_obs counts payments.
    NaN rule: unavailable. ValueError unless there is one date for every amount.
    Source: the equation of Excel's XIRR, solved by pyxirr; roots counted here, because solvers return one of them.
    """
    paid = np.asarray(amounts, dtype=np.float64)
    if paid.shape != (len(dates),):
        raise ValueError("one date for every amount")
    if problem := _no_rate(dates, paid):
        return unavailable(problem, method=_METHOD_XIRR, n_obs=len(paid))
    from pyxirr import xirr as solve

    rate = solve(list(dates), paid.tolist())
    if rate is None or not rate > -1 or abs(present_value(rate, dates, paid)) > _TOLERANCE * np.abs(paid).sum():
        return unavailable("no yearly rate fits these flows", method=_METHOD_XIRR, n_obs=len(paid))
    return known(rate, method=_METHOD_XIRR, n_obs=len(paid))


def _no_rate(dates: Sequence[date], paid: Floats) -> str | None:
    if not np.all(np.isfinite(paid)):
        return "an amount is unknown"
    if not (np.any(paid > 0) and np.any(paid < 0)):
        return "money has to flow in both directions"
    years = _years(dates)
    if years.max() == 0:
        return "everything happened on one day"
    with np.errstate(over="ignore"):
        signs = np.sign(np.exp(-np.outer(_LOG_RATES, years)) @ paid)
    roots = int(np.count_nonzero(np.diff(signs[signs != 0])))
    if roots == 0:
        return "no yearly rate fits these flows"
    return "more than one yearly rate fits these flows" if roots > 1 else None


def _years(dates: Sequence[date]) -> Floats:
    first = min(dates)
    return np.array([(each - first).days for each in dates]) / DAYS_A_YEAR


@dataclass(frozen=True, slots=True)
class MoneyWeighted:
    """annual: yearly rate, unavailable for less than a year. period: return of the whole period, decimal."""

    annual: Figure
    period: Figure


def money_weighted_return(dates: Sequence[date], flows: ArrayLike, end: date, end_value: float) -> MoneyWeighted:
    """What the owner's money earned, each sum for as long as it was invested.

    dates, flows: (n,) contributions positive, withdrawals negative; the start value is the first contribution. end,
    end_value: last day and value of the portfolio on it, flows of the day included. Refusals and NaN rule: as `xirr`.
    Source: GIPS Standards (2020), money-weighted return; annual only from one year on.
    """
    amounts = np.append(-np.asarray(flows, dtype=np.float64), end_value)
    annual = xirr([*dates, end], amounts)
    if annual.value is None:
        reason = annual.reason or ""
        return MoneyWeighted(annual, unavailable(reason, method=_METHOD_PERIOD, n_obs=annual.n_obs))
    days = (end - min(dates)).days
    whole = known((1.0 + annual.value) ** (days / DAYS_A_YEAR) - 1.0, method=_METHOD_PERIOD, n_obs=annual.n_obs)
    if days < DAYS_A_YEAR:
        annual = unavailable("less than a year is not annualised", method=_METHOD_XIRR, n_obs=annual.n_obs)
    return MoneyWeighted(annual, whole)


@dataclass(frozen=True, slots=True)
class CapitalFlows:
    """Currency. contributed, withdrawn: both positive. net: contributed - withdrawn. gain: what the value changed by
    beyond that."""

    contributed: float
    withdrawn: float
    net: float
    gain: float


def capital_flows(start_value: float, end_value: float, flows: ArrayLike) -> CapitalFlows:
    """Sums of the flows (n,) after the start, contributions positive, and what is left as gain or loss.

    NaN rule: NaN values give a NaN gain; ValueError for flows that are not finite.
    """
    moved = np.asarray(flows, dtype=np.float64)
    if not np.all(np.isfinite(moved)):
        raise ValueError("flows are finite")
    contributed, withdrawn = float(moved[moved > 0].sum()), float(-moved[moved < 0].sum())
    net = contributed - withdrawn
    return CapitalFlows(contributed, withdrawn, net, end_value - start_value - net)


def return_contributions(gains: ArrayLike, values_before: ArrayLike) -> Floats:
    """(N,) what each of N positions added to the time-weighted return of the portfolio; they add up to it exactly.

    gains: (T, N) of each day, currency, signed. values_before: (T,) value of the portfolio before each day's gains,
    flows of earlier days included. A day's contribution gain / value before counts with the growth of the portfolio up
    to that day: sum over t of g_ti / V_t x product over s < t of (1 + r_s).
    NaN rule: NaN for a position with an unknown gain; the others' days then miss its return, so pass 0 or leave it out.
    ValueError unless every value before is positive. Source: arithmetic of chained returns; cf. Carino (1999).
    """
    table, before = np.asarray(gains, dtype=np.float64), np.asarray(values_before, dtype=np.float64)
    if table.ndim != 2 or before.shape != table.shape[:1] or not np.all(before > 0):
        raise ValueError("one positive value for every day of gains")
    daily = table / before[:, None]
    growth = np.concatenate([[1.0], np.cumprod(1.0 + np.nansum(daily, axis=1))[:-1]]) if len(before) else before
    contributions: Floats = growth @ daily
    return contributions
