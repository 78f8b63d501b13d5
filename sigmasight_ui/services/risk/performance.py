"""Worth over time: the daily values beside the same money in a benchmark, and what the portfolio and its owner earned.

Contributions and withdrawals are no performance: time-weighted returns leave them out, money-weighted ones count each
for as long as it was invested.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlmodel import Session

from sigmasight_ui.core.calendar import previous_session
from sigmasight_ui.core.money import CENT, ZERO
from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.risk import rules
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.repository import views
from sigmasight_ui.services.risk.repository.views import Day
from sigmasight_ui.services.risk.schemas import (
    FigureView,
    HistoryPoint,
    HistoryRange,
    NavHistory,
    Performance,
    PriceOrigin,
    RangePerformance,
)
from sigmasight_ui.services.securities.symbols import canonical_ticker

if TYPE_CHECKING:
    from sigmasight_ui.analytics.figure import Figure

MAX_POINTS = 500
TOO_SHORT = "a chart needs the closes of at least two sessions"
NO_RANGE = "there are no two daily values in this range"
NO_FLOWS = "no deposits or withdrawals in this range: the owner earned what the portfolio did"
UNKNOWN_ENDS = "the value at the start or the end of the range is unknown"
_MONTHS = {HistoryRange.MONTH: 1, HistoryRange.QUARTER: 3, HistoryRange.YEAR: 12}
_BENCHMARK_METHOD = "growth of the benchmark with dividends reinvested"

Closes = Mapping[date, float]


# Day by day


def nav_history(
    session: Session,
    market: MarketDataService,
    accounts: Accounts,
    range_: HistoryRange,
    prices: PriceOrigin | None,
    benchmark: str,
) -> Later[NavHistory]:
    name, days = canonical_ticker(benchmark), _days(session, accounts, range_)
    closes = _benchmark(session, market, accounts, name, days)
    return lambda: _nav_history(accounts, range_, days, name, closes, prices)


def _nav_history(
    accounts: Accounts,
    range_: HistoryRange,
    days: Sequence[Day],
    name: str,
    closes: Closes,
    prices: PriceOrigin | None,
) -> NavHistory:
    usable = [day for day in days if rules.value_problem(day.coverage) is None]
    if accounts.as_of is None or len(usable) < 2:
        reason = TOO_SHORT if accounts.valued else rules.NOT_CALCULATED
        nothing = _view(None, reason)
        return NavHistory(range_, (), name, nothing, nothing, reason, prices)
    in_benchmark = _same_money(days, closes)
    points = [HistoryPoint(day.session, day.nav, in_benchmark.get(day.session)) for day in usable]
    shown = tuple(points[at] for at in rules.evenly(len(points), MAX_POINTS))
    return NavHistory(range_, shown, name, _twr(days), _growth(name, closes, days), None, prices)


def _same_money(days: Sequence[Day], benchmark: Closes) -> dict[date, Decimal]:
    """What the accounts would be worth had their first value bought the benchmark on the day it appears, and every
    flow as much of it on its day."""
    shares = 0.0
    worth: dict[date, Decimal] = {}
    for day in days:
        close = benchmark.get(day.session)
        if close is None:
            if day.added or day.flow:
                return worth
            continue
        shares += float(day.added + day.flow) / close
        worth[day.session] = Decimal(shares * close).quantize(CENT)
    return worth


# Of whole ranges


def performance(session: Session, market: MarketDataService, accounts: Accounts, benchmark: str) -> Later[Performance]:
    name, days = canonical_ticker(benchmark), _days(session, accounts, HistoryRange.ALL)
    closes = _benchmark(session, market, accounts, name, days)
    return lambda: from_days(accounts, days, name, closes)


def from_days(accounts: Accounts, days: Sequence[Day], name: str, closes: Closes) -> Performance:
    """From all days once; a range that begins before the portfolio has the portfolio's whole life. closes: of the
    benchmark of this name."""
    from sigmasight_ui.analytics.performance import max_drawdown

    as_of = accounts.as_of
    deepest = max_drawdown(_daily_returns(days))
    return Performance(
        {each: _of_range(_within(days, each, as_of), name, closes, accounts) for each in HistoryRange},
        _view(deepest.value, deepest.reason, n_obs=deepest.n_obs, as_of=as_of, method=deepest.method),
        name, days[0].session if days else None, as_of,
    )  # fmt: skip


def _of_range(days: Sequence[Day], name: str, closes: Closes, accounts: Accounts) -> RangePerformance:
    if len(days) < 2:
        nothing = _view(None, NO_RANGE if accounts.valued else rules.NOT_CALCULATED)
        return RangePerformance(
            None, None, nothing, nothing, nothing, nothing, nothing, nothing, ZERO, ZERO, ZERO, None
        )
    first, last, later = days[0], days[-1], days[1:]
    contributed = sum((day.contributed for day in later), ZERO)
    withdrawn = sum((day.withdrawn for day in later), ZERO)
    opened = sum((day.added for day in later), ZERO)
    gain = last.nav - first.nav - contributed + withdrawn - opened
    twr = _twr(days)
    return RangePerformance(
        first.session, last.session, twr, _annualised(twr, days), *_of_the_owner(days), _growth(name, closes, days),
        contributed, withdrawn, opened, None if _has_unknown_ends(days) else gain,
    )  # fmt: skip


def _annualised(twr: FigureView, days: Sequence[Day]) -> FigureView:
    from sigmasight_ui.analytics.cashflows import annualised

    if twr.value is None:
        return twr
    return _of_figure(annualised(twr.value, (days[-1].session - days[0].session).days), days)


def _of_the_owner(days: Sequence[Day]) -> tuple[FigureView, FigureView, FigureView]:
    """Modified Dietz, and the money-weighted return by year and of the whole range. Accounts that begin within the
    range bring their first value in, like a contribution."""
    from sigmasight_ui.analytics.cashflows import modified_dietz, money_weighted_return

    moved = [(day.session, float(day.flow + day.added)) for day in days[1:] if day.flow + day.added]
    first, last = days[0], days[-1]
    if problem := UNKNOWN_ENDS if _has_unknown_ends(days) else None if moved else NO_FLOWS:
        nothing = _view(None, problem, as_of=last.session)
        return nothing, nothing, nothing
    length = (last.session - first.session).days
    amounts = [amount for _, amount in moved]
    invested = [(last.session - day).days / length for day, _ in moved]
    dietz = modified_dietz(float(first.nav), float(last.nav), amounts, invested)
    weighted = money_weighted_return(
        [first.session, *(day for day, _ in moved)], [float(first.nav), *amounts], last.session, float(last.nav)
    )
    return _of_figure(dietz, days), _of_figure(weighted.annual, days), _of_figure(weighted.period, days)


def _has_unknown_ends(days: Sequence[Day]) -> bool:
    return any(rules.value_problem(day.coverage) for day in (days[0], days[-1]))


# Parts


def _days(session: Session, accounts: Accounts, range_: HistoryRange) -> list[Day]:
    if accounts.as_of is None:
        return []
    return views.history(session, accounts.ids, range_start(range_, accounts.as_of), accounts.as_of)


def _within(days: Sequence[Day], range_: HistoryRange, as_of: date | None) -> list[Day]:
    """The range's days; the first is where its return is measured from, so its own gain is not part of it."""
    first = date.min if as_of is None else range_start(range_, as_of)
    within = [day for day in days if day.session >= first]
    return [within[0]._replace(gain=None, base=None), *within[1:]] if within else []


