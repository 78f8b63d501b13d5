"""What is known about symbols, whoever holds them: the factors of a day, and every symbol's part in them.

Computed once per source and session from stored prices, and the same whoever asks: a symbol's estimates depend on its
own prices and on those of the funds, never on which other symbols were asked about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sigmasight_ui.analytics.covariance import FactorCovariance, sample_covariance
from sigmasight_ui.analytics.exposures import FactorEstimates, factor_exposures
from sigmasight_ui.analytics.factors import (
    FACTORS,
    SPREADS,
    Factor,
    FactorReturns,
    factor_returns,
    with_stand_ins,
)
from sigmasight_ui.analytics.regression import Conditioning, conditioning
from sigmasight_ui.analytics.returns import TRADING_DAYS, Floats, Returns

if TYPE_CHECKING:
    from sigmasight_ui.services.market_data.service import PriceTable

PRICE_AGE = timedelta(days=10)


@dataclass(frozen=True, eq=False, slots=True)
class FactorModel:
    """The factors over T sessions. market: (T,) returns of the market's fund, NaN = unknown. factors: all of them, also
    those that cannot be measured. digest: of everything it was made from."""

    sessions: tuple[date, ...]
    funds: Returns
    symbols: tuple[str, ...]
    definitions: tuple[Factor, ...]
    spreads: tuple[Factor, ...]
    factors: FactorReturns
    covariance: FactorCovariance
    conditioning: Conditioning
    market: Floats
    digest: str

    def last(self, sessions: int) -> FactorModel:
        """The same factors over fewer sessions, for series that begin later."""
        if sessions == len(self.sessions):
            return self
        kept = replace(self.factors, values=self.factors.values[-sessions:])
        return replace(
            self, sessions=self.sessions[-sessions:], funds=self.funds.last(sessions), factors=kept,
            market=self.market[-sessions:],
        )  # fmt: skip


def factor_model(
    sessions: Sequence[date], funds: Returns, symbols: Sequence[str], stand_ins: Mapping[str, str | None]
) -> FactorModel:
    """From the returns of the funds that have any; stand_ins: what a source has in the place of the usual ones."""
    definitions, spreads = with_stand_ins(FACTORS, stand_ins), with_stand_ins(SPREADS, stand_ins)
    factors = factor_returns(funds, symbols, definitions)
    market = definitions[0].long
    series = funds.series(list(symbols).index(market)) if market in symbols else np.full(len(sessions), np.nan)
    apart = factors.recent() if factors.factors else np.full((1, 1), np.nan)
    digest = hashlib.blake2b(repr((definitions, sessions[-1:])).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(factors.values).tobytes())
    return FactorModel(
        tuple(sessions), funds, tuple(symbols), definitions, spreads, factors, sample_covariance(factors),
        conditioning(apart), series, digest.hexdigest(),
    )  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Observed:
    """Of S symbols what their prices say. returns: (T, S). close: (S,) latest within ten days, NaN without, of
    `close_sessions`. dividend_yield: (S,) of the past year, decimal. episodes: (S, E) growth over stretches of history,
    NaN unless complete. digests: of each symbol's part of all that."""

    names: tuple[str, ...]
    returns: Returns
    close: Floats
    close_sessions: tuple[date | None, ...]
    dividend_yield: Floats
    episodes: Floats
    digests: tuple[str, ...]

    def pick(self, names: Sequence[str]) -> Observed:
        """Those of them, in this order."""
        column = {name: at for at, name in enumerate(self.names)}
        at = np.array([column[name] for name in names], dtype=np.intp)
        returns = Returns(self.returns.values[:, at], self.returns.mask[:, at], self.returns.cash[at])
        sessions = tuple(self.close_sessions[column[name]] for name in names)
        digests = tuple(self.digests[column[name]] for name in names)
        return Observed(
            tuple(names), returns, self.close[at], sessions, self.dividend_yield[at], self.episodes[at], digests
        )


