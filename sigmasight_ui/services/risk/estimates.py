"""From stored prices to what a session knows of symbols, and from there to storage and back.

Reading asks for what is stored and, of what is not, for prices, which are made up for once nothing is open any more;
only runs store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np
from sqlmodel import Session

from sigmasight_ui.analytics.beta import market_beta
from sigmasight_ui.analytics.exposures import factor_exposures
from sigmasight_ui.analytics.figure import Figure
from sigmasight_ui.analytics.returns import Floats, Returns, simple_returns, stale_closes
from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.services.market_data.service import MarketDataService
from sigmasight_ui.services.risk import inputs, rules
from sigmasight_ui.services.risk.episodes import episodes
from sigmasight_ui.services.risk.repository import estimates as stored
from sigmasight_ui.services.risk.repository import results
from sigmasight_ui.services.risk.repository.estimates import EstimateRow, Packed
from sigmasight_ui.services.risk.repository.results import SymbolValue
from sigmasight_ui.services.risk.study.symbols import (
    FactorModel,
    Observed,
    Symbols,
    estimated,
    factor_model,
    joined,
    observed,
)

_SINGLE = 6
"""Numbers of a symbol before its exposures, their errors and its episodes."""
BLOCK = 1000  # symbols whose prices are in memory at once


@dataclass(frozen=True, slots=True)
class MarketDay:
    """A session at prices of one source."""

    session: Session
    market: MarketDataService
    source: str
    as_of: date

    @property
    def sessions(self) -> list[date]:
        """The one before the first return, and those of the returns."""
        return sessions_between(inputs.book_start(self.as_of), self.as_of)

    @property
    def stand_ins(self) -> dict[str, str | None]:
        return {fund: self.market.stand_in(self.source, fund) for fund in inputs.FUNDS}

    @property
    def funds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for each in self.stand_ins.values() if each is not None))


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """changed: what had to be computed, because it was not stored or its prices were others."""

    symbols: Symbols
    model: FactorModel
    changed: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Record:
    """What was read of symbols: stored estimates made from this model, and of the others what their prices say.
    returns: by symbol, of those they were asked of; None where nobody needs any."""

    names: tuple[str, ...]
    model: FactorModel
    kept: Packed
    returns: Mapping[str, bytes] | None
    observed: tuple[Observed, ...]

    @cached_property
    def known(self) -> Known:
        """Nothing is read and nothing is stored any more."""
        parts = [_symbols(self.kept, self.model, self.returns)] if self.kept.symbols or not self.observed else []
        for seen in self.observed:
            fresh = estimated(seen, self.model)
            parts.append(replace(fresh, returns=None) if self.returns is None else fresh)
        return Known(joined(parts).pick(self.names), self.model, tuple(self.digests))

    @property
    def digests(self) -> dict[str, str]:
        """Of what the prices say, by symbol without a stored estimate."""
        return {name: digest for seen in self.observed for name, digest in zip(seen.names, seen.digests, strict=True)}


def refresh(day: MarketDay, names: Sequence[str], now: datetime) -> Known:
    """From prices; new and different estimates are stored. The result has the returns of all names."""
    funds = _observe(day, day.funds)
    model = _model(day, funds.names, funds.returns)
    others = [name for name in dict.fromkeys(names) if name not in set(funds.names)]
    parts, changed = [], []
    kept = {*names} if stored.is_storing(day.session, day.source, day.as_of) else {*names, *funds.names}
    blocks = (others[begin : begin + BLOCK] for begin in range(0, len(others), BLOCK))
    for seen in (funds, *(_observe(day, block) for block in blocks)):
        symbols, new = _refreshed(day, seen, model, now, kept)
        parts.append(symbols)
        changed += new
    return Known(joined(parts).pick(list(dict.fromkeys(names))), model, tuple(changed))


def _refreshed(
    day: MarketDay, seen: Observed, model: FactorModel, now: datetime, keep: Collection[str]
) -> tuple[Symbols, list[str]]:  # fmt: skip
    """What is stored of the same prices and factors stays as it is, to the last digit. keep: what may be stored."""
    before = stored.read(day.session, day.source, day.as_of, seen.names, ())
    digests = list(zip(seen.names, seen.digests, strict=True))
    same = [name for name, digest in digests if name in before and before[name][1:3] == (model.digest, digest)]
    different = [name for name in seen.names if name not in set(same)]
    parts = []
    if same:
        rows = [before[name] for name in same]
        numbers = b"".join(row.numbers for row in rows)
        kept = _symbols(Packed(same, [row.close_session for row in rows], numbers), model, None)
        parts.append(replace(kept, returns=seen.pick(same).returns))
    if different:
        chosen = seen.pick(different)
        fresh = estimated(chosen, model)
        rows = [row for row in _rows(fresh, chosen.digests, model) if row.symbol in keep]
        stored.put(day.session, day.source, day.as_of, rows, now)
        _put_betas(day, chosen.pick([row.symbol for row in rows]), model, now)
        parts.append(fresh)
    return joined(parts) if parts else estimated(seen, model), different


def _put_betas(day: MarketDay, seen: Observed, model: FactorModel, now: datetime) -> None:
    for key in rules.BETAS:
        betas = market_beta(seen.returns, model.market, rules.WINDOWS[key])
        values = [_value(name, key, betas.figure(column)) for column, name in enumerate(seen.names)]
        results.put_symbol_figures(day.session, day.source, day.as_of, values, now)


def afresh(day: MarketDay, names: Sequence[str]) -> Record:
    """As it would be computed from prices now, whatever is stored."""
    funds = _observe(day, day.funds)
    return _record(day, _model(day, funds.names, funds.returns), names, Packed((), (), b""), {})


def record(day: MarketDay, names: Sequence[str], with_returns: Collection[str] = ()) -> Record:
    """As stored; of what is not, or was made from other factors, the prices."""
    near = list(dict.fromkeys((*day.funds, *with_returns)))
    found = stored.read(day.session, day.source, day.as_of, near, near)
    seen_funds = [row for name in day.funds if (row := found.get(name)) is not None]
    if len(seen_funds) == len(day.funds):
        model = _model(day, day.funds, _returns([row.returns for row in seen_funds], len(day.sessions) - 1))
    else:
        funds = _observe(day, day.funds)
        model = _model(day, funds.names, funds.returns)
    kept = stored.packed(day.session, day.source, day.as_of, list(dict.fromkeys(names)), model.digest)
    returns = {row.symbol: row.returns for row in found.values() if row.returns is not None}
    return _record(day, model, names, kept, returns if with_returns else None)


def recall(day: MarketDay, names: Sequence[str], with_returns: Collection[str] = ()) -> Known:
    """As stored, and what is not computed on the spot."""
    return record(day, names, with_returns).known


def _record(
    day: MarketDay, model: FactorModel, names: Sequence[str], kept: Packed, returns: Mapping[str, bytes] | None
) -> Record:
    """In blocks, so that never all prices are in memory."""
    wanted, known = tuple(dict.fromkeys(names)), set(kept.symbols)
    missing = [name for name in wanted if name not in known]
    blocks = (missing[begin : begin + BLOCK] for begin in range(0, len(missing), BLOCK))
    return Record(wanted, model, kept, returns, tuple(_observe(day, block) for block in blocks))


# From prices


def _observe(day: MarketDay, names: Sequence[str]) -> Observed:
    sessions = day.sessions
    table = day.market.closes(day.session, day.source, names, sessions[0], day.as_of)
    fresh = np.where(stale_closes(table.traded), np.nan, table.total_return)
    return observed(table, simple_returns(fresh), _growth(day, names))


def _growth(day: MarketDay, names: Sequence[str]) -> Floats:
    """(S, E) what each symbol made of one dollar over every episode that lies wholly before the session, less one."""
    found = np.full((len(names), len(episodes())), np.nan)
    for number, episode in enumerate(episodes()):
        if episode.last <= day.as_of and names:
            table = day.market.closes(day.session, day.source, names, episode.first, episode.last)
            whole = ~np.isnan(table.traded).any(axis=0)
            with np.errstate(invalid="ignore"):
                found[:, number] = np.where(whole, table.total_return[-1] / table.total_return[0] - 1.0, np.nan)
    return found


def _model(day: MarketDay, funds: Sequence[str], returns: Returns) -> FactorModel:
    """Funds without any price count as not there."""
    there = np.flatnonzero(returns.mask.any(axis=0))
    chosen = Returns(returns.values[:, there], returns.mask[:, there], returns.cash[there])
    return factor_model(day.sessions[1:], chosen, [funds[column] for column in there.tolist()], day.stand_ins)


# To rows and back


def _value(symbol: str, key: str, figure: Figure) -> SymbolValue:
    return SymbolValue(
        symbol, key, figure.value, figure.reason, figure.std_error, figure.n_obs, figure.window, figure.method
    )


def _rows(symbols: Symbols, digests: Sequence[str], model: FactorModel) -> list[EstimateRow]:
    e, returns = symbols.estimates, symbols.returns
    if returns is None:
        raise ValueError("estimates are kept with the returns they were made from")
    series = np.ascontiguousarray(np.where(returns.mask, returns.values, np.nan).T)
    single = (e.n, e.alpha, e.r_squared, e.specific_variance, symbols.close, symbols.dividend_yield)
    numbers = np.ascontiguousarray(np.column_stack([*single, e.betas, e.std_error, symbols.episodes]))
    rows = zip(symbols.names, digests, symbols.close_sessions, numbers, series, strict=True)
    return [
        EstimateRow(name, model.digest, digest, day, own.tobytes(), row.tobytes())
        for name, digest, day, own, row in rows
    ]


def _symbols(kept: Packed, model: FactorModel, returns: Mapping[str, bytes] | None) -> Symbols:
    """In the order in which `_rows` has packed them."""
    k, count = len(model.factors.factors), len(kept.symbols)
    of_nobody = np.empty((len(model.sessions), 0))
    nothing = Returns(of_nobody, of_nobody.astype(np.bool_), np.empty(0, dtype=np.bool_))
    numbers = np.frombuffer(kept.numbers).reshape(count, _SINGLE + 2 * k + len(episodes()))
    n, alpha, r_squared, specific, close, paid = (numbers[:, at] for at in range(_SINGLE))
    estimates = replace(
        factor_exposures(nothing, model.factors), n=n, alpha=alpha, r_squared=r_squared, specific_variance=specific,
        betas=numbers[:, _SINGLE : _SINGLE + k], std_error=numbers[:, _SINGLE + k : _SINGLE + 2 * k],
        cash=np.zeros(count, dtype=np.bool_),
    )  # fmt: skip
    series = None if returns is None else [returns.get(name) for name in kept.symbols]
    return Symbols(
        tuple(kept.symbols), estimates, close, tuple(kept.close_sessions), paid, numbers[:, _SINGLE + 2 * k :],
        None if series is None else _returns(series, len(model.sessions)),
    )  # fmt: skip


def _returns(packed: Sequence[bytes | None], sessions: int) -> Returns:
    """NaN for those that were not read."""
    unknown = np.full(sessions, np.nan)
    series = [unknown if each is None else np.frombuffer(each) for each in packed]
    values = np.array(series).reshape(len(packed), sessions).T
    mask = ~np.isnan(values)
    return Returns(np.where(mask, values, 0.0), mask, np.zeros(len(packed), dtype=np.bool_))
