"""The phases that deal in money: what every holding is worth, and the day-by-day history of the portfolio."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sigmasight_ui.core.calendar import new_york_day, next_session, previous_session
from sigmasight_ui.core.money import ZERO, cents, plain
from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.portfolios.schemas import Lot
from sigmasight_ui.services.risk import inputs, rules
from sigmasight_ui.services.risk.computation import Computation
from sigmasight_ui.services.risk.inputs import Splits
from sigmasight_ui.services.risk.market import Closes
from sigmasight_ui.services.risk.repository.results import FigureRow
from sigmasight_ui.services.risk.repository.views import Day
from sigmasight_ui.services.risk.schemas import PhaseResult
from sigmasight_ui.services.risk.snapshots import DailySnapshot, daily_snapshots
from sigmasight_ui.services.risk.valuation import (
    LOOKBACK_DAYS,
    Holding,
    PortfolioValuation,
    PositionValue,
    Quote,
    value_portfolio,
    value_position,
)
from sigmasight_ui.services.securities.schemas import SecurityView

if TYPE_CHECKING:
    from sigmasight_ui.services.market_data.service import PriceTable

DAY_BEFORE_UNKNOWN = "the day before is not computed yet"


def value_positions(c: Computation) -> PhaseResult:
    described = c.facts.describe({lot.symbol for lot in c.scope.lots})
    splits = _splits(c)
    holdings = inputs.holdings_of(c.scope, splits)
    quotes = _quotes(c, described)
    valuation = value_portfolio(holdings, quotes, inputs.capital(c.scope), c.scope.as_of)
    c.store.forget_other_results(c.stamp)
    c.store.put_holdings(c.stamp, _holding_rows(c, holdings, valuation, quotes, described, splits))
    c.store.put_snapshots(c.stamp, [_snapshot_of(c, valuation)])
    c.store.put_figures(c.stamp, rules.EXPOSURES, _exposures(valuation))
    valued = sum(position.market_value is not None for position in valuation.positions)
    return PhaseResult(valued, len(valuation.positions), "positions", _notes(valuation))


def profit_and_loss(c: Computation) -> PhaseResult:
    """Every session of the portfolio's life, recomputed; what came out as before is not written again."""
    days = _history(c)()
    c.store.put_snapshots(c.stamp, [_snapshot_row(day) for day in days], days[0].session)
    return PhaseResult(len(days), len(days), "days")


def exposures_afresh(c: Computation) -> Later[list[FigureRow]]:
    """Valued again, and nothing is stored."""
    described = c.facts.describe({lot.symbol for lot in c.scope.lots})
    holdings, quotes = inputs.holdings_of(c.scope, _splits(c)), _quotes(c, described)
    return lambda: _exposures(value_portfolio(holdings, quotes, inputs.capital(c.scope), c.scope.as_of))


def days_afresh(c: Computation) -> Later[list[Day]]:
    """The history computed again as it would be read, and nothing is stored."""
    history = _history(c)
    return lambda: _as_read(history())


def _as_read(history: Sequence[DailySnapshot]) -> list[Day]:
    days = [day.in_cents() for day in history]
    found = []
    for before, day in zip([None, *days[:-1]], days, strict=True):
        base = None if before is None or day.day_return is None else before.nav
        gain = None if base is None or day.day_return is None else float(day.day_return) * float(base)
        added, came = (day.nav if before is None else ZERO), (ZERO if before is None else day.flow)
        found.append(
            Day(day.session, day.nav, gain, base, added, max(came, ZERO), max(-came, ZERO), float(day.coverage))
        )
    return found


def _history(c: Computation) -> Later[list[DailySnapshot]]:
    fixed = _fixed_prices(c.facts.describe({lot.symbol for lot in c.scope.lots}))
    holdings = [h for h in inputs.holdings_of(c.scope, _splits(c)) if h.entry_date <= c.scope.as_of]
    sessions = inputs.history_sessions(holdings, c.scope.as_of)
    first = sessions[0] - timedelta(days=LOOKBACK_DAYS)
    table = c.facts.closes(inputs.price_symbols(c.scope.lots), first, sessions[-1])

    def history() -> list[DailySnapshot]:
        closes = _closes(c.scope.lots, table, fixed)
        return daily_snapshots(holdings, closes, c.scope.portfolio.equity_balance, sessions, inputs.flows_of(c.scope))

    return history


