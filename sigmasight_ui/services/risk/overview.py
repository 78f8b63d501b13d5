"""The head of the dashboard: what everything is worth, and the day-by-day value beside the benchmark."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.calendar import new_york_day, previous_session
from sigmasight_ui.core.money import CENT, ZERO, cents
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.portfolios.schemas import Lot
from sigmasight_ui.services.risk import inputs, rules
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.repository import views
from sigmasight_ui.services.risk.repository.views import Day, HeldSummary, Latest
from sigmasight_ui.services.risk.schemas import (
    AccountValue,
    Exposure,
    FigureView,
    HistoryPoint,
    HistoryRange,
    Largest,
    NavHistory,
    Overview,
    Performance,
    PriceOrigin,
)
from sigmasight_ui.services.risk.valuation import cash_balance

MAX_POINTS = 500
DIFFERENT_DAYS = "the accounts are not calculated to the same day yet"
TOO_SHORT = "a chart needs the closes of at least two sessions"
_UNKNOWN = Exposure(None, None)
_MONTHS = {HistoryRange.MONTH: 1, HistoryRange.QUARTER: 3, HistoryRange.YEAR: 12}


def origin(market: MarketDataService, source: str | None) -> PriceOrigin | None:
    if source is None:
        return None
    view = market.source_view(source)
    return PriceOrigin(view.name, view.label, view.is_sample, view.note)


# Worth today


def overview(session: Session, accounts: Accounts, prices: PriceOrigin | None) -> Overview:
    held = views.summary(session, accounts.ids)
    coverage = _coverage(accounts, held)
    problem = rules.value_problem(coverage)
    rows = accounts.rows
    nav = None if problem else accounts.nav
    long_value, short_value = _total(rows, "long_value"), _total(rows, "short_value")
    cash = _total(rows, "cash")
    day_pnl, day_return, day_reason = _day(rows, problem)
    return Overview(
        as_of=accounts.as_of,
        computed_at=accounts.computed_at,
        origin=prices,
        reason=problem,
        nav=nav,
        day_pnl=day_pnl,
        day_return=day_return,
        day_reason=day_reason,
        unrealised_pnl=None if problem else _total(rows, "unrealised_pnl"),
        realised_pnl=_total(rows, "realised_pnl"),
        realised_this_year=_total(rows, "realised_pnl") - _total(rows, "realised_before"),
        long=_exposure(long_value, nav),
        short=_exposure(short_value, nav),
        gross=_exposure(long_value - short_value, nav),
        net=_exposure(long_value + short_value, nav),
        cash=Exposure(cash, inputs.ratio(cash, nav)),
        margin_used=max(ZERO, -cash),
        equity_balance=sum((p.equity_balance for p in accounts.valued), ZERO),
        cost=cents(held.cost),
        open_positions=sum(row.open_positions for row in rows),
        priced_positions=sum(row.priced_positions for row in rows),
        coverage=coverage,
        left_out_symbols=tuple(held.without_value),
        largest=_largest(held, nav),
        accounts=accounts.shares(),
        left_out=accounts.left_out,
    )


def account_values(session: Session, market: MarketDataService, ids: Sequence[UUID]) -> dict[UUID, AccountValue]:
    """Each account by itself, sample portfolios too."""
    newest = views.latest(session, ids)
    return {portfolio_id: _account_value(market, newest.get(portfolio_id)) for portfolio_id in ids}


def _account_value(market: MarketDataService, row: Latest | None) -> AccountValue:
    if row is None:
        return AccountValue(None, None, None, rules.NOT_CALCULATED)
    prices = origin(market, row.source)
    if problem := rules.value_problem(row.coverage):
        return AccountValue(None, None, row.session, problem, prices)
    return AccountValue(row.nav, row.day_pnl, row.session, None, prices)


def pending(accounts: Accounts, lots: Sequence[Lot], now: datetime) -> Overview:
    """Before the first calculation: what the file said, and nothing that needs a price."""
    today = new_york_day(now)
    cost, cash, by_symbol = ZERO, ZERO, dict[str, Decimal]()
    for portfolio in accounts.asked:
        own = tuple(lot for lot in lots if lot.portfolio_id == portfolio.id)
        holdings = inputs.holdings_of(inputs.Scope(portfolio, own, today, "", False), {})
        cash += cash_balance(holdings, portfolio.equity_balance, today)
        for holding in (h for h in holdings if not h.is_closed(today)):
            cost += holding.cost
            by_symbol[holding.symbol] = by_symbol.get(holding.symbol, ZERO) + abs(holding.cost)
    basis = sum(by_symbol.values(), ZERO)
    largest = max(by_symbol, key=lambda symbol: (by_symbol[symbol], symbol), default=None)
    return Overview(
        as_of=None, computed_at=None, origin=None, reason=rules.NOT_CALCULATED, nav=None, day_pnl=None,
        day_return=None, day_reason=rules.NOT_CALCULATED, unrealised_pnl=None, realised_pnl=None,
        realised_this_year=None, long=_UNKNOWN, short=_UNKNOWN, gross=_UNKNOWN, net=_UNKNOWN,
        cash=Exposure(cents(cash), None), margin_used=cents(max(ZERO, -cash)),
        equity_balance=sum((p.equity_balance for p in accounts.asked), ZERO), cost=cents(cost),
        open_positions=sum(lot.exit_date is None for lot in lots), priced_positions=0, coverage=None,
        left_out_symbols=(), accounts=(), left_out=accounts.left_out,
        largest=None if largest is None else
        Largest(largest, largest, cents(by_symbol[largest]), inputs.ratio(by_symbol[largest], basis)),
    )  # fmt: skip


def _coverage(accounts: Accounts, held: HeldSummary) -> float | None:
    if len(accounts.rows) == 1:
        return accounts.rows[0].coverage
    return float(held.priced_basis / held.basis) if held.basis else 1.0


def _day(rows: Sequence[Latest], problem: str | None) -> tuple[Decimal | None, float | None, str | None]:
    """Gain of the newest session; several accounts: over the NAV before of those that have one. Gains of different
    days have no sum."""
    if not problem and len({row.session for row in rows}) > 1:
        return None, None, DIFFERENT_DAYS
    known = [(row.day_pnl, row.previous_nav or ZERO) for row in rows if row.day_pnl is not None]
    if problem or not known:
        return None, None, problem or next((row.day_reason for row in rows), None)
    pnl = sum((gain for gain, _ in known), ZERO)
    if len(rows) == 1:
        return pnl, rows[0].day_return, rows[0].day_reason
    return pnl, inputs.ratio(pnl, sum((nav for _, nav in known), ZERO)), None


def _total(rows: Sequence[Latest], field: str) -> Decimal:
    return sum((getattr(row, field) for row in rows), ZERO)


def _exposure(amount: Decimal, nav: Decimal | None) -> Exposure:
    return _UNKNOWN if nav is None else Exposure(amount, inputs.ratio(amount, nav))


def _largest(held: HeldSummary, nav: Decimal | None) -> Largest | None:
    if held.largest is None or held.largest_name is None or held.largest_value is None:
        return None
    value = cents(held.largest_value)
    return Largest(held.largest, held.largest_name, value, inputs.ratio(value, nav))


# Worth over time


def nav_history(
    session: Session, market: MarketDataService, accounts: Accounts, range_: HistoryRange, prices: PriceOrigin | None
) -> NavHistory:
    days = _days(session, accounts, range_)
    usable = [day for day in days if rules.value_problem(day.coverage) is None]
    if accounts.as_of is None or len(usable) < 2:
        reason = TOO_SHORT if accounts.valued else rules.NOT_CALCULATED
        nothing = _view(None, reason)
        return NavHistory(range_, (), inputs.BENCHMARK, nothing, nothing, reason, prices)
    benchmark = _benchmark(session, market, accounts, days)
    in_benchmark = _same_money(days, benchmark)
    points = [HistoryPoint(day.session, day.nav, in_benchmark.get(day.session)) for day in usable]
    shown = tuple(points[at] for at in rules.evenly(len(points), MAX_POINTS))
    return NavHistory(
        range_, shown, inputs.BENCHMARK, _twr(days), _growth(benchmark, days), None, prices,
    )  # fmt: skip


def performance(session: Session, accounts: Accounts) -> Performance:
    """From all days once; a range that begins before the portfolio has the portfolio's whole life."""
    from sigmasight_ui.analytics.performance import max_drawdown

    days = _days(session, accounts, HistoryRange.ALL)
    as_of = accounts.as_of
    returns = {each: _twr(_within(days, each, as_of)) for each in HistoryRange}
    deepest = max_drawdown(_daily_returns(days))
    return Performance(
        returns, _view(deepest.value, deepest.reason, n_obs=deepest.n_obs, as_of=as_of, method=deepest.method),
        days[0].session if days else None, as_of,
    )  # fmt: skip


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
    session: Session, market: MarketDataService, accounts: Accounts, days: Sequence[Day]
) -> dict[date, float]:
    """Closes of the benchmark with dividends reinvested; empty where the source has nothing in its place."""
    symbol = market.stand_in(accounts.source or "", inputs.BENCHMARK)
    if symbol is None:
        return {}
    table = market.closes(session, accounts.source or "", (symbol,), days[0].session, days[-1].session)
    closes = zip(table.sessions, table.total_return[:, 0].tolist(), strict=True)
    return {day: close for day, close in closes if close == close}  # NaN: no close


