"""What runs write of a portfolio: part after part as the phases get there, or everything at once.

Rows go to the server column by column, as arrays in its own writing: a list of a thousand parameters costs the driver
and the server ten times as much.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, or_, text
from sqlmodel import Session, col

from sigmasight_ui.services.risk.models import (
    BookReturns,
    HoldingValue,
    PortfolioExhibit,
    PortfolioFigure,
    Snapshot,
)
from sigmasight_ui.services.risk.repository.results import FigureRow, Stamp, StoredBook

Columns = Mapping[str, str]


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
    session.execute(_PUT_HOLDINGS, {**stamp._asdict(), "rows": _json(rows)})


def _json(rows: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(rows), default=str)


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
    from unnest(
        cast(:session as date[]), cast(:nav as numeric[]), cast(:cash as numeric[]), cast(:long_value as numeric[]),
        cast(:short_value as numeric[]), cast(:day_pnl as numeric[]), cast(:day_return as float8[]),
        cast(:day_reason as text[]), cast(:flow as numeric[]), cast(:unrealised_pnl as numeric[]),
        cast(:realised_pnl as numeric[]), cast(:open_positions as int[]), cast(:priced_positions as int[]),
        cast(:coverage as float8[])) as r
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
_SNAPSHOT = (
    "session", "nav", "cash", "long_value", "short_value", "day_pnl", "day_return", "day_reason", "flow",
    "unrealised_pnl", "realised_pnl", "open_positions", "priced_positions", "coverage",
)  # fmt: skip


def put_snapshots(session: Session, stamp: Stamp, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes what is new or different; a session computed to the same result keeps its row and its run."""
    session.execute(_PUT_SNAPSHOTS, {**stamp._asdict(), **_snapshots(rows)})


def _snapshots(rows: Iterable[Mapping[str, Any]]) -> Columns:
    return _columns(_SNAPSHOT, map(itemgetter(*_SNAPSHOT), rows))


def drop_snapshots_before(session: Session, portfolio_id: UUID, first: date) -> None:
    session.execute(delete(Snapshot).where(col(Snapshot.portfolio_id) == portfolio_id, col(Snapshot.session) < first))


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


def put_figures(session: Session, stamp: Stamp, keys: Collection[str], rows: Sequence[FigureRow]) -> None:
    """Replaces the figures with these keys at the stamp's session; a key that ends with a colon stands for all that
    begin with it."""
    session.execute(_DROP_FIGURES, {"portfolio": stamp.portfolio, "as_of": stamp.as_of, **_named(keys)})
    session.execute(_PUT_FIGURES, {**stamp._asdict(), **_columns(FigureRow._fields, rows)})


def _named(keys: Collection[str]) -> dict[str, list[str]]:
    return {"keys": list(keys), "beginnings": [f"{key}%" for key in keys if key.endswith(":")]}


# Exhibits

_PUT_EXHIBITS = text("""
    insert into portfolio_exhibits (portfolio_id, exhibit, as_of, content, source, run_id, computed_at)
    select :portfolio, r.exhibit, :as_of, r.content::json, :source, :run, :now
    from unnest(cast(:exhibits as text[]), cast(:contents as text[])) as r(exhibit, content)
    on conflict (portfolio_id, exhibit) do update set as_of = excluded.as_of, content = excluded.content,
        source = excluded.source, run_id = excluded.run_id, computed_at = excluded.computed_at
""")


def put_exhibits(session: Session, stamp: Stamp, exhibits: Mapping[str, str]) -> None:
    """JSON by name."""
    values = {"exhibits": list(exhibits), "contents": list(exhibits.values())}
    session.execute(_PUT_EXHIBITS, {**stamp._asdict(), **values})


# Books

_PUT_BOOK = text("""
    insert into book_returns (portfolio_id, as_of, nav, gross, gains, covered, source, run_id, computed_at)
    values (:portfolio, :as_of, :nav, :gross, cast(:gains as float8[]), cast(:covered as float8[]), :source, :run, :now)
""")


def put_book(session: Session, stamp: Stamp, book: StoredBook) -> None:
    """Replaces the portfolio's book, whatever day it was of."""
    forget_book(session, stamp.portfolio)
    session.execute(_PUT_BOOK, {**_book(book), **stamp._asdict()})


def _book(book: StoredBook) -> dict[str, Any]:
    return {"nav": book.nav, "gross": book.gross, "gains": _floats(book.gains), "covered": _floats(book.covered)}


def forget_book(session: Session, portfolio_id: UUID) -> None:
    """What it is made of has changed."""
    session.execute(delete(BookReturns).where(col(BookReturns.portfolio_id) == portfolio_id))


# Everything


class PackedResults(NamedTuple):
    """All results of a portfolio as the statements take them, made by the process that has computed them. first: the
    history begins there. keys: of all figures there may have been."""

    first: date | None
    keys: Collection[str]
    holdings: str
    snapshots: Columns
    figures: Columns
    exhibits: Mapping[str, str]
    book: Mapping[str, Any] | None


def pack(
    holdings: Iterable[dict[str, Any]],
    snapshots: Iterable[Mapping[str, Any]],
    first: date | None,
    keys: Collection[str],
    figures: Sequence[FigureRow],
    exhibits: Mapping[str, str],
    book: StoredBook | None,
) -> PackedResults:
    return PackedResults(
        first, keys, _json(holdings), _snapshots(snapshots), _columns(FigureRow._fields, figures), exhibits,
        None if book is None else _book(book),
    )  # fmt: skip


_DROP_ALL = text("""
    with of_history as (
        delete from snapshots where portfolio_id = :portfolio
            and (session > :as_of or source <> :source or session < cast(:first as date))
    ), of_figures as (
        delete from portfolio_figures where portfolio_id = :portfolio
            and (as_of > :as_of or source <> :source
                 or as_of = :as_of and (figure = any(cast(:keys as text[]))
                                        or figure like any(cast(:beginnings as text[]))))
    ), of_exhibits as (
        delete from portfolio_exhibits where portfolio_id = :portfolio and (as_of > :as_of or source <> :source)
    ), of_holdings as (
        delete from holding_values where portfolio_id = :portfolio
    )
    delete from book_returns where portfolio_id = :portfolio
""")


def put_everything(session: Session, stamp: Stamp, packed: PackedResults) -> None:
    """What all the phases would have written, one after the other, in one statement for each table."""
    whose = stamp._asdict()
    session.execute(_DROP_ALL, {**whose, "first": packed.first, **_named(packed.keys)})
    session.execute(_PUT_HOLDINGS, {**whose, "rows": packed.holdings})
    session.execute(_PUT_SNAPSHOTS, {**whose, **packed.snapshots})
    session.execute(_PUT_FIGURES, {**whose, **packed.figures})
    put_exhibits(session, stamp, packed.exhibits)
    if packed.book is not None:
        session.execute(_PUT_BOOK, {**whose, **packed.book})


# Arrays


def _columns(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Columns:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {name: _array(column) for name, column in zip(names, columns, strict=True)}


def _array(values: Iterable[Any]) -> str:
    return "{" + ",".join(map(_item, values)) + "}"


def _floats(values: Sequence[float]) -> str:
    """The same, but thousands at a time."""
    return "{" + str(list(values))[1:-1] + "}"


def _item(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