# Prices


def _splits(c: Computation) -> Splits:
    """What was split since the lots were entered; nothing on sample prices, which end before."""
    public = sorted({lot.symbol for lot in c.scope.lots if lot.investment_class == "PUBLIC"})
    first = min((new_york_day(lot.created_at) for lot in c.scope.lots), default=c.scope.as_of)
    if c.scope.is_sample or first >= c.scope.as_of:
        return {}
    return inputs.splits_of(c.facts.closes(public, next_session(first), c.scope.as_of))


def _quotes(c: Computation, described: Mapping[str, SecurityView]) -> dict[str, Quote]:
    """By symbol: the market's, or the fixed price of money; an expired contract has none."""
    as_of = c.scope.as_of
    fixed = _fixed_prices(described)
    expired = _expired(c.scope.lots, as_of)
    asked = [symbol for symbol in inputs.price_symbols(c.scope.lots) if symbol not in fixed.keys() | expired]
    found = c.facts.quotes(asked)
    quotes = {symbol: Quote(price, as_of, price, previous_session(as_of)) for symbol, price in fixed.items()}
    for symbol, quote in found.items():
        quotes[symbol] = Quote(quote.close, quote.session, quote.previous_close, quote.previous_session)
    return quotes


def _closes(lots: Sequence[Lot], table: PriceTable, fixed: Mapping[str, Decimal]) -> Closes:
    micros, expirations = inputs.micros_of(table), _expirations(lots)
    for column, symbol in enumerate(table.symbols):
        if symbol in fixed:
            micros[:, column] = int(fixed[symbol].scaleb(6))
        if symbol in expirations:
            micros[bisect_right(table.sessions, expirations[symbol]) :, column] = 0
    return Closes(table.sessions, table.symbols, micros, 6)


def _fixed_prices(described: Mapping[str, SecurityView]) -> dict[str, Decimal]:
    return {symbol: view.fixed_price for symbol, view in described.items() if view.fixed_price is not None}


def _expirations(lots: Sequence[Lot]) -> dict[str, date]:
    return {lot.symbol: lot.expiration_date for lot in lots if lot.expiration_date is not None}


def _expired(lots: Sequence[Lot], as_of: date) -> set[str]:
    return {symbol for symbol, expiration in _expirations(lots).items() if expiration < as_of}


# Rows


def _holding_rows(
    c: Computation,
    holdings: Sequence[Holding],
    valuation: PortfolioValuation,
    quotes: Mapping[str, Quote],
    described: Mapping[str, SecurityView],
    splits: Splits,
) -> list[dict[str, Any]]:
    """One per symbol held, all its lots together; what is bought later stands there without a value."""
    positions: dict[str, list[PositionValue]] = defaultdict(list)
    for position in (*valuation.positions, *_bought_later(holdings, valuation)):
        positions[position.holding.symbol].append(position)
    lot_of = {lot.symbol: lot for lot in c.scope.lots}
    return [
        {
            **_facts(lot_of[symbol], described[symbol]),
            **_amounts(held, quotes.get(symbol)),
            "value_reason": _value_reason(held, lot_of[symbol], c.scope.as_of),
            "splits": [[day.isoformat(), plain(ratio)] for day, ratio in splits.get(symbol, ())],
        }
        for symbol, held in positions.items()
    ]  # fmt: skip


def _bought_later(holdings: Sequence[Holding], valuation: PortfolioValuation) -> list[PositionValue]:
    """Today's purchases of symbols not held at the last close."""
    held = {position.holding.symbol for position in valuation.positions}
    later = (h for h in holdings if h.entry_date > valuation.as_of and h.exit_date is None and h.symbol not in held)
    return [
        replace(
            value_position(h, None, valuation.as_of), price=None, market_value=None, value_reason=rules.BOUGHT_LATER
        )
        for h in later
    ]


def _facts(lot: Lot, security: SecurityView) -> dict[str, Any]:
    is_public = lot.investment_class == "PUBLIC"
    is_cash = inputs.is_cash_like(lot)
    return {
        "symbol": lot.symbol,
        "name": _name(lot, security),
        "investment_class": lot.investment_class,
        "sector": security.sector if is_public else "Cash" if is_cash else "Unclassified",
        "is_cash": is_cash or (is_public and security.fixed_price is not None),
    }


