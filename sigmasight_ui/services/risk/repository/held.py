"""One page of holdings, sorted and filtered by the database, with the totals of all of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel import Session

from sigmasight_ui.services.risk.schemas import HoldingsSort


class HeldRow(NamedTuple):
    """One symbol over all chosen portfolios."""

    symbol: str
    name: str
    investment_class: str
    sector: str
    quantity: Decimal
    cost: Decimal
    cost_basis: Decimal
    lots: int
    price: Decimal | None
    price_session: date | None
    previous_close: Decimal | None
    market_value: Decimal | None
    unrealised_pnl: Decimal | None
    day_pnl: Decimal | None
    value_reason: str | None
    splits: list[list[str]]
    beta: float | None
    as_of: date


class AccountSum(NamedTuple):
    """What one account holds: its long and short lots apart, as its snapshot keeps them."""

    long_value: Decimal | None
    short_value: Decimal | None
    day_pnl: Decimal | None
    unrealised_pnl: Decimal | None


class HeldTotal(NamedTuple):
    """Of everything the filter lets through; the sums account by account."""

    holdings: int
    lots: int
    cost: Decimal
    without_value: int
    sums: list[AccountSum]


_BETA = """(select value from symbol_figures f where f.symbol = {row}.symbol and f.source = {row}.source
                        and f.as_of = {row}.as_of and f.figure = 'beta_252')"""
_ORDER = {
    HoldingsSort.SYMBOL: "symbol",
    HoldingsSort.NAME: "lower(name)",
    HoldingsSort.QUANTITY: "quantity",
    HoldingsSort.AVERAGE_COST: "cost / nullif(quantity, 0)",
    HoldingsSort.COST: "cost",
    HoldingsSort.PRICE: "price",
    HoldingsSort.DAY: "case when price_session = as_of then price / previous_close end",
    HoldingsSort.MARKET_VALUE: "market_value",
    HoldingsSort.WEIGHT: "market_value",
    HoldingsSort.UNREALISED: "unrealised_pnl",
    HoldingsSort.RETURN: "unrealised_pnl / nullif(cost_basis, 0)",
    HoldingsSort.BETA: _BETA.format(row="held"),
}
# A symbol held in several portfolios takes price, splits and class from the one valued last. Betas are looked up for
# the page alone, unless they decide the order.
_HELD = """
    with held as (
        select distinct on (symbol) symbol, name, investment_class, sector, price, price_session, previous_close,
               value_reason, splits, as_of, source, sum(quantity) over same as quantity, sum(cost) over same as cost,
               sum(cost_basis) over same as cost_basis, sum(market_value) over same as market_value,
               sum(unrealised_pnl) over same as unrealised_pnl, sum(day_pnl) over same as day_pnl,
               sum(lots) over same as lots, bool_or(market_value is null) over same as incomplete
        from holding_values
        where portfolio_id = any(cast(:ids as uuid[])) and (symbol ilike :pattern or name ilike :pattern)
        window same as (partition by symbol)
        order by symbol, as_of desc, portfolio_id
    ), total as (
        select count(*) as holdings, coalesce(sum(lots), 0) as all_lots, coalesce(sum(cost), 0) as total_cost,
               count(*) filter (where incomplete) as without_value
        from held
    ), accounts as (
        select sum(gross_value + market_value) / 2 as long_value, sum(market_value - gross_value) / 2 as short_value,
               sum(day_pnl) as account_day, sum(unrealised_pnl) as account_unrealised
        from holding_values
        where portfolio_id = any(cast(:ids as uuid[])) and (symbol ilike :pattern or name ilike :pattern)
        group by portfolio_id
    ), page as (
        select held.*, row_number() over (order by {order} {direction} nulls last, symbol) as place
        from held order by place limit :limit offset :offset
    )
    select holdings, all_lots, total_cost, without_value,
           (select array_agg(array[long_value, short_value, account_day, account_unrealised]) from accounts),
           page.symbol, name, investment_class, sector, quantity, cost, cost_basis, lots, price, price_session,
           previous_close, market_value, unrealised_pnl, day_pnl, value_reason, splits, {beta} as beta, as_of
    from total left join page on true order by place
"""


def holdings_page(
    session: Session,
    ids: Collection[UUID],
    contains: str,
    sort: HoldingsSort,
    descending: bool,
    limit: int,
    offset: int,
) -> tuple[list[HeldRow], HeldTotal]:
    """One page and the totals, in one query."""
    values = {"ids": list(ids), "pattern": _pattern(contains), "limit": limit, "offset": offset}
    rows = session.execute(_statement(sort, descending), values).all()
    width = len(HeldTotal._fields)
    page = [HeldRow._make(row[width:]) for row in rows if row[width] is not None]
    total = HeldTotal._make(rows[0][:width])
    return page, total._replace(sums=[AccountSum._make(each) for each in total.sums or ()])


@cache
def _statement(sort: HoldingsSort, descending: bool) -> TextClause:
    direction = "desc" if descending else "asc"
    return text(_HELD.format(order=_ORDER[sort], direction=direction, beta=_BETA.format(row="page")))


def _pattern(contains: str) -> str:
    escaped = contains.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
