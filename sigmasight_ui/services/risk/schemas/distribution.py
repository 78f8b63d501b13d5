"""The distribution of the daily returns of a portfolio at its present positions: its tail, its width, its falls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.risk.schemas.common import FigureView


@dataclass(frozen=True, slots=True)
class TailFigure:
    """A one-day loss, positive = loss: `figure` as share of NAV, `amount` in dollars. low, high: interval of the share
    in which the true one lies with probability `confidence`; expected shortfalls have a standard error instead."""

    figure: FigureView
    amount: Decimal | None
    error_amount: Decimal | None
    low: float | None
    high: float | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class TailEstimates:
    var_95: TailFigure
    var_99: TailFigure
    cvar_95: TailFigure
    cvar_99: TailFigure


@dataclass(frozen=True, slots=True)
class Bin:
    """Daily returns from `low` up to, not including, `high`, decimal."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class TailRisk:
    """historical: order statistics of the daily returns. normal: a normal curve with their mean and deviation. bins:
    the same returns counted."""

    historical: TailEstimates
    normal: TailEstimates
    bins: tuple[Bin, ...]
    n_obs: int
    window: int
    as_of: date | None
    coverage: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ConeBand:
    """Volatility over one window: now, and where it has been in the `n` windows of the history."""

    window: int
    present: FigureView
    lowest: float | None
    quartile_1: float | None
    median: float | None
    quartile_3: float | None
    highest: float | None
    n: int


@dataclass(frozen=True, slots=True)
class VolatilityPoint:
    """Volatilities of the windows that end on the session; None where there are too few returns."""

    session: date
    volatility_21: float | None
    volatility_63: float | None
    volatility_252: float | None


@dataclass(frozen=True, slots=True)
class VolatilityProfile:
    """Per year, decimal. forecast: of the next session. trend: change of the 21-day volatility per session, with
    `direction` rising, falling or steady. history: at most 500 points, oldest first, the latest always among them."""

    volatility_21: FigureView
    volatility_63: FigureView
    volatility_252: FigureView
    ewma: FigureView
    forecast: FigureView
    percentile: FigureView
    trend: FigureView
    direction: str | None
    cone: tuple[ConeBand, ...]
    history: tuple[VolatilityPoint, ...]
    as_of: date | None
    coverage: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class DrawdownEpisode:
    """depth: decimal, negative. peak: the last session at the high; recovery: None while it lasts."""

    peak: date
    trough: date
    recovery: date | None
    depth: float


@dataclass(frozen=True, slots=True)
class DrawdownPoint:
    session: date
    depth: float


@dataclass(frozen=True, slots=True)
class Drawdown:
    """From the account's own daily values, contributions and withdrawals aside. high: the session of the high that
    `current` is measured from; trough: that of `worst`. episodes: the ten deepest. points: at most 500."""

    current: FigureView
    worst: FigureView
    high: date | None
    trough: date | None
    episodes: tuple[DrawdownEpisode, ...]
    points: tuple[DrawdownPoint, ...]
    sharpe: FigureView
    sortino: FigureView
    calmar: FigureView
    first_session: date | None
    as_of: date | None
    reason: str | None
