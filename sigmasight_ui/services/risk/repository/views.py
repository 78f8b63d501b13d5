"""What screens and programs read. Callers bring the portfolios the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session


class Latest(NamedTuple):
    """The newest snapshot of a portfolio, with the NAV before it."""

    portfolio_id: UUID
    session: date
    nav: Decimal
    cash: Decimal
    long_value: Decimal
    short_value: Decimal
    day_pnl: Decimal | None
    day_return: float | None
    day_reason: str | None
    unrealised_pnl: Decimal
    realised_pnl: Decimal
    open_positions: int
    priced_positions: int
    coverage: float | None
    source: str
    computed_at: datetime
    previous_nav: Decimal | None


_LATEST = text("""
    select p.portfolio_id, s.session, s.nav, s.cash, s.long_value, s.short_value, s.day_pnl, s.day_return,
           s.day_reason, s.unrealised_pnl, s.realised_pnl, s.open_positions, s.priced_positions, s.coverage,
           s.source, s.computed_at,
           (select nav from snapshots b where b.portfolio_id = p.portfolio_id and b.session < s.session
            order by b.session desc limit 1) as previous_nav
    from unnest(cast(:ids as uuid[])) as p(portfolio_id)
    cross join lateral (
        select * from snapshots where portfolio_id = p.portfolio_id order by session desc limit 1
    ) s
""")


def latest(session: Session, ids: Collection[UUID]) -> dict[UUID, Latest]:
    rows = session.execute(_LATEST, {"ids": list(ids)})
    return {row.portfolio_id: row for row in map(Latest._make, rows)}


class Past(NamedTuple):
    """Of all these portfolios together: what was realised up to last year's end, and the flows of all snapshots and of
    the 30 days before the newest."""

    realised_before: Decimal
    flows: Decimal
    flows_30d: Decimal


_PAST = text("""
    select coalesce(sum(y.realised_pnl), 0), coalesce(sum(f.flows), 0), coalesce(sum(f.flows_30d), 0)
    from unnest(cast(:ids as uuid[])) as p(portfolio_id)
    cross join lateral (
        select max(session) as newest from snapshots where portfolio_id = p.portfolio_id
    ) s
    cross join lateral (
        select sum(flow) as flows, sum(flow) filter (where session > s.newest - 30) as flows_30d
        from snapshots where portfolio_id = p.portfolio_id
    ) f
    left join lateral (
        select realised_pnl from snapshots
        where portfolio_id = p.portfolio_id and session < date_trunc('year', s.newest) order by session desc limit 1
    ) y on true
""")


def past(session: Session, ids: Collection[UUID]) -> Past:
    return Past._make(session.execute(_PAST, {"ids": list(ids)}).one())


class HeldSummary(NamedTuple):
    cost: Decimal
    basis: Decimal
    priced_basis: Decimal
    without_value: list[str]
    largest: str | None
    largest_name: str | None
    largest_value: Decimal | None


# Adding up by symbol is what takes time in a large account, so it is done for the largest alone, and for those without
# a value only where there is one. Nothing is joined: of rows that were just written PostgreSQL expects a single one,
# and would compare each of thousands with each.
_SUMMARY = text("""
    with own as (
        select symbol, name, cost, cost_basis, market_value, gross_value
        from holding_values where portfolio_id = any(cast(:ids as uuid[]))
    ), top as (
        select symbol from own where gross_value is not null group by symbol
        order by sum(gross_value) desc, symbol limit 1
    ), without_value as (
        select symbol, sum(cost_basis) as basis from own
        where exists (select from own where market_value is null)
        group by symbol having count(market_value) = 0
    )
    select coalesce(sum(cost), 0), coalesce(sum(cost_basis), 0),
           coalesce(sum(cost_basis) filter (where market_value is not null), 0),
           (select coalesce(array_agg(symbol order by basis desc, symbol), '{}') from without_value),
           (select symbol from top),
           (select max(name) from own where symbol = (select symbol from top)),
           (select sum(market_value) from own where symbol = (select symbol from top))
    from own
""")


def summary(session: Session, ids: Collection[UUID]) -> HeldSummary:
    return HeldSummary._make(session.execute(_SUMMARY, {"ids": list(ids)}).one())


_BASIS = text("""
    select coalesce(sum(cost_basis), 0), coalesce(sum(cost_basis) filter (where market_value is not null), 0)
    from holding_values where portfolio_id = any(cast(:ids as uuid[]))
""")


def priced_share(session: Session, ids: Collection[UUID]) -> float:
    """Of what the holdings cost, the part that has a price; 1 when they cost nothing."""
    basis, priced = session.execute(_BASIS, {"ids": list(ids)}).one()
    return float(priced / basis) if basis else 1.0


class Day(NamedTuple):
    """All accounts on one session. `gain` is what those with a daily return gained, `base` their NAV before; `added`
    is the NAV of those whose history begins on it within the range; `contributed` and `withdrawn` (positive) is what
    flowed into and out of the others."""

    session: date
    nav: Decimal
    gain: float | None
    base: Decimal | None
    added: Decimal
    contributed: Decimal
    withdrawn: Decimal
    coverage: float | None

    @property
    def flow(self) -> Decimal:
        return self.contributed - self.withdrawn


_HISTORY = text("""
    select session, sum(nav), sum(day_return * previous), sum(previous) filter (where day_return is not null),
           coalesce(sum(nav) filter (where previous is null), 0),
           coalesce(sum(flow) filter (where previous is not null and flow > 0), 0),
           coalesce(-sum(flow) filter (where previous is not null and flow < 0), 0), min(coverage)
    from (
        select session, nav, day_return, coverage, flow,
               lag(nav) over (partition by portfolio_id order by session) as previous
        from snapshots where portfolio_id = any(cast(:ids as uuid[])) and session between :first and :last
    ) s
    group by session order by session
