"""Performance when money comes and goes: what the owner's money earned; the portfolio's own is chained daily returns.

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

_METHOD_DIETZ = "Modified Dietz: gain / (start value + flows weighted by the time they were invested)"
_METHOD_XIRR = "yearly rate that discounts all flows and the end value to zero (XIRR, actual/365)"
_METHOD_PERIOD = "money-weighted return of the whole period, not annualised"
_METHOD_ANNUAL = "(1 + return)^(365 / days) - 1"

_TOLERANCE = 1e-6
_LOG_RATES = np.linspace(-7.0, 7.0, 1401)
"""Logarithms of 1 + rate, -99.9 % to 109,000 % a year, among which roots are counted."""


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
