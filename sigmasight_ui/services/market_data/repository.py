"""All SQL about prices and sources, except the bulk reader in price_reader.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from sigmasight_ui.services.market_data.rules import Known
from sigmasight_ui.services.market_data.schemas import Bar, SeriesStatus, SymbolRange


@dataclass(frozen=True, slots=True)
class Breaker:
    """A source as we last met it."""

    open_until: datetime | None = None
    failures: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StatusRow:
    symbol: str
    status: SeriesStatus
    reason: str | None
    failures: int
    next_retry_at: datetime | None
    first_session: date | None
    last_session: date | None


_KNOWN = text("""
    select w.symbol, s.status, s.reason, coalesce(s.failures, 0) as failures, s.checked_at, s.next_retry_at,
           s.first_session, p.stored, p.last_stored
    from unnest(cast(:symbols as text[])) as w(symbol)
    left join symbol_status s on s.symbol = w.symbol and s.source = :source
    cross join lateral (
        select count(*) as stored, max(session) as last_stored from prices
        where symbol = w.symbol and source = :source and session between :start and :end
    ) p
""")


def known(session: Session, source: str, symbols: Sequence[str], start: date, end: date) -> dict[str, Known]:
    values = {"symbols": list(symbols), "source": source, "start": start, "end": end}
    return {
        row.symbol: Known(
            stored=row.stored,
            last_stored=row.last_stored,
            status=SeriesStatus(row.status) if row.status else None,
            reason=row.reason,
            failures=row.failures,
            checked_at=row.checked_at,
            next_retry_at=row.next_retry_at,
            history_starts=row.first_session,
        )
        for row in session.execute(_KNOWN, values)
    }


def standing(session: Session, source: str, symbols: Sequence[str]) -> dict[str, tuple[int, str | None]]:
    """Failures in a row and the reason of the last answer, before this one."""
    query = text("select symbol, failures, reason from symbol_status where source = :source and symbol = any(:symbols)")
    rows = session.execute(query, {"source": source, "symbols": list(symbols)})
    return {row.symbol: (row.failures, row.reason) for row in rows}


def reasons(session: Session, source: str, symbols: Sequence[str]) -> dict[str, str]:
    query = text(
        "select symbol, reason from symbol_status"
        " where source = :source and symbol = any(:symbols) and reason is not null"
    )
    rows = session.execute(query, {"source": source, "symbols": list(symbols)})
    return {row.symbol: row.reason for row in rows}


def unknown_until_later(session: Session, source: str, symbols: Sequence[str], now: datetime) -> set[str]:
    query = text(
        "select symbol from symbol_status where source = :source and symbol = any(:symbols)"
        " and status = 'empty' and next_retry_at > :now"
    )
    return set(session.execute(query, {"source": source, "symbols": list(symbols), "now": now}).scalars())


def breaker(session: Session, source: str) -> Breaker:
    query = text("select open_until, failures, reason from source_status where source = :source")
    row = session.execute(query, {"source": source}).first()
    return Breaker(*row) if row else Breaker()


def put_breaker(session: Session, source: str, state: Breaker, now: datetime) -> None:
    statement = text(
        "insert into source_status (source, open_until, failures, reason, updated_at)"
        " values (:source, :open_until, :failures, :reason, :now)"
        " on conflict (source) do update set open_until = excluded.open_until, failures = excluded.failures,"
        " reason = excluded.reason, updated_at = excluded.updated_at"
    )
    values = {"open_until": state.open_until, "failures": state.failures, "reason": state.reason}
    session.execute(statement, {"source": source, "now": now, **values})


def has_delivered(session: Session, source: str) -> bool:
    query = text("select exists (select from symbol_status where source = :source and last_session is not null)")
    return bool(session.execute(query, {"source": source}).scalar())


_STORED = text("""
    select r.symbol, p.session, p.close, p.split_ratio, p.dividend
    from unnest(cast(:symbols as text[]), cast(:starts as date[]), cast(:ends as date[])) as r(symbol, first, last)
    cross join lateral (
        select session, close, split_ratio, dividend from prices
        where symbol = r.symbol and source = :source and session between r.first and r.last
        offset 0  -- one index scan per symbol, also while the table's statistics are behind
    ) p
