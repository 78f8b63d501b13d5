"""What later phases of a run and screens read of the results, and what is kept of symbols and definitions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session, col, select

from sigmasight_ui.services.risk.held import Held
from sigmasight_ui.services.risk.models import BookReturns, FactorDefinition, ScenarioDefinition


class Stamp(NamedTuple):
    """What every result carries."""

    portfolio: UUID
    as_of: date
    source: str
    run: UUID
    now: datetime


class StoredBook(NamedTuple):
    portfolio_id: UUID
    as_of: date
    nav: Decimal
    gross: float
    gains: list[float]
    covered: list[float]
    source: str


class SymbolValue(NamedTuple):
    symbol: str
    figure: str
    value: float | None
    reason: str | None
    std_error: float | None
    n_obs: int | None
    window: int | None
    method: str


_BOOK = tuple(getattr(BookReturns, name) for name in StoredBook._fields)


# Holdings


_HOLDINGS = text("""
    select symbol, name, investment_class, sector, is_cash, quantity::float8, price::float8, price_session,
           market_value::float8, gross_value::float8, greeks
    from holding_values
    where portfolio_id = any(cast(:ids as uuid[])) and (cast(:as_of as date) is null or as_of = :as_of)
      and source = :source
    order by portfolio_id
""")


def holdings(session: Session, ids: Collection[UUID], source: str, as_of: date | None = None) -> list[Held]:
    """Of all these portfolios, each at its newest valuation or only at that of `as_of`."""
    rows = session.execute(_HOLDINGS, {"ids": list(ids), "source": source, "as_of": as_of}).all()
    return sorted((Held._make(row) for row in rows), key=lambda held: held.symbol)


# Snapshots


_NAV = text("select nav, coverage from snapshots where portfolio_id = :portfolio and session = :day")


def nav(session: Session, portfolio_id: UUID, day: date) -> tuple[Decimal, float | None] | None:
    """NAV, and the share of the positions' cost that is in it."""
    row = session.execute(_NAV, {"portfolio": portfolio_id, "day": day}).first()
    return (row[0], row[1]) if row else None


# Figures


class FigureRow(NamedTuple):
    """details: JSON."""

    figure: str
    value: float | None
    reason: str | None
    std_error: float | None
    n_obs: int | None
    window: int | None
    coverage: float | None
    method: str
    details: str


# Exhibits

_EXHIBIT = text("""
    select content::text from portfolio_exhibits
    where portfolio_id = :portfolio and exhibit = :exhibit and source = :source and as_of > :oldest
""")


def exhibit(session: Session, portfolio_id: UUID, name: str, source: str, oldest: date) -> str | None:
    """As JSON; None where there is none, or none newer than `oldest`."""
    values = {"portfolio": portfolio_id, "exhibit": name, "source": source, "oldest": oldest}
    return session.execute(_EXHIBIT, values).scalar()


# Symbols

_PUT_SYMBOLS = text("""
    insert into symbol_figures (symbol, source, as_of, figure, value, reason, std_error, n_obs, "window", method,
                                computed_at)
    select r.symbol, :source, :as_of, r.figure, r.value, r.reason, r.std_error, r.n_obs, r.wide, r.method, :now
    from unnest(cast(:symbol as text[]), cast(:figure as text[]), cast(:value as float8[]), cast(:reason as text[]),
                cast(:std_error as float8[]), cast(:n_obs as int[]), cast(:window as int[]), cast(:method as text[]))
         as r(symbol, figure, value, reason, std_error, n_obs, wide, method)
    order by r.symbol, r.figure  -- one order for all runs, so that two never wait for each other
    on conflict (symbol, source, as_of, figure) do update set value = excluded.value, reason = excluded.reason,
        std_error = excluded.std_error, n_obs = excluded.n_obs, "window" = excluded."window",
        method = excluded.method, computed_at = excluded.computed_at
""")


def put_symbol_figures(session: Session, source: str, as_of: date, rows: Iterable[SymbolValue], now: datetime) -> None:
    columns = list(zip(*rows, strict=True))
    if columns:
        values: dict[str, Any] = {name: list(column) for name, column in zip(SymbolValue._fields, columns, strict=True)}
        session.execute(_PUT_SYMBOLS, {"source": source, "as_of": as_of, "now": now, **values})


# Books


def books(session: Session, portfolio_ids: Collection[UUID]) -> dict[UUID, StoredBook]:
    query = select(*_BOOK).where(col(BookReturns.portfolio_id).in_(list(portfolio_ids)))
    return {book.portfolio_id: book for book in map(StoredBook._make, session.execute(query))}


def books_computed_at(session: Session, portfolio_ids: Collection[UUID]) -> datetime | None:
    """When the oldest of them was made: the statistics of its run are as old."""
    query = text("select min(computed_at) from book_returns where portfolio_id = any(cast(:ids as uuid[]))")
    at: datetime | None = session.execute(query, {"ids": list(portfolio_ids)}).scalar_one()
    return at


# Definitions


def put_definitions(session: Session, factors: Sequence[dict[str, Any]], scenarios: Sequence[dict[str, Any]]) -> None:
    for table, rows in ((FactorDefinition, factors), (ScenarioDefinition, scenarios)):
        statement = upsert(table)
        values = {name: statement.excluded[name] for name in rows[0] if name != "key"}
        session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values), list(rows))


def factors(session: Session) -> list[FactorDefinition]:
    return list(session.exec(select(FactorDefinition).order_by(col(FactorDefinition.ordinal))))


def scenarios(session: Session) -> list[ScenarioDefinition]:
    return list(session.exec(select(ScenarioDefinition).order_by(col(ScenarioDefinition.ordinal))))
