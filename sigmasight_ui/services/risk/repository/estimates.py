"""What is known about symbols for everybody, by source and session."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

_CHUNK = 500  # symbols in one statement: about six megabytes of returns


class EstimateRow(NamedTuple):
    """A row of `symbol_estimates`; numbers: packed float64; `returns` is None where they were not asked for."""

    symbol: str
    model: str
    digest: str
    close_session: date | None
    numbers: bytes
    returns: bytes | None


_READ = text("""
    select w.symbol, e.model, e.digest, e.close_session, e.numbers, case when w.wanted then e.returns end
    from unnest(cast(:symbols as text[]), cast(:wanted as boolean[])) as w(symbol, wanted)
    join symbol_estimates e on e.source = :source and e.as_of = :as_of and e.symbol = w.symbol
""")


def read(
    session: Session, source: str, as_of: date, symbols: Sequence[str], with_returns: Collection[str]
) -> dict[str, EstimateRow]:
    """Those that are stored."""
    wanted = [symbol in with_returns for symbol in symbols]
    values = {"source": source, "as_of": as_of, "symbols": list(symbols), "wanted": wanted}
    return {
        symbol: EstimateRow(
            symbol, model, digest, day, bytes(numbers), None if returns is None else bytes(returns)
        )
        for symbol, model, digest, day, numbers, returns in session.execute(_READ, values).all()
    }  # fmt: skip


class Packed(NamedTuple):
    """Of the thousands of symbols of a large account in three values. numbers: those of `EstimateRow`, end to end."""

    symbols: Sequence[str]
    close_sessions: Sequence[date | None]
    numbers: bytes


_PACKED = text("""
    select coalesce(array_agg(symbol), '{}'), coalesce(array_agg(close_session), '{}'),
           coalesce(string_agg(numbers, ''::bytea), ''::bytea)
    from (
        select e.symbol, e.close_session, e.numbers
        from unnest(cast(:symbols as text[])) with ordinality as w(symbol, place)
        join symbol_estimates e on e.source = :source and e.as_of = :as_of and e.symbol = w.symbol and e.model = :model
        order by w.place
    ) e
""")


def packed(session: Session, source: str, as_of: date, symbols: Sequence[str], model: str) -> Packed:
    """Those that were made from this model, in the order of the symbols."""
    values = {"source": source, "as_of": as_of, "symbols": list(symbols), "model": model}
    found, days, numbers = session.execute(_PACKED, values).one()
    return Packed(found, days, bytes(numbers))


_DIGESTS = text("""
    select coalesce(array_agg(symbol), '{}'), coalesce(array_agg(model), '{}'), coalesce(array_agg(digest), '{}')
    from symbol_estimates
    where source = :source and as_of = :as_of and symbol = any(cast(:symbols as text[]))
""")


def digests(session: Session, source: str, as_of: date, symbols: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By symbol: what the stored estimates were made from."""
    values = {"source": source, "as_of": as_of, "symbols": list(symbols)}
    found, models, prices = session.execute(_DIGESTS, values).one()
    return dict(zip(found, zip(models, prices, strict=True), strict=True))


_PUT = text("""
    insert into symbol_estimates (source, as_of, symbol, model, digest, close_session, numbers, returns, computed_at)
    select :source, :as_of, r.symbol, r.model, r.digest, r.close_session, r.numbers, r.returns, :now
    from unnest(cast(:symbol as text[]), cast(:model as text[]), cast(:digest as text[]),
                cast(:close_session as date[]), cast(:numbers as bytea[]), cast(:returns as bytea[]))
         as r(symbol, model, digest, close_session, numbers, returns)
    order by r.symbol  -- one order for all runs, so that two never wait for each other
    on conflict (source, as_of, symbol) do update set model = excluded.model, digest = excluded.digest,
        close_session = excluded.close_session, numbers = excluded.numbers, returns = excluded.returns,
        computed_at = excluded.computed_at
""")


def put(session: Session, source: str, as_of: date, rows: Iterable[EstimateRow], now: datetime) -> None:
    ordered = sorted(rows, key=lambda row: row.symbol)
    for begin in range(0, len(ordered), _CHUNK):
        columns = zip(EstimateRow._fields, zip(*ordered[begin : begin + _CHUNK], strict=True), strict=True)
        values: dict[str, Any] = {name: list(column) for name, column in columns}
        session.execute(_PUT, {"source": source, "as_of": as_of, "now": now, **values})


_CHANGED = text("""
    select symbol from symbol_estimates
    where source = :source and as_of = :as_of and computed_at > :moment order by symbol
""")


def changed_since(session: Session, source: str, as_of: date, moment: datetime) -> list[str]:
    """Symbols whose prices were found to be others since then, or that were new."""
    values = {"source": source, "as_of": as_of, "moment": moment}
    return list(session.execute(_CHANGED, values).scalars())


def is_storing(session: Session, source: str, as_of: date) -> bool:
    """Whether somebody else is storing the funds of this session now, which everybody needs: one at a time is enough,
    and a large account must not keep all others waiting. Otherwise it is this transaction from here on."""
    query = text("select pg_try_advisory_xact_lock(hashtext('estimates ' || :source || ' ' || :day))")
    return not session.execute(query, {"source": source, "day": as_of.isoformat()}).scalar()


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(text("delete from symbol_estimates where computed_at < :moment"), {"moment": moment})
