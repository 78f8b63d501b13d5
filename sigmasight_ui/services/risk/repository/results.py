"""What runs write, and what a later phase of a run reads of an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, or_, text, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session, col, select

from sigmasight_ui.services.risk.models import (
    BookReturns,
    FactorDefinition,
    HoldingValue,
    PortfolioFigure,
    ScenarioDefinition,
    Snapshot,
)
from sigmasight_ui.services.risk.rules import SECTOR

_SNAPSHOT_KEY = ("portfolio_id", "session")
_BOOKKEEPING = ("run_id", "computed_at")


class HoldingFact(NamedTuple):
    """What the statistics need of a holding; values are None without a price."""

    symbol: str
    investment_class: str
    sector: str
    is_cash: bool
    market_value: Decimal | None
    gross_value: Decimal | None


class NavFact(NamedTuple):
    nav: Decimal
    coverage: float | None


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


_HOLDING = tuple(getattr(HoldingValue, name) for name in HoldingFact._fields)
_NAV = tuple(getattr(Snapshot, name) for name in NavFact._fields)
_BOOK = tuple(getattr(BookReturns, name) for name in StoredBook._fields)


def forget_other_results(session: Session, portfolio_id: UUID, as_of: date, source: str) -> None:
    """Results of another source, or of days this one does not reach, must not stand beside the new ones."""
    for table, day in ((Snapshot, Snapshot.session), (PortfolioFigure, PortfolioFigure.as_of)):
        columns: Any = table
        other = or_(col(day) > as_of, columns.source != source)
        session.execute(delete(table).where(columns.portfolio_id == portfolio_id, other))


# Holdings


def put_holdings(session: Session, portfolio_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
    """Replaces all holdings of the portfolio."""
    session.execute(delete(HoldingValue).where(col(HoldingValue.portfolio_id) == portfolio_id))
    if rows:
        session.execute(insert(HoldingValue), rows)


def holdings(session: Session, portfolio_id: UUID, as_of: date, source: str) -> list[HoldingFact]:
    query = (
        select(*_HOLDING)
        .where(HoldingValue.portfolio_id == portfolio_id, HoldingValue.as_of == as_of, HoldingValue.source == source)
        .order_by(col(HoldingValue.symbol))
    )
    return [HoldingFact._make(row) for row in session.execute(query)]


# Snapshots


def put_snapshots(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Writes what is new or different; a session computed to the same result keeps its row and its run."""
    if not rows:
        return
    statement = upsert(Snapshot)
    values = {name: statement.excluded[name] for name in rows[0] if name not in _SNAPSHOT_KEY}
    compared = [name for name in values if name not in _BOOKKEEPING]
    differs = tuple_(*(getattr(Snapshot, name) for name in compared)).is_distinct_from(
        tuple_(*(statement.excluded[name] for name in compared))
    )
    session.execute(
        statement.on_conflict_do_update(index_elements=_SNAPSHOT_KEY, set_=values, where=differs), list(rows)
    )


def drop_snapshots_before(session: Session, portfolio_id: UUID, first: date) -> None:
    session.execute(delete(Snapshot).where(col(Snapshot.portfolio_id) == portfolio_id, col(Snapshot.session) < first))


def nav(session: Session, portfolio_id: UUID, day: date) -> NavFact | None:
    query = select(*_NAV).where(Snapshot.portfolio_id == portfolio_id, Snapshot.session == day)
    row = session.execute(query).first()
    return NavFact._make(row) if row else None


# Figures


def put_figures(
    session: Session, portfolio_id: UUID, as_of: date, keys: Collection[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Replaces the figures with these keys at `as_of`; SECTOR among the keys stands for all sectors."""
    named = col(PortfolioFigure.figure).in_(list(keys))
    which = or_(named, col(PortfolioFigure.figure).startswith(SECTOR)) if SECTOR in keys else named
    session.execute(
        delete(PortfolioFigure).where(
            col(PortfolioFigure.portfolio_id) == portfolio_id, col(PortfolioFigure.as_of) == as_of, which
        )
    )
    if rows:
        session.execute(insert(PortfolioFigure), rows)


_KNOWN_SYMBOLS = text("""
    select symbol from symbol_figures
    where symbol = any(cast(:symbols as text[])) and source = :source and as_of = :as_of
      and figure = any(cast(:figures as text[])) and value is not null
    group by symbol having count(*) = :count
""")


def symbols_with(
    session: Session, symbols: Sequence[str], source: str, as_of: date, figures: Sequence[str]
) -> set[str]:
    """The symbols that already have all of the figures, whoever's run computed them."""
    values = {
        "symbols": list(symbols), "source": source, "as_of": as_of, "figures": list(figures), "count": len(figures),
    }  # fmt: skip
    return set(session.execute(_KNOWN_SYMBOLS, values).scalars())


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


def put_book(session: Session, row: dict[str, Any]) -> None:
    """Replaces the portfolio's book, whatever day it was of."""
    session.execute(delete(BookReturns).where(col(BookReturns.portfolio_id) == row["portfolio_id"]))
    session.execute(insert(BookReturns), [row])


def books(session: Session, portfolio_ids: Collection[UUID]) -> dict[UUID, StoredBook]:
    query = select(*_BOOK).where(col(BookReturns.portfolio_id).in_(list(portfolio_ids)))
    return {book.portfolio_id: book for book in map(StoredBook._make, session.execute(query))}


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
