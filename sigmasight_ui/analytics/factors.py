"""Factor returns from the prices of listed funds.

The factors are the market, differences between funds, and long bonds: eight funds taken as they are move almost as one
(their correlation matrix has a condition number in the thousands), differences do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sigmasight_ui.analytics.beta import NO_VARIANCE
from sigmasight_ui.analytics.returns import TRADING_DAYS, Floats, Returns

MARKET, VALUE, MOMENTUM, QUALITY = "market", "value", "momentum", "quality"
SIZE, LOW_VOLATILITY, INTEREST_RATE = "size", "low_volatility", "interest_rate"

MIN_OBSERVATIONS = 60
WINDOW = TRADING_DAYS
SPREAD_WINDOW = 180
MIN_SHARE_OF_DAYS = 0.9
"""A factor known on fewer of the days the best-known one has would shorten everybody's sample."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor as the return of one fund, or of one fund less another.

    long, short: symbols of the funds. opposite: what a negative exposure is called, where it has a name of its own.
    """

    key: str
    name: str
    long: str
    short: str | None = None
    opposite: str | None = None

    @property
    def formula(self) -> str:
        return self.long if self.short is None else f"{self.long} − {self.short}"


FACTORS = (
    Factor(MARKET, "Market", "SPY"),
    Factor(VALUE, "Value", "VTV", "VUG", opposite="Growth"),
    Factor(MOMENTUM, "Momentum", "MTUM", "SPY"),
    Factor(QUALITY, "Quality", "QUAL", "SPY"),
    Factor(SIZE, "Size", "IWM", "SPY"),
    Factor(LOW_VOLATILITY, "Low Volatility", "USMV", "SPY"),
    Factor(INTEREST_RATE, "Interest Rate", "TLT"),
)

SPREADS = (
    Factor("growth_value_spread", "Growth-Value Spread", "VUG", "VTV", opposite="Value"),
    Factor("momentum_spread", "Momentum Spread", "MTUM", "SPY"),
    Factor("size_spread", "Size Spread", "IWM", "SPY"),
    Factor("quality_spread", "Quality Spread", "QUAL", "SPY"),
)


def with_stand_ins(factors: Sequence[Factor], stand_ins: Mapping[str, str | None]) -> tuple[Factor, ...]:
    """The same factors from other funds: {wanted: used instead, or None where there is none}.

    Where only the fund to subtract is missing, the factor is measured against the market's instead. A factor whose own
    fund has no stand-in keeps its symbol and becomes unavailable for want of prices.
    """
    market = next((factor.long for factor in factors if factor.key == MARKET), "SPY")

    def of(factor: Factor) -> Factor:
        long = stand_ins.get(factor.long) or factor.long
        if factor.short is None:
            return replace(factor, long=long)
        short = stand_ins.get(factor.short, factor.short) or market
        return replace(factor, long=long, short=stand_ins.get(short, short))

    return tuple(of(factor) for factor in factors)


@dataclass(frozen=True, eq=False, slots=True)
class FactorReturns:
    """Daily returns of the K factors that can be measured, over T sessions of which the last `window` count.

    factors: these K, in order. values: (T, K) decimal, NaN on a day when it is unknown. unavailable: {key: reason} of
    the others.
    """

    factors: tuple[Factor, ...]
    values: Floats
    window: int
    unavailable: Mapping[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(factor.key for factor in self.factors)

    def recent(self) -> Floats:
        """(at most `window`, K) the latest sessions."""
        return self.values[-self.window :]

    def complete(self) -> Floats:
        """The latest sessions on which every factor is known."""
        recent = self.recent()
        return recent[np.isfinite(recent).all(axis=1)]


def factor_returns(
    funds: Returns, symbols: Sequence[str], factors: Sequence[Factor] = FACTORS, window: int = WINDOW
) -> FactorReturns:
    """Returns of the factors from those of the funds, and which factors can be used over the window.

    funds: (T, S) daily decimal returns of `symbols`. A difference is known on days when both funds are.
    A factor is unavailable, with a reason, when a fund has no prices, when it has fewer than 60 days in the window,
    fewer than nine tenths of the days the best-known factor has, or does not move; without the market none is left,
    because every difference would take its place. Fewer than 60 days on which all of them are known: none either.
    Raises ValueError unless there is one symbol for every column and the window is positive.
    """
    if len(symbols) != funds.values.shape[1] or window < 1:
        raise ValueError("one symbol for every column of returns, and a positive window")
    columns = {symbol: column for column, symbol in enumerate(symbols)}
    series: dict[str, Floats] = {}
    unavailable: dict[str, str] = {}
    for factor in factors:
        missing = [each for each in (factor.long, factor.short) if each is not None and each not in columns]
        if missing:
            unavailable[factor.key] = f"no prices of {' and '.join(missing)}"
        else:
            short = 0.0 if factor.short is None else funds.series(columns[factor.short])
            series[factor.key] = funds.series(columns[factor.long]) - short
    unavailable |= _unusable({key: values[-window:] for key, values in series.items()})
    if MARKET in unavailable:
        unavailable = {f.key: unavailable.get(f.key) or "the market is unavailable" for f in factors}
    kept = tuple(factor for factor in factors if factor.key not in unavailable)
    values = np.column_stack([series[f.key] for f in kept]) if kept else np.empty((len(funds.values), 0))
    return _enough_together(FactorReturns(kept, values, window, unavailable))


def _unusable(series: Mapping[str, Floats]) -> dict[str, str]:
    days = {key: int(np.isfinite(values).sum()) for key, values in series.items()}
    most = max(days.values(), default=0)
    reasons = {}
    for key, values in series.items():
        if days[key] < MIN_OBSERVATIONS:
            reasons[key] = f"{days[key]} daily returns, {MIN_OBSERVATIONS} are needed"
        elif days[key] < MIN_SHARE_OF_DAYS * most:
            reasons[key] = f"known on {days[key]} of {most} days"
        elif values[np.isfinite(values)].var() <= NO_VARIANCE:
            reasons[key] = "it does not move"
    return reasons


def _enough_together(found: FactorReturns) -> FactorReturns:
    days = len(found.complete())
    if not found.factors or days >= MIN_OBSERVATIONS:
        return found
    reason = f"{days} days on which every factor is known, {MIN_OBSERVATIONS} are needed"
    unavailable = {**dict.fromkeys(found.keys, reason), **found.unavailable}
    return FactorReturns((), found.values[:, :0], found.window, unavailable)
