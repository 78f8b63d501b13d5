"""What runs write, and what a later phase of a run reads of an earlier one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, or_, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session, col, select

from sigmasight_ui.services.risk.held import Held
from sigmasight_ui.services.risk.models import (
    BookReturns,
    FactorDefinition,
    HoldingValue,
    PortfolioExhibit,
    PortfolioFigure,
    ScenarioDefinition,
    Snapshot,
)


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


def forget_other_results(session: Session, portfolio_id: UUID, as_of: date, source: str) -> None:
    """Results of another source, or of days this one does not reach, must not stand beside the new ones."""
    figures, exhibits = (PortfolioFigure, PortfolioFigure.as_of), (PortfolioExhibit, PortfolioExhibit.as_of)
    for table, day in ((Snapshot, Snapshot.session), figures, exhibits):
        columns: Any = table
        other = or_(col(day) > as_of, columns.source != source)
        session.execute(delete(table).where(columns.portfolio_id == portfolio_id, other))


# Holdings


_PUT_HOLDINGS = text("""
    insert into holding_values (portfolio_id, as_of, source, run_id, computed_at, symbol, name, investment_class,
                                sector, is_cash, lots, quantity, cost, cost_basis, price, price_session,
                                previous_close, market_value, gross_value, unrealised_pnl, day_pnl, value_reason,
                                greeks, splits)
    select :portfolio, :as_of, :source, :run, :now, r.symbol, r.name, r.investment_class, r.sector, r.is_cash, r.lots,
           r.quantity, r.cost, r.cost_basis, r.price, r.price_session, r.previous_close, r.market_value,
           r.gross_value, r.unrealised_pnl, r.day_pnl, r.value_reason, nullif(r.greeks, 'null'), r.splits
    from jsonb_to_recordset(cast(:rows as jsonb)) as r(
        symbol text, name text, investment_class text, sector text, is_cash boolean, lots int, quantity numeric,
        cost numeric, cost_basis numeric, price numeric, price_session date, previous_close numeric,
        market_value numeric, gross_value numeric, unrealised_pnl numeric, day_pnl numeric, value_reason text,
        greeks jsonb, splits jsonb)
""")


def put_holdings(session: Session, stamp: Stamp, rows: Sequence[dict[str, Any]]) -> None:
    """Replaces all holdings of the portfolio."""
    session.execute(delete(HoldingValue).where(col(HoldingValue.portfolio_id) == stamp.portfolio))
    if rows:
        session.execute(_PUT_HOLDINGS, {**stamp._asdict(), "rows": json.dumps(list(rows), default=str)})


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


_PUT_GREEKS = text("""
    update holding_values h set greeks = r.greeks::jsonb
    from unnest(cast(:symbols as text[]), cast(:greeks as text[])) as r(symbol, greeks)
    where h.portfolio_id = :portfolio and h.symbol = r.symbol
""")


def put_greeks(session: Session, portfolio_id: UUID, greeks: Mapping[str, str]) -> None:
    """As JSON, by contract."""
    values = {"symbols": list(greeks), "greeks": list(greeks.values()), "portfolio": portfolio_id}
    session.execute(_PUT_GREEKS, values)


# Snapshots


_PUT_SNAPSHOTS = text("""
    insert into snapshots as s (portfolio_id, source, run_id, computed_at, session, nav, cash, long_value, short_value,
                                day_pnl, day_return, day_reason, flow, unrealised_pnl, realised_pnl, open_positions,
                                priced_positions, coverage)
    select :portfolio, :source, :run, :now, r.*
    from jsonb_to_recordset(cast(:rows as jsonb)) as r(
        session date, nav numeric(20, 2), cash numeric(20, 2), long_value numeric(20, 2), short_value numeric(20, 2),
        day_pnl numeric(20, 2), day_return float8, day_reason text, flow numeric(20, 2),
        unrealised_pnl numeric(20, 2), realised_pnl numeric(20, 2), open_positions int, priced_positions int,
        coverage float8)
    on conflict (portfolio_id, session) do update set nav = excluded.nav, cash = excluded.cash,
        long_value = excluded.long_value, short_value = excluded.short_value, day_pnl = excluded.day_pnl,
        day_return = excluded.day_return, day_reason = excluded.day_reason, flow = excluded.flow,
        unrealised_pnl = excluded.unrealised_pnl, realised_pnl = excluded.realised_pnl,
        open_positions = excluded.open_positions, priced_positions = excluded.priced_positions,
        coverage = excluded.coverage, source = excluded.source, run_id = excluded.run_id,
        computed_at = excluded.computed_at
    where (s.nav, s.cash, s.long_value, s.short_value, s.day_pnl, s.day_return, s.day_reason, s.flow,
           s.unrealised_pnl, s.realised_pnl, s.open_positions, s.priced_positions, s.coverage, s.source)
        is distinct from
          (excluded.nav, excluded.cash, excluded.long_value, excluded.short_value, excluded.day_pnl,
           excluded.day_return, excluded.day_reason, excluded.flow, excluded.unrealised_pnl, excluded.realised_pnl,
           excluded.open_positions, excluded.priced_positions, excluded.coverage, excluded.source)