def range_start(range_: HistoryRange, as_of: date) -> date:
    """The session whose close the range is measured from."""
    if range_ is HistoryRange.ALL:
        return date.min
    if range_ is HistoryRange.YEAR_TO_DATE:
        return previous_session(date(as_of.year, 1, 1))
    return previous_session(_months_before(as_of, _MONTHS[range_]) + timedelta(days=1))


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _benchmark(
    session: Session, market: MarketDataService, accounts: Accounts, name: str, days: Sequence[Day]
) -> Closes:
    return benchmark_closes(session, market, accounts, name, days[0].session, days[-1].session) if days else {}


def benchmark_closes(
    session: Session, market: MarketDataService, accounts: Accounts, name: str, first: date, last: date
) -> Closes:
    """With dividends reinvested; empty where the source has nothing in its place."""
    symbol = market.stand_in(accounts.source or "", name)
    if symbol is None:
        return {}
    table = market.closes(session, accounts.source or "", (symbol,), first, last)
    closes = zip(table.sessions, table.total_return[:, 0].tolist(), strict=True)
    return {day: close for day, close in closes if close == close}  # NaN: no close


def _daily_returns(days: Sequence[Day]) -> list[float]:
    return [day.gain / float(day.base) if day.gain is not None and day.base else float("nan") for day in days]


def _twr(days: Sequence[Day]) -> FigureView:
    from sigmasight_ui.analytics.performance import cumulative_return

    return _of_figure(cumulative_return(_daily_returns(days)), days)


def _growth(name: str, closes: Closes, days: Sequence[Day]) -> FigureView:
    first, last = closes.get(days[0].session), closes.get(days[-1].session)
    if first is None or last is None:
        lacking = days[0].session if first is None else days[-1].session
        reason = f"no close of {name} on {lacking}" if closes else f"no closes of {name}"
        return _view(None, reason, method=_BENCHMARK_METHOD)
    within = sum(days[0].session <= day <= days[-1].session for day in closes)
    return _view(last / first - 1, None, n_obs=within, as_of=days[-1].session, method=_BENCHMARK_METHOD)


def _of_figure(figure: Figure, days: Sequence[Day]) -> FigureView:
    as_of = days[-1].session if days else None
    return _view(figure.value, figure.reason, n_obs=figure.n_obs, as_of=as_of, method=figure.method)


def _view(
    value: float | None, reason: str | None, n_obs: int | None = None, as_of: date | None = None, method: str = ""
) -> FigureView:
    return FigureView(value, reason, n_obs, None, as_of, None, None, method)
