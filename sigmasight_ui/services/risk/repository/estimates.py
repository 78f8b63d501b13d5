"""What is known about symbols for everybody, by source and session."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

_CHUNK = 500  # symbols in one statement: about six megabytes of returns


class EstimateRow(NamedTuple):
    """A row of `symbol_estimates`; `returns` is None where they were not asked for."""

    symbol: str
    model: str
    digest: str
    n_obs: int
    betas: list[float]
    std_errors: list[float]
    alpha: float
    r_squared: float
    specific_variance: float
    close: float
    close_session: date | None
    dividend_yield: float
    episodes: list[float]
    returns: bytes | None


_READ = text("""
    select w.symbol, e.model, e.digest, e.n_obs, e.betas, e.std_errors, e.alpha, e.r_squared, e.specific_variance,
           e.close, e.close_session, e.dividend_yield, e.episodes, case when w.wanted then e.returns end
    from unnest(cast(:symbols as text[]), cast(:wanted as boolean[])) as w(symbol, wanted)
    join symbol_estimates e on e.source = :source and e.as_of = :as_of and e.symbol = w.symbol
""")


def read(
    session: Session, source: str, as_of: date, symbols: Sequence[str], with_returns: Collection[str]
) -> dict[str, EstimateRow]:
    """Those that are stored."""
    wanted = [symbol in with_returns for symbol in symbols]
    values = {"source": source, "as_of": as_of, "symbols": list(symbols), "wanted": wanted}
    rows = map(EstimateRow._make, session.execute(_READ, values))
    return {row.symbol: row._replace(returns=None if row.returns is None else bytes(row.returns)) for row in rows}


_DIGESTS = text("""
    select symbol, model, digest from symbol_estimates
    where source = :source and as_of = :as_of and symbol = any(cast(:symbols as text[]))
""")


def digests(session: Session, source: str, as_of: date, symbols: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By symbol: what the stored estimates were made from."""
    rows = session.execute(_DIGESTS, {"source": source, "as_of": as_of, "symbols": list(symbols)})
    return {row.symbol: (row.model, row.digest) for row in rows}


_PUT = text("""
    insert into symbol_estimates (source, as_of, symbol, model, digest, n_obs, betas, std_errors, alpha, r_squared,
                                  specific_variance, close, close_session, dividend_yield, episodes, returns,
                                  computed_at)
    select :source, :as_of, r.symbol, r.model, r.digest, r.n_obs, r.betas::float8[], r.std_errors::float8[], r.alpha,
           r.r_squared, r.specific_variance, r.close, r.close_session, r.dividend_yield, r.episodes::float8[],
           r.returns, :now
    from unnest(cast(:symbol as text[]), cast(:model as text[]), cast(:digest as text[]), cast(:n_obs as int[]),
                cast(:betas as text[]), cast(:std_errors as text[]), cast(:alpha as float8[]),
                cast(:r_squared as float8[]), cast(:specific_variance as float8[]), cast(:close as float8[]),
                cast(:close_session as date[]), cast(:dividend_yield as float8[]), cast(:episodes as text[]),
                cast(:returns as bytea[]))
         as r(symbol, model, digest, n_obs, betas, std_errors, alpha, r_squared, specific_variance, close,
              close_session, dividend_yield, episodes, returns)
    order by r.symbol  -- one order for all runs, so that two never wait for each other
    on conflict (source, as_of, symbol) do update set model = excluded.model, digest = excluded.digest,
        n_obs = excluded.n_obs, betas = excluded.betas, std_errors = excluded.std_errors, alpha = excluded.alpha,
        r_squared = excluded.r_squared, specific_variance = excluded.specific_variance, close = excluded.close,
        close_session = excluded.close_session, dividend_yield = excluded.dividend_yield,
        episodes = excluded.episodes, returns = excluded.returns, computed_at = excluded.computed_at
""")
_ARRAYS = ("betas", "std_errors", "episodes")


def put(session: Session, source: str, as_of: date, rows: Iterable[EstimateRow], now: datetime) -> None:
    ordered = sorted(rows, key=lambda row: row.symbol)
    for begin in range(0, len(ordered), _CHUNK):
        columns = zip(EstimateRow._fields, zip(*ordered[begin : begin + _CHUNK], strict=True), strict=True)
        values: dict[str, Any] = {name: list(column) for name, column in columns}
        for name in _ARRAYS:
            values[name] = ["{" + ",".join(map(repr, numbers)) + "}" for numbers in values[name]]
        session.execute(_PUT, {"source": source, "as_of": as_of, "now": now, **values})


_CHANGED = text("""
    select symbol from symbol_estimates
    where source = :source and as_of = :as_of and computed_at > :moment order by symbol
""")


def changed_since(session: Session, source: str, as_of: date, moment: datetime) -> list[str]:
    """Symbols whose prices were found to be others since then, or that were new."""
    values = {"source": source, "as_of": as_of, "moment": moment}
    return list(session.execute(_CHANGED, values).scalars())


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(text("delete from symbol_estimates where computed_at < :moment"), {"moment": moment})