""")


def stored_bars(session: Session, source: str, ranges: Sequence[SymbolRange]) -> dict[str, dict[date, Bar]]:
    values = {
        "source": source,
        "symbols": [each.symbol for each in ranges],
        "starts": [each.start for each in ranges],
        "ends": [each.end for each in ranges],
    }
    found: dict[str, dict[date, Bar]] = {each.symbol: {} for each in ranges}
    for symbol, *bar in session.execute(_STORED, values):
        found[symbol][bar[0]] = Bar(*bar)
    return found


_PUT_PRICES = text("""
    insert into prices (symbol, source, session, close, split_ratio, dividend, fetched_at)
    select r.symbol, :source, r.session, r.close, r.split_ratio, r.dividend, :fetched_at
    from unnest(cast(:symbols as text[]), cast(:sessions as date[]), cast(:closes as numeric[]),
                cast(:splits as numeric[]), cast(:dividends as numeric[]))
         as r(symbol, session, close, split_ratio, dividend)
    on conflict (symbol, source, session) do update set close = excluded.close,
        split_ratio = excluded.split_ratio, dividend = excluded.dividend, fetched_at = excluded.fetched_at
""")


def put_bars(session: Session, source: str, bars: Iterable[tuple[str, Bar]], fetched_at: datetime) -> None:
    rows = sorted((symbol, *astuple(bar)) for symbol, bar in bars)  # one order for all, or two writers may deadlock
    if not rows:
        return
    columns = dict(zip(("symbols", "sessions", "closes", "splits", "dividends"), map(list, zip(*rows, strict=True)),
                       strict=True))  # fmt: skip
    session.execute(_PUT_PRICES, {"source": source, "fetched_at": fetched_at, **columns})


def forget_before(session: Session, source: str, symbol: str, day: date) -> None:
    """Older prices on a share basis the source has given up."""
    statement = text("delete from prices where symbol = :symbol and source = :source and session < :day")
    session.execute(statement, {"symbol": symbol, "source": source, "day": day})


_PUT_STATUS = text("""
    insert into symbol_status (symbol, source, status, reason, failures, checked_at, next_retry_at, first_session,
                               last_session)
    select r.symbol, :source, r.status, r.reason, r.failures, :now, r.next_retry_at, r.first_session, r.last_session
    from unnest(cast(:symbol as text[]), cast(:status as text[]), cast(:reason as text[]),
                cast(:failures as int[]), cast(:next_retry_at as timestamptz[]), cast(:first_session as date[]),
                cast(:last_session as date[]))
         as r(symbol, status, reason, failures, next_retry_at, first_session, last_session)
    on conflict (symbol, source) do update set status = excluded.status, reason = excluded.reason,
        failures = excluded.failures, checked_at = excluded.checked_at, next_retry_at = excluded.next_retry_at,
        first_session = coalesce(excluded.first_session, symbol_status.first_session),
        last_session = coalesce(excluded.last_session, symbol_status.last_session)
""")
_STATUS_COLUMNS = StatusRow.__slots__


def put_statuses(session: Session, source: str, rows: Sequence[StatusRow], now: datetime) -> None:
    if rows:
        ordered = sorted(rows, key=lambda row: row.symbol)
        columns: dict[str, Any] = {name: [getattr(row, name) for row in ordered] for name in _STATUS_COLUMNS}
        session.execute(_PUT_STATUS, {"source": source, "now": now, **columns})


_NEWEST = text("""
    select w.symbol, p.session, p.close, p.split_ratio
    from unnest(cast(:symbols as text[])) as w(symbol)
    cross join lateral (
        select session, close, split_ratio from prices
        where symbol = w.symbol and source = :source and session <= :as_of and session >= :oldest
        order by session desc limit 2
    ) p
    order by w.symbol, p.session desc
""")


def newest_two(
    session: Session, source: str, symbols: Sequence[str], as_of: date, age: timedelta
) -> Mapping[str, list[tuple[date, Decimal, Decimal | None]]]:
    """The newest two closes of each symbol up to `as_of`, newest first, the second at most twice `age` old."""
    values = {"symbols": list(symbols), "source": source, "as_of": as_of, "oldest": as_of - 2 * age}
    found: dict[str, list[tuple[date, Decimal, Decimal | None]]] = {}
    for symbol, day, close, split_ratio in session.execute(_NEWEST, values):
        found.setdefault(symbol, []).append((day, close, split_ratio))
    return found