def _name(lot: Lot, security: SecurityView) -> str:
    if lot.underlying_symbol is None or lot.strike_price is None or lot.expiration_date is None:
        return security.name
    right = (lot.option_type or "option").lower()
    return f"{lot.underlying_symbol} {lot.expiration_date:%d %b %Y} {plain(lot.strike_price)} {right}"


def _amounts(held: Sequence[PositionValue], quote: Quote | None) -> dict[str, Any]:
    values = [p.market_value for p in held if p.market_value is not None]
    return {
        "lots": len(held),
        "quantity": sum((p.holding.quantity for p in held), ZERO),
        "cost": sum((p.cost for p in held), ZERO),
        "cost_basis": sum((abs(p.cost) for p in held), ZERO),
        "price": held[0].price,
        "price_session": held[0].price_session,
        "previous_close": None if quote is None or not values else quote.previous_close,
        "market_value": sum(values, ZERO) if values else None,
        "gross_value": sum(map(abs, values), ZERO) if values else None,
        "unrealised_pnl": _sum_known([p.unrealised_pnl for p in held]),
        "day_pnl": _sum_known([p.day_pnl for p in held]),
    }


def _sum_known(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if known else None


def _value_reason(held: Sequence[PositionValue], lot: Lot, as_of: date) -> str | None:
    if lot.expiration_date is not None and lot.expiration_date < as_of:
        return f"expired on {lot.expiration_date}"
    return next((p.value_reason for p in held if p.value_reason), None)


def _snapshot_of(c: Computation, valuation: PortfolioValuation) -> dict[str, Any]:
    cash, long_value, short_value = cents(valuation.cash), cents(valuation.long_value), cents(valuation.short_value)
    return {
        "session": valuation.as_of,
        "nav": cash + long_value + short_value,
        "cash": cash,
        "long_value": long_value,
        "short_value": short_value,
        "day_pnl": None if valuation.day_pnl is None else cents(valuation.day_pnl),
        "day_return": None,
        "day_reason": valuation.day_reason or DAY_BEFORE_UNKNOWN,
        "flow": cents(_moved_since(c, previous_session(valuation.as_of))),
        "unrealised_pnl": cents(valuation.unrealised_pnl),
        "realised_pnl": cents(valuation.realised_pnl),
        "open_positions": len(valuation.positions),
        "priced_positions": sum(p.market_value is not None for p in valuation.positions),
        "coverage": float(valuation.coverage),
    }


def _moved_since(c: Computation, day: date) -> Decimal:
    return sum((amount for at, amount in inputs.flows_of(c.scope) if day < at <= c.scope.as_of), ZERO)


def _snapshot_row(day: DailySnapshot) -> dict[str, Any]:
    rounded = day.in_cents()
    return {
        "session": day.session,
        "nav": rounded.nav,
        "cash": rounded.cash,
        "long_value": rounded.long_value,
        "short_value": rounded.short_value,
        "day_pnl": rounded.day_pnl,
        "day_return": None if day.day_return is None else float(day.day_return),
        "day_reason": day.reason,
        "flow": rounded.flow,
        "unrealised_pnl": rounded.unrealised_pnl,
        "realised_pnl": rounded.realised_pnl,
        "open_positions": day.open_positions,
        "priced_positions": day.priced_positions,
        "coverage": float(day.coverage),
    }


def _exposures(valuation: PortfolioValuation) -> list[FigureRow]:
    coverage = float(valuation.coverage)
    problem = rules.share_problem(valuation.nav > 0, coverage)
    amounts = {
        "long": valuation.long_value, "short": valuation.short_value, "gross": valuation.gross,
        "net": valuation.net, "cash": valuation.cash,
    }  # fmt: skip
    return [
        FigureRow(
            figure=key, value=None if problem else float(amount / valuation.nav), reason=problem, std_error=None,
            n_obs=len(valuation.positions), window=None, coverage=coverage, method=rules.METHODS[key],
            details=json.dumps({"amount": str(cents(amount))}),
        )
        for key, amount in amounts.items()
    ]  # fmt: skip


def _notes(valuation: PortfolioValuation) -> tuple[str, ...]:
    if not valuation.left_out:
        return ()
    return (f"Without a price, in no total: {', '.join(valuation.left_out[:20])}",)
