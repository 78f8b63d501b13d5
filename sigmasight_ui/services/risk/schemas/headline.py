"""The figures a person looks at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sigmasight_ui.services.risk.schemas.common import FigureView
from sigmasight_ui.services.risk.schemas.distribution import TailFigure
from sigmasight_ui.services.risk.schemas.stress import StressRow


@dataclass(frozen=True, slots=True)
class Headline:
    """beta: 252 days. volatility: 63 days. worst_stress: of `scenarios` with a result, None without any; `stress`
    carries its share of NAV or the reason. effective_n: of `positions` held with a value."""

    beta: FigureView
    volatility: FigureView
    forecast: FigureView
    var_95: TailFigure
    stress: FigureView
    worst_stress: StressRow | None
    scenarios: int
    effective_n: FigureView
    positions: int
    drawdown: FigureView
    worst_drawdown: FigureView
    trough: date | None
    nav: Decimal | None
    as_of: date | None
    coverage: float | None
    reason: str | None