""")


def put_snapshots(session: Session, stamp: Stamp, rows: Sequence[dict[str, Any]]) -> None:
    """Writes what is new or different; a session computed to the same result keeps its row and its run."""
    if rows:
        session.execute(_PUT_SNAPSHOTS, {**stamp._asdict(), "rows": json.dumps(list(rows), default=str)})


def drop_snapshots_before(session: Session, portfolio_id: UUID, first: date) -> None:
    session.execute(delete(Snapshot).where(col(Snapshot.portfolio_id) == portfolio_id, col(Snapshot.session) < first))


_NAV = text("select nav, coverage from snapshots where portfolio_id = :portfolio and session = :day")


def nav(session: Session, portfolio_id: UUID, day: date) -> tuple[Decimal, float | None] | None:
    """NAV, and the share of the positions' cost that is in it."""
    row = session.execute(_NAV, {"portfolio": portfolio_id, "day": day}).first()
    return (row[0], row[1]) if row else None


# Figures


_DROP_FIGURES = text("""
    delete from portfolio_figures where portfolio_id = :portfolio and as_of = :as_of
        and (figure = any(cast(:keys as text[])) or figure like any(cast(:beginnings as text[])))
""")
_PUT_FIGURES = text("""
    insert into portfolio_figures (portfolio_id, as_of, figure, value, reason, std_error, n_obs, "window", coverage,
                                   method, details, source, run_id, computed_at)
    select :portfolio, :as_of, r.figure, r.value, r.reason, r.std_error, r.n_obs, r.wide, r.coverage, r.method,
           r.details::jsonb, :source, :run, :now
    from unnest(cast(:figure as text[]), cast(:value as float8[]), cast(:reason as text[]),
                cast(:std_error as float8[]), cast(:n_obs as int[]), cast(:window as int[]),
                cast(:coverage as float8[]), cast(:method as text[]), cast(:details as text[]))
         as r(figure, value, reason, std_error, n_obs, wide, coverage, method, details)
""")


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


def put_figures(session: Session, stamp: Stamp, keys: Collection[str], rows: Sequence[FigureRow]) -> None:
    """Replaces the figures with these keys at the stamp's session; a key that ends with a colon stands for all that
    begin with it."""
    beginnings = [f"{key}%" for key in keys if key.endswith(":")]
    session.execute(
        _DROP_FIGURES,
        {"portfolio": stamp.portfolio, "as_of": stamp.as_of, "keys": list(keys), "beginnings": beginnings},
    )
    if rows:
        columns = zip(FigureRow._fields, zip(*rows, strict=True), strict=True)
        session.execute(_PUT_FIGURES, {**stamp._asdict(), **{name: list(column) for name, column in columns}})


# Exhibits

_PUT_EXHIBITS = text("""
    insert into portfolio_exhibits (portfolio_id, exhibit, as_of, content, source, run_id, computed_at)
    select :portfolio, r.exhibit, :as_of, r.content::jsonb, :source, :run, :now
    from unnest(cast(:exhibits as text[]), cast(:contents as text[])) as r(exhibit, content)
    on conflict (portfolio_id, exhibit) do update set as_of = excluded.as_of, content = excluded.content,
        source = excluded.source, run_id = excluded.run_id, computed_at = excluded.computed_at
""")


def put_exhibits(session: Session, stamp: Stamp, exhibits: Mapping[str, str]) -> None:
    """JSON by name."""
    values = {"exhibits": list(exhibits), "contents": list(exhibits.values())}
    session.execute(_PUT_EXHIBITS, {**stamp._asdict(), **values})


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


_PUT_BOOK = text("""
    insert into book_returns (portfolio_id, as_of, nav, gross, gains, covered, source, run_id, computed_at)
    values (:portfolio, :as_of, :nav, :gross, cast(:gains as float8[]), cast(:covered as float8[]), :source, :run, :now)
""")


def put_book(session: Session, stamp: Stamp, book: StoredBook) -> None:
    """Replaces the portfolio's book, whatever day it was of."""
    forget_book(session, stamp.portfolio)
    session.execute(_PUT_BOOK, {**book._asdict(), **stamp._asdict()})


def forget_book(session: Session, portfolio_id: UUID) -> None:
    """What it is made of has changed."""
    session.execute(delete(BookReturns).where(col(BookReturns.portfolio_id) == portfolio_id))


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
