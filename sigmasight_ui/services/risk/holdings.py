"""The table of holdings: a page of symbols with their lots, sorted and summed where the rows are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.calendar import new_york_day, previous_session
from sigmasight_ui.core.money import ZERO, cents
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.portfolios.schemas import Lot
from sigmasight_ui.services.portfolios.service import PortfolioService
from sigmasight_ui.services.risk import inputs, rules
from sigmasight_ui.services.risk.accounts import Accounts
from sigmasight_ui.services.risk.repository.held import HeldRow, HeldTotal, holdings_page
from sigmasight_ui.services.risk.schemas import (
    HoldingLot,
    HoldingRow,
    HoldingsPage,
    HoldingsSort,
    HoldingsTotal,
    PriceOrigin,
)
from sigmasight_ui.services.risk.valuation import CONTRACT_SIZE
from sigmasight_ui.services.securities.service import SecuritiesService

SPARKLINE = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page as asked for."""

    sort: HoldingsSort
    descending: bool
    contains: str
    limit: int
    offset: int
    opened: Collection[str]  # symbols whose lots are wanted too


@dataclass(frozen=True, slots=True)
class Table:
    """What the page is put together from."""

    session: Session
    actor: Actor
    accounts: Accounts
    portfolios: PortfolioService
    market: MarketDataService
    securities: SecuritiesService
    now: datetime


def valued_page(t: Table, wanted: Wanted, prices: PriceOrigin | None) -> HoldingsPage:
    rows, total = holdings_page(
        t.session, t.accounts.ids, wanted.contains, wanted.sort, wanted.descending, wanted.limit, wanted.offset
    )
    opened = [row.symbol for row in rows if row.symbol in wanted.opened]
    lots: dict[str, list[Lot]] = defaultdict(list)
    for lot in t.portfolios.lots_of(t.session, t.actor, t.accounts.ids, opened) if opened else ():
        lots[lot.symbol].append(lot)
    closes = _sparklines(t, [row for row in rows if row.investment_class != "PRIVATE"])
    nav = t.accounts.nav_for_weights
    items = tuple(_row(row, nav, closes.get(row.symbol, ()), _lots(t, row, lots[row.symbol])) for row in rows)
    return HoldingsPage(
        items, _total(total, nav), wanted.limit, wanted.offset, t.accounts.as_of, prices, None
    )  # fmt: skip


def pending_page(t: Table, lots: Sequence[Lot], wanted: Wanted) -> HoldingsPage:
    """Before the first calculation: quantities and costs from the file, values unknown."""
    open_lots: dict[str, list[Lot]] = defaultdict(list)
    for lot in lots:
        if lot.exit_date is None:
            open_lots[lot.symbol].append(lot)
    names = {symbol: view.name for symbol, view in t.securities.describe(t.session, open_lots).items()}
    rows = [_pending_row(symbol, names[symbol], held, symbol in wanted.opened) for symbol, held in open_lots.items()]
    contains = wanted.contains.casefold()
    rows = [row for row in rows if contains in row.symbol.casefold() or contains in row.name.casefold()]
    key = _PENDING_ORDER.get(wanted.sort, lambda row: row.cost)
    rows.sort(key=lambda row: row.symbol)
    rows.sort(key=key, reverse=wanted.descending)
    total = HoldingsTotal(
        holdings=len(rows), lots=sum(row.lots for row in rows), cost=sum((row.cost for row in rows), ZERO),
        market_value=None, weight=None, day_pnl=None, unrealised_pnl=None, without_value=len(rows),
    )  # fmt: skip
    page = tuple(rows[wanted.offset : wanted.offset + wanted.limit])
    return HoldingsPage(page, total, wanted.limit, wanted.offset, None, None, rules.NOT_CALCULATED)


# Valued rows


def _row(row: HeldRow, nav: Decimal | None, closes: Sequence[float | None], opened: Sequence[HoldingLot]) -> HoldingRow:
    one_sided = abs(row.cost) == row.cost_basis
    per_unit = CONTRACT_SIZE if row.investment_class == "OPTIONS" else 1
    return HoldingRow(
        symbol=row.symbol,
        name=row.name,
        investment_class=row.investment_class,
        sector=row.sector,
        quantity=row.quantity,
        cost=cents(row.cost),
        average_cost=row.cost / (row.quantity * per_unit) if one_sided and row.quantity else None,
        price=row.price,
        price_session=row.price_session,
        day_change=_day_change(row),
        day_pnl=_cents(row.day_pnl),
        market_value=_cents(row.market_value),
        weight=inputs.ratio(row.market_value, nav),
        unrealised_pnl=_cents(row.unrealised_pnl),
        return_=inputs.ratio(row.unrealised_pnl, row.cost_basis),
        beta=row.beta,
        value_reason=row.value_reason,
        marks=_marks(row),
        closes=tuple(closes),
        lots=row.lots,
        opened=tuple(opened),
    )