""")


def history(session: Session, ids: Collection[UUID], first: date, last: date) -> list[Day]:
    rows = session.execute(_HISTORY, {"ids": list(ids), "first": first, "last": last})
    return [Day._make(row) for row in rows]


class StoredFigure(NamedTuple):
    portfolio_id: UUID
    figure: str
    as_of: date
    value: float | None
    reason: str | None
    std_error: float | None
    n_obs: int | None
    window: int | None
    coverage: float | None
    method: str
    details: dict[str, Any]


_FIGURES = text("""
    select distinct on (portfolio_id, figure) portfolio_id, figure, as_of, value, reason, std_error, n_obs, "window",
           coverage, method, details
    from portfolio_figures
    where portfolio_id = any(cast(:ids as uuid[])) and as_of > :oldest and figure = any(cast(:keys as text[]))
    order by portfolio_id, figure, as_of desc
""")


def figures(session: Session, ids: Collection[UUID], keys: Sequence[str], oldest: date) -> list[StoredFigure]:
    """The newest of each, but none as old as `oldest`."""
    rows = session.execute(_FIGURES, {"ids": list(ids), "keys": list(keys), "oldest": oldest})
    return [StoredFigure._make(row) for row in rows]


_SECTORS = text("""
    select portfolio_id, figure, as_of, value, reason, std_error, n_obs, "window", coverage, method, details
    from portfolio_figures f
    where portfolio_id = :id and figure like 'sector:%'
      and as_of = (select max(as_of) from portfolio_figures
                   where portfolio_id = :id and figure like 'sector:%' and as_of > :oldest)
    order by (details ->> 'gross')::float8 desc nulls last, figure
""")


def sectors(session: Session, portfolio_id: UUID, oldest: date) -> list[StoredFigure]:
    rows = session.execute(_SECTORS, {"id": portfolio_id, "oldest": oldest})
    return [StoredFigure._make(row) for row in rows]


_GROSS = text("""
    select symbol, gross_value::float8 from holding_values
    where portfolio_id = any(cast(:ids as uuid[])) and market_value is not null order by symbol, portfolio_id
""")


def gross_values(session: Session, ids: Collection[UUID]) -> tuple[list[str], list[float]]:
    """Symbols with a value, in each account that holds them, and the absolute values of all their lots there."""
    rows = session.execute(_GROSS, {"ids": list(ids)}).all()
    return [row[0] for row in rows], [row[1] for row in rows]


class SectorSum(NamedTuple):
    sector: str
    net: Decimal
    gross: Decimal
    symbols: int


_SECTOR_SUMS = text("""
    select sector, sum(market_value), sum(gross_value), count(distinct symbol) from holding_values
    where portfolio_id = any(cast(:ids as uuid[])) and market_value is not null group by sector order by sector
""")


def sector_sums(session: Session, ids: Collection[UUID]) -> list[SectorSum]:
    return [SectorSum._make(row) for row in session.execute(_SECTOR_SUMS, {"ids": list(ids)})]


class PricedSymbols(NamedTuple):
    """PUBLIC symbols that need a market price: how many, and those that had none; and the option contracts."""

    needed: int
    without_price: list[str]
    contracts: list[str]


_PRICED = text("""
    select count(distinct symbol) filter (where public), coalesce(array_agg(distinct symbol) filter (where public and
           market_value is null), '{}'), coalesce(array_agg(distinct symbol) filter (where contract), '{}')
    from (
        select symbol, market_value, investment_class = 'PUBLIC' and not is_cash as public,
               investment_class = 'OPTIONS' as contract
        from holding_values where portfolio_id = any(cast(:ids as uuid[]))
    ) h
""")


def priced_symbols(session: Session, ids: Collection[UUID]) -> PricedSymbols:
    return PricedSymbols._make(session.execute(_PRICED, {"ids": list(ids)}).one())


class SymbolFigureRow(NamedTuple):
    symbol: str
    figure: str
    as_of: date
    value: float | None
    reason: str | None
    std_error: float | None
    n_obs: int | None
    window: int | None
    method: str
    market_value: Decimal | None


_SYMBOL_FIGURES = text("""
    select h.symbol, f.figure, f.as_of, f.value, f.reason, f.std_error, f.n_obs, f."window", f.method, h.market_value
    from (
        select symbol, source, max(as_of) as as_of, sum(market_value) as market_value, sum(gross_value) as gross
        from holding_values where portfolio_id = any(cast(:ids as uuid[])) group by symbol, source
        order by gross desc nulls last, symbol limit :limit
    ) h
    cross join lateral (
        select * from symbol_figures
        where symbol = h.symbol and source = h.source and as_of = h.as_of and figure = any(cast(:keys as text[]))
        offset 0  -- one index scan per symbol, also while the table's statistics are behind
    ) f
    order by h.gross desc nulls last, h.symbol, f.figure
""")


def symbol_figures(session: Session, ids: Collection[UUID], keys: Sequence[str], limit: int) -> list[SymbolFigureRow]:
    """Of the largest holdings."""
    rows = session.execute(_SYMBOL_FIGURES, {"ids": list(ids), "keys": list(keys), "limit": limit})
    return [SymbolFigureRow._make(row) for row in rows]