def _same_money(days: Sequence[Day], benchmark: dict[date, float]) -> dict[date, Decimal]:
    """What the accounts would be worth had their first value bought the benchmark on the day it appears."""
    shares = 0.0
    worth: dict[date, Decimal] = {}
    for day in days:
        close = benchmark.get(day.session)
        if close is None:
            if day.added:
                return worth
            continue
        shares += float(day.added) / close
        worth[day.session] = Decimal(shares * close).quantize(CENT)
    return worth


def _daily_returns(days: Sequence[Day]) -> list[float]:
    return [day.gain / float(day.base) if day.gain is not None and day.base else float("nan") for day in days]


def _twr(days: Sequence[Day]) -> FigureView:
    from sigmasight_ui.analytics.performance import cumulative_return

    figure = cumulative_return(_daily_returns(days))
    as_of = days[-1].session if days else None
    return _view(figure.value, figure.reason, n_obs=figure.n_obs, as_of=as_of, method=figure.method)


def _growth(benchmark: dict[date, float], days: Sequence[Day]) -> FigureView:
    first, last = benchmark.get(days[0].session), benchmark.get(days[-1].session)
    method = "growth of the benchmark with dividends reinvested"
    if first is None or last is None:
        return _view(None, f"no closes of {inputs.BENCHMARK}", method=method)
    return _view(last / first - 1, None, n_obs=len(benchmark), as_of=days[-1].session, method=method)


def _view(
    value: float | None, reason: str | None, n_obs: int | None = None, as_of: date | None = None, method: str = ""
) -> FigureView:
    return FigureView(value, reason, n_obs, None, as_of, None, None, method)