def _day_change(row: HeldRow) -> float | None:
    if row.price is None or row.previous_close is None or row.price_session != row.as_of:
        return None
    return float(row.price / row.previous_close) - 1


def _marks(row: HeldRow) -> tuple[str, ...]:
    if row.value_reason == rules.BOUGHT_LATER:
        return ("new",)
    if row.market_value is None:
        return ("no price",)
    if row.investment_class == "PRIVATE":
        return ("entry price",)
    return ("old price",) if row.price_session is not None and row.price_session < row.as_of else ()


def _lots(t: Table, row: HeldRow, lots: Sequence[Lot]) -> list[HoldingLot]:
    """The open ones, per share of today."""
    splits = [(date.fromisoformat(day), Decimal(ratio)) for day, ratio in row.splits]
    per_unit = CONTRACT_SIZE if row.investment_class == "OPTIONS" else 1
    found = []
    for lot in lots:
        if lot.exit_date is not None and lot.exit_date <= new_york_day(t.now):
            continue
        shares = inputs.shares_since(splits, new_york_day(lot.created_at))
        quantity, entry_price = lot.quantity * shares, inputs.per_share(lot.entry_price, shares)
        cost = quantity * per_unit * entry_price
        gain = None if row.price is None or row.unrealised_pnl is None else quantity * per_unit * row.price - cost
        found.append(
            HoldingLot(lot.portfolio_id, lot.id, quantity, entry_price, lot.entry_date, cents(cost), _cents(gain))
        )
    return found


def _sparklines(t: Table, rows: Sequence[HeldRow]) -> Mapping[str, tuple[float | None, ...]]:
    as_of, source = t.accounts.as_of, t.accounts.source
    if as_of is None or source is None or not rows:
        return {}
    first = as_of
    for _ in range(SPARKLINE - 1):
        first = previous_session(first)
    table = t.market.closes(t.session, source, [row.symbol for row in rows], first, as_of)
    columns = zip(table.symbols, table.closes.T.tolist(), strict=True)
    return {symbol: tuple(close if close == close else None for close in closes) for symbol, closes in columns}


def _total(total: HeldTotal, nav: Decimal | None) -> HoldingsTotal:
    """Rounded account by account, long and short apart, as snapshots are: the overview's totals to the cent."""
    value = _sum_of_cents([amount for each in total.sums for amount in (each.long_value, each.short_value)])
    return HoldingsTotal(
        holdings=total.holdings,
        lots=total.lots,
        cost=cents(total.cost),
        market_value=value,
        weight=inputs.ratio(value, nav),
        day_pnl=_sum_of_cents([each.day_pnl for each in total.sums]),
        unrealised_pnl=_sum_of_cents([each.unrealised_pnl for each in total.sums]),
        without_value=total.without_value,
    )


def _sum_of_cents(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [cents(amount) for amount in amounts if amount is not None]
    return sum(known, ZERO) if known else None


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else cents(amount)


# Rows before the first calculation

_PENDING_ORDER: dict[HoldingsSort, Callable[[HoldingRow], Any]] = {
    HoldingsSort.SYMBOL: lambda row: row.symbol,
    HoldingsSort.NAME: lambda row: row.name.casefold(),
    HoldingsSort.QUANTITY: lambda row: row.quantity,
    HoldingsSort.AVERAGE_COST: lambda row: row.average_cost or ZERO,
}


def _pending_row(symbol: str, name: str, held: Sequence[Lot], is_opened: bool) -> HoldingRow:
    per_unit = CONTRACT_SIZE if held[0].investment_class == "OPTIONS" else 1
    lots = tuple(
        HoldingLot(
            lot.portfolio_id, lot.id, lot.quantity, lot.entry_price, lot.entry_date,
            cents(lot.quantity * per_unit * lot.entry_price), None,
        )
        for lot in held
    )  # fmt: skip
    quantity, cost = sum((lot.quantity for lot in held), ZERO), sum((lot.cost for lot in lots), ZERO)
    one_sided = len({lot.quantity > 0 for lot in held}) == 1
    return HoldingRow(
        symbol=symbol, name=name, investment_class=held[0].investment_class, sector="", quantity=quantity, cost=cost,
        average_cost=cost / (quantity * per_unit) if one_sided and quantity else None, price=None,
        price_session=None, day_change=None, day_pnl=None, market_value=None, weight=None, unrealised_pnl=None,
        return_=None, beta=None, value_reason=rules.NOT_CALCULATED, marks=(), closes=(),
        lots=len(lots), opened=lots if is_opened else (),
    )  # fmt: skip