def observed(table: PriceTable, returns: Returns, episodes: Floats) -> Observed:
    """table: T + 1 sessions of S symbols, of which `returns` are the total returns."""
    dates, close = _latest(table)
    with np.errstate(invalid="ignore", divide="ignore"):
        paid = np.nan_to_num(table.dividends / table.traded)[-TRADING_DAYS:].sum(axis=0)
    series = np.where(returns.mask, returns.values, np.nan).T
    facts = np.ascontiguousarray(np.column_stack([series, close, paid, episodes]))
    digests = tuple(
        hashlib.blake2b(row.tobytes() + str(day).encode(), digest_size=16).hexdigest()
        for row, day in zip(facts, dates, strict=True)
    )
    return Observed(table.symbols, returns, close, dates, paid, episodes, digests)


def _latest(table: PriceTable) -> tuple[tuple[date | None, ...], Floats]:
    known = ~np.isnan(table.traded)
    last = len(known) - 1 - known[::-1].argmax(axis=0)
    columns = np.arange(len(table.symbols))
    oldest = table.sessions[-1] - PRICE_AGE
    recent = known.any(axis=0) & np.array([table.sessions[row] >= oldest for row in last], dtype=np.bool_)
    dates = tuple(
        table.sessions[row] if usable else None for row, usable in zip(last.tolist(), recent.tolist(), strict=True)
    )
    return dates, np.where(recent, table.closes[last, columns], np.nan)


@dataclass(frozen=True, eq=False, slots=True)
class Symbols:
    """What a day knows of S symbols: how they hang on its factors, and what was observed of them. `returns` is None
    where nobody needs them."""

    names: tuple[str, ...]
    estimates: FactorEstimates
    close: Floats
    close_sessions: tuple[date | None, ...]
    dividend_yield: Floats
    episodes: Floats
    returns: Returns | None

    @property
    def columns(self) -> dict[str, int]:
        return {name: column for column, name in enumerate(self.names)}

    def pick(self, names: Sequence[str]) -> Symbols:
        """Those of them, in this order."""
        columns = self.columns
        at = np.array([columns[name] for name in names], dtype=np.intp)
        returns = self.returns
        return Symbols(
            tuple(names), pick_estimates(self.estimates, at), self.close[at],
            tuple(self.close_sessions[column] for column in at), self.dividend_yield[at], self.episodes[at],
            None if returns is None else Returns(returns.values[:, at], returns.mask[:, at], returns.cash[at]),
        )  # fmt: skip


def estimated(seen: Observed, model: FactorModel) -> Symbols:
    """One symbol at a time: sums over a table differ in their last digit with the width of the table, and a symbol has
    to have the same estimates whoever else is asked about."""
    columns = [
        factor_exposures(
            Returns(seen.returns.values[:, at], seen.returns.mask[:, at], seen.returns.cash[at]), model.factors
        )
        for at in (slice(column, column + 1) for column in range(len(seen.names)))
    ]
    estimates = _joined_estimates(columns) if columns else factor_exposures(seen.returns, model.factors)
    return Symbols(
        seen.names, estimates, seen.close, seen.close_sessions, seen.dividend_yield, seen.episodes, seen.returns
    )  # fmt: skip


_BY_SYMBOL = ("betas", "std_error", "alpha", "r_squared", "specific_variance", "n", "cash")


def pick_estimates(estimates: FactorEstimates, at: np.typing.NDArray[np.intp]) -> FactorEstimates:
    chosen: dict[str, Any] = {name: getattr(estimates, name)[at] for name in _BY_SYMBOL}
    return replace(estimates, **chosen)


def joined(parts: Sequence[Symbols]) -> Symbols:
    """Several sets of symbols of one day as one."""
    if len(parts) == 1:
        return parts[0]
    together = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Symbols)
        if field.name in ("close", "dividend_yield", "episodes")
    }
    return Symbols(
        names=sum((part.names for part in parts), ()),
        estimates=_joined_estimates([part.estimates for part in parts]),
        close_sessions=sum((part.close_sessions for part in parts), ()),
        returns=_joined_returns([part.returns for part in parts]),
        **together,
    )


def _joined_estimates(parts: Sequence[FactorEstimates]) -> FactorEstimates:
    of_symbols: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in parts]) for name in _BY_SYMBOL}
    return replace(parts[0], **of_symbols)


def _joined_returns(parts: Sequence[Returns | None]) -> Returns | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Returns(
        np.hstack([part.values for part in known]),
        np.hstack([part.mask for part in known]),
        np.concatenate([part.cash for part in known]),
    )
