"""A portfolio with some changes that are only tried out: every figure before and after. Nothing is written.

Bought and sold at the closes the portfolio is valued at, without costs, paid from cash, so net asset value stays what
it is. Symbols without stored estimates are estimated on the spot from stored prices; nothing is fetched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from sqlmodel import Session

from sigmasight_ui.analytics.book import Book
from sigmasight_ui.analytics.returns import Floats
from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.core.transactions import Later
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.risk import errors, inputs, rules
from sigmasight_ui.services.risk.estimates import Known
from sigmasight_ui.services.risk.held import Held
from sigmasight_ui.services.risk.overview import origin
from sigmasight_ui.services.risk.reading import Material, Reader
from sigmasight_ui.services.risk.schemas import (
    FigureView,
    PositionChange,
    WhatIf,
    WhatIfFigure,
    WhatIfHolding,
)
from sigmasight_ui.services.risk.study.correlations import largest_after
from sigmasight_ui.services.risk.study.everything import every_figure
from sigmasight_ui.services.risk.study.greeks import contracts, underlyings
from sigmasight_ui.services.risk.study.positions import Positions, positions
from sigmasight_ui.services.risk.study.study import Study
from sigmasight_ui.services.risk.study.symbols import Symbols
from sigmasight_ui.services.risk.titles import title
from sigmasight_ui.services.risk.valuation import CONTRACT_SIZE
from sigmasight_ui.services.securities.schemas import SecurityView
from sigmasight_ui.services.securities.service import SecuritiesService
from sigmasight_ui.services.securities.symbols import canonical_ticker, parse_occ

LONGEST_SYMBOL = 100
LARGEST = Decimal(10) ** 9
SMALLEST = Decimal("0.000001")
AT_LAST_CLOSES = "bought and sold at the closes of {}, without costs"
ON_MARGIN = "cash is not enough: the rest is margin"


@dataclass(frozen=True)
class Trial:
    """reader: of one portfolio."""

    session: Session
    market: MarketDataService
    securities: SecuritiesService
    reader: Reader

    @property
    def source(self) -> str:
        return self.reader.accounts.source or ""


@dataclass(frozen=True, slots=True)
class Trade:
    """before: None for what is not held. amount: signed dollars, what the change costs."""

    before: Held | None
    after: Held
    delta: Decimal
    price: Decimal
    session: date
    amount: Decimal


def what_if(t: Trial, portfolio_id: UUID, changes: Sequence[PositionChange]) -> Later[WhatIf]:
    wanted = _wanted(changes)
    names = _names(wanted)
    material = t.reader.whole_and(names, lambda held: (*largest_after(held, len(names)), *names))
    if material is None:
        raise errors.not_calculated()
    trades = _trades(t, material, wanted)
    return lambda: _compared(t, portfolio_id, material, trades)


def _compared(t: Trial, portfolio_id: UUID, material: Material, trades: Sequence[Trade]) -> WhatIf:
    before, row, scenarios = material.study, t.reader.accounts.rows[0], t.reader.scenarios
    after = _after(before, trades, material.record.known)
    spent = sum((trade.amount for trade in trades), ZERO)
    old = every_figure(before, scenarios) | _exposures(before, row.cash)
    new = every_figure(after, scenarios) | _exposures(after, row.cash - spent)
    notes = [AT_LAST_CLOSES.format(before.as_of), *([ON_MARGIN] if row.cash - spent < 0 <= spent else [])]
    return WhatIf(
        portfolio_id=portfolio_id,
        holdings=tuple(map(_shown, trades)),
        figures=tuple(
            WhatIfFigure(key, title(key, scenarios), view, new[key], _difference(view, new[key]))
            for key, view in old.items()
            if key in new
        ),
        nav=row.nav,
        cash_before=row.cash,
        cash_after=cents(row.cash - spent),
        notes=tuple(notes),
        as_of=before.as_of,
        origin=origin(t.market, t.source),
    )


def _names(symbols: Iterable[str]) -> list[str]:
    """Everything whose exposure can change."""
    found = {symbol if (terms := parse_occ(symbol)) is None else terms.underlying for symbol in symbols}
    return sorted(found)


# What is traded


def _wanted(changes: Sequence[PositionChange]) -> dict[str, Decimal]:
    """By canonical symbol; the same symbol twice adds up, and what adds up to nothing is no change."""
    if len(changes) > errors.MOST_CHANGES:
        raise errors.too_many_changes()
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for change in changes:
        symbol = _symbol(change.symbol)
        delta = change.quantity_delta
        if not delta.is_finite() or abs(delta) >= LARGEST or delta != delta.quantize(SMALLEST):
            raise errors.bad_quantity(symbol)
        wanted[symbol] += delta
    kept = {symbol: delta for symbol, delta in wanted.items() if delta}
    if not kept:
        raise errors.no_changes()
    return kept


def _symbol(text: str) -> str:
    if len(text) > LONGEST_SYMBOL or not text.isprintable() or not text.strip():
        raise errors.unknown_symbol(text[:20] if text.isprintable() else "")
    terms = parse_occ(text)
    return canonical_ticker(text) if terms is None else terms.text


def _trades(t: Trial, before: Material, wanted: Mapping[str, Decimal]) -> list[Trade]:
    held = {each.symbol: each for each in before.held.held}
    described = t.securities.describe(t.session, wanted)
    asked = [symbol for symbol in wanted if symbol not in held or held[symbol].price is None]
    quotes = t.market.latest_quotes(t.session, t.source, asked, before.as_of)
    trades = []
    for symbol, delta in wanted.items():
        known, security = held.get(symbol), described[symbol]
        if known is not None and known.investment_class == "PRIVATE":
            raise errors.private_asset(symbol)
        if known is not None and known.price is not None:
            price, session = Decimal(repr(known.price)), known.price_session or before.as_of
        elif security.fixed_price is not None:
            price, session = security.fixed_price, before.as_of
        elif symbol in quotes:
            price, session = quotes[symbol].close, quotes[symbol].session
        else:
            raise errors.no_price(symbol) if security.known or parse_occ(symbol) else errors.unknown_symbol(symbol)
        trades.append(_trade(known, _new(security) if known is None else known, delta, price, session))
    return trades


def _new(security: SecurityView) -> Held:
    """Nothing yet of a symbol that is not held."""
    is_option = parse_occ(security.symbol) is not None
    return Held(
        symbol=security.symbol, name=security.name, investment_class="OPTIONS" if is_option else "PUBLIC",
        sector="Unclassified" if is_option else security.sector, is_cash=security.fixed_price is not None,
        quantity=0.0, price=None, price_session=None, value=0.0, gross=0.0, greeks=None,
    )  # fmt: skip


def _trade(known: Held | None, start: Held, delta: Decimal, price: Decimal, session: date) -> Trade:
    units = CONTRACT_SIZE if start.investment_class == "OPTIONS" else 1
    quantity = Decimal(repr(start.quantity)) + delta
    value = float(quantity * units * price)
    moved = abs(value) - abs(start.value or 0.0)
    after = start._replace(
        quantity=float(quantity), price=float(price), price_session=session, value=value,
        gross=max(abs(value), (start.gross or 0.0) + moved), greeks=None,
    )  # fmt: skip
    return Trade(known, after, delta, price, session, delta * units * price)


# The portfolio afterwards


def _after(before: Study, trades: Sequence[Trade], known: Known) -> Study:
    """known: of everything held before and traded."""
    traded = {trade.after.symbol: trade.after for trade in trades}
    options = [each for each in traded.values() if each.investment_class == "OPTIONS" and each.quantity]
    risks = _contracts(options, known.symbols, before.as_of)
    kept = [held for held in before.positions.held if held.symbol not in traded]
    added = [held._replace(greeks=risks.get(held.symbol)) for held in traded.values() if held.quantity]
    after = positions(sorted([*kept, *added]))
    moved = _moved(before.positions, after)
    return Study(
        as_of=before.as_of,
        nav=before.nav,
        positions=after,
        symbols=known.symbols.pick(after.symbols),
        model=known.model.last(len(before.book.gains)),
        book=_book(before, after, moved, known.symbols),
    )


def _contracts(options: Sequence[Held], symbols: Symbols, as_of: date) -> dict[str, dict[str, Any]]:
    if not options:
        return {}
    names = _names(held.symbol for held in options)
    found = contracts(options, underlyings(symbols.pick(names)), as_of)
    return {symbol: asdict(contract) for symbol, contract in found.items()}


def _moved(before: Positions, after: Positions) -> dict[str, tuple[float, float]]:
    """Exposures that are different, before and after."""
    both = ((name, before.exposures.get(name, 0.0), after.exposures.get(name, 0.0))
            for name in {*before.exposures, *after.exposures})  # fmt: skip
    return {name: (old, new) for name, old, new in both if old != new}


def _book(before: Study, after: Positions, moved: Mapping[str, tuple[float, float]], symbols: Symbols) -> Book:
    """The gains of the past sessions, with those of what changed put in place of the old ones."""
    gross = float(sum(map(abs, after.exposures.values()))) + after.unmodelled
    if not gross:
        return Book(np.zeros_like(before.book.gains), np.zeros_like(before.book.covered), 0.0)
    if not moved:  # only cash, or what has no returns
        return Book(before.book.gains, np.clip(before.book.covered, 0.0, gross), gross)
    if symbols.returns is None:
        raise ValueError("a book is made from returns")
    returns = symbols.returns.last(len(before.book.gains))
    column = symbols.columns
    columns = [column[name] for name in moved]
    more = np.array([new - old for old, new in moved.values()])
    larger = np.array([abs(new) - abs(old) for old, new in moved.values()])
    covered: Floats = before.book.covered + returns.mask[:, columns] @ larger
    gains: Floats = before.book.gains + np.where(returns.mask[:, columns], returns.values[:, columns], 0.0) @ more
    return Book(gains, np.clip(covered, 0.0, gross), gross)


# Results


def _exposures(s: Study, cash: Decimal) -> dict[str, FigureView]:
    """Sums over the positions, as shares of NAV."""
    valued = [held for held in s.positions.held if held.value is not None and held.gross is not None]
    long_value = sum(((held.gross or 0.0) + (held.value or 0.0)) / 2 for held in valued)
    short_value = sum(((held.value or 0.0) - (held.gross or 0.0)) / 2 for held in valued)
    amounts = (long_value, short_value, long_value - short_value, long_value + short_value, float(cash))
    nav = float(s.nav.nav)
    problem = rules.share_problem(nav > 0, s.nav.coverage)
    return {
        key: FigureView(
            None if problem else amount / nav, problem, len(valued), None, s.as_of, s.nav.coverage, None,
            rules.METHODS[key], {"amount": str(inputs.money(amount))},
        )
        for key, amount in zip(rules.EXPOSURES, amounts, strict=True)
    }  # fmt: skip


def _difference(before: FigureView, after: FigureView) -> float | None:
    return None if before.value is None or after.value is None else after.value - before.value


def _shown(trade: Trade) -> WhatIfHolding:
    before, after = trade.before, trade.after
    quantity = ZERO if before is None else Decimal(repr(before.quantity))
    return WhatIfHolding(
        symbol=after.symbol,
        name=after.name,
        price=trade.price,
        price_session=trade.session,
        quantity_before=quantity,
        quantity_after=quantity + trade.delta,
        value_before=inputs.money(None if before is None else before.value) or ZERO,
        value_after=inputs.money(after.value) or ZERO,
        amount=cents(trade.amount),
    )
