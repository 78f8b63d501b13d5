"""The head of the dashboard: what everything is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.core.calendar import new_york_day
from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.services.equity_changes.schemas import Flow
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.portfolios.schemas import Lot
from sigmasight_ui.services.risk import inputs, rules
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.repository import views
from sigmasight_ui.services.risk.repository.views import HeldSummary, Latest
from sigmasight_ui.services.risk.schemas import (
    AccountValue,
    Exposure,
    Largest,
    Overview,
    PriceOrigin,
)
from sigmasight_ui.services.risk.valuation import cash_balance

DIFFERENT_DAYS = "the accounts are not calculated to the same day yet"
_UNKNOWN = Exposure(None, None)


def origin(market: MarketDataService, source: str | None) -> PriceOrigin | None:
    if source is None:
        return None
    view = market.source_view(source)
    return PriceOrigin(view.name, view.label, view.is_sample, view.note)


# Worth today


def overview(session: Session, accounts: Accounts, prices: PriceOrigin | None) -> Overview:
    held, past = views.summary(session, accounts.ids), views.past(session, accounts.ids)
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
        realised_this_year=_total(rows, "realised_pnl") - past.realised_before,
        long=_exposure(long_value, nav),
        short=_exposure(short_value, nav),
        gross=_exposure(long_value - short_value, nav),
        net=_exposure(long_value + short_value, nav),
        cash=Exposure(cash, inputs.ratio(cash, nav)),
        margin_used=_margin(row.cash for row in rows),
        equity_balance=sum((p.equity_balance for p in accounts.valued), ZERO),
        net_deposits=past.flows,
        net_deposits_30d=past.flows_30d,
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


def pending(accounts: Accounts, lots: Sequence[Lot], flows: Sequence[Flow], now: datetime) -> Overview:
    """Before the first calculation: what the file said, and nothing that needs a price."""
    today = new_york_day(now)
    cost, cash, by_symbol = ZERO, list[Decimal](), dict[str, Decimal]()
    for portfolio in accounts.asked:
        own = tuple(lot for lot in lots if lot.portfolio_id == portfolio.id)
        moved = tuple(flow for flow in flows if flow.portfolio_id == portfolio.id)
        scope = inputs.Scope(portfolio, own, today, "", False, moved)
        holdings = inputs.holdings_of(scope, {})
        cash.append(cash_balance(holdings, inputs.capital(scope), today))
        for holding in (h for h in holdings if not h.is_closed(today)):
            cost += holding.cost
            by_symbol[holding.symbol] = by_symbol.get(holding.symbol, ZERO) + abs(holding.cost)
    basis = sum(by_symbol.values(), ZERO)
    largest = max(by_symbol, key=lambda symbol: (by_symbol[symbol], symbol), default=None)
    return Overview(
        as_of=None, computed_at=None, origin=None, reason=rules.NOT_CALCULATED, nav=None, day_pnl=None,
        day_return=None, day_reason=rules.NOT_CALCULATED, unrealised_pnl=None, realised_pnl=None,
        realised_this_year=None, long=_UNKNOWN, short=_UNKNOWN, gross=_UNKNOWN, net=_UNKNOWN,
        cash=Exposure(cents(sum(cash, ZERO)), None), margin_used=cents(_margin(cash)),
        equity_balance=sum((p.equity_balance for p in accounts.asked), ZERO), cost=cents(cost),
        net_deposits=sum((flow.amount for flow in flows), ZERO), net_deposits_30d=None,
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


def _margin(cash: Iterable[Decimal]) -> Decimal:
    """Account by account: the cash of one does not pay the margin of another."""
    return sum((max(ZERO, -each) for each in cash), ZERO)


def _exposure(amount: Decimal, nav: Decimal | None) -> Exposure:
    return _UNKNOWN if nav is None else Exposure(amount, inputs.ratio(amount, nav))


def _largest(held: HeldSummary, nav: Decimal | None) -> Largest | None:
    if held.largest is None or held.largest_name is None or held.largest_value is None:
        return None
    value = cents(held.largest_value)
    return Largest(held.largest, held.largest_name, value, inputs.ratio(value, nav))
