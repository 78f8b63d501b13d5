"""What moves a portfolio: exposures to the factors of one joint regression, and what each adds to the volatility."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.risk.schemas.common import FigureView, SymbolLeftOut


@dataclass(frozen=True, slots=True)
class FactorExposureRow:
    """formula: "VTV − VUG". opposite: what a negative exposure is called, where it has a name ("Growth").

    beta: with its standard error. low, high: 95 % interval. dollars_per_1pct: gain when the factor returns +1 %.
    contribution: what the factor adds to the volatility per year; share: of the whole volatility, negative for a hedge.
    """

    key: str
    name: str
    opposite: str | None
    formula: str
    beta: FigureView
    low: float | None
    high: float | None
    dollars_per_1pct: Decimal | None
    clear_of_zero: bool
    contribution: FigureView
    share: float | None


@dataclass(frozen=True, slots=True)
class SpreadBeta:
    """One difference of two funds, alone: a diagnosis, never to be added to others."""

    key: str
    name: str
    formula: str
    beta: FigureView


@dataclass(frozen=True, slots=True)
class PositionContribution:
    """weight: signed market value, options by their delta, / NAV. contribution: to the volatility per year; specific:
    its part that no factor explains; share: of the whole volatility. None with a reason."""

    symbol: str
    name: str
    weight: float | None
    contribution: float | None
    specific: float | None
    share: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class FactorExposures:
    """volatility: per year, by the model; factor_volatility² + specific_volatility² = volatility². The contributions of
    the factors and `specific_contribution` add up to it, those of all positions do too; `positions` are the 200 that
    add or take most, of `positions_total`. condition_number, note: how far the factors can be told apart, in words."""

    rows: tuple[FactorExposureRow, ...]
    r_squared: FigureView
    volatility: FigureView
    factor_volatility: FigureView
    specific_volatility: FigureView
    specific_contribution: FigureView
    positions: tuple[PositionContribution, ...]
    positions_total: int
    spreads: tuple[SpreadBeta, ...]
    condition_number: float | None
    note: str | None
    as_of: date | None
    coverage: float | None
    left_out: tuple[SymbolLeftOut, ...]
    reason: str | None
