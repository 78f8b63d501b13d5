"""All SQL of the security master."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from sigmasight_ui.services.securities.models import Security
from sigmasight_ui.services.securities.schemas import SecurityProfile

_COLUMNS = tuple(field.name for field in fields(SecurityProfile))
_ROWS = (
    "insert into securities (symbol, name, asset_class, source, sector, industry, currency, exchange, updated_at)"
    " select *, :now from unnest(cast(:symbol as text[]), cast(:name as text[]), cast(:asset_class as text[]),"
    " cast(:source as text[]), cast(:sector as text[]), cast(:industry as text[]), cast(:currency as text[]),"
    " cast(:exchange as text[]))"
)
# A bundled row is replaced by a newer bundle only; what a vendor told us later stays.
_BUNDLED_WINS = (
    " on conflict (symbol) do update set name = excluded.name, asset_class = excluded.asset_class,"
    " sector = excluded.sector, currency = excluded.currency, updated_at = excluded.updated_at"
    " where securities.source = excluded.source and (securities.name, securities.asset_class, securities.sector,"
    " securities.currency) is distinct from (excluded.name, excluded.asset_class, excluded.sector, excluded.currency)"
)
# A vendor's silence about one column does not erase what is known.
_NEWEST_WINS = (
    " on conflict (symbol) do update set name = excluded.name, asset_class = excluded.asset_class,"
    " sector = coalesce(excluded.sector, securities.sector),"
    " industry = coalesce(excluded.industry, securities.industry), currency = excluded.currency,"
    " exchange = coalesce(excluded.exchange, securities.exchange),"
    " source = excluded.source, updated_at = excluded.updated_at"
)


def get_many(session: Session, symbols: Sequence[str]) -> dict[str, Security]:
    rows = session.exec(select(Security).where(col(Security.symbol).in_(symbols)))
    return {row.symbol: row for row in rows}


def known_symbols(session: Session, symbols: Sequence[str]) -> set[str]:
    query = text("select symbol from securities where symbol = any(cast(:symbols as text[]))")
    return set(session.execute(query, {"symbols": list(symbols)}).scalars())


def put_bundled(session: Session, profiles: Sequence[SecurityProfile], now: datetime) -> int:
    return _put(session, _ROWS + _BUNDLED_WINS, profiles, now)


def put_newest(session: Session, profiles: Sequence[SecurityProfile], now: datetime) -> int:
    return _put(session, _ROWS + _NEWEST_WINS, profiles, now)


def _put(session: Session, statement: str, profiles: Sequence[SecurityProfile], now: datetime) -> int:
    if not profiles:
        return 0
    ordered = sorted(profiles, key=lambda profile: profile.symbol)  # one order for all, or two writers may deadlock
    columns = zip(*(astuple(profile) for profile in ordered), strict=True)
    values = {name: list(column) for name, column in zip(_COLUMNS, columns, strict=True)}
    written = session.execute(text(statement + " returning symbol"), {**values, "now": now}).scalars()
    return len(list(written))
