"""A portfolio looked at in every way the room knows, in memory: what runs store, and what is asked on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

import numpy as np

from sigmasight_ui.analytics.book import Book, book
from sigmasight_ui.services.risk.held import Held
from sigmasight_ui.services.risk.schemas import (
    CorrelationMatrix,
    FactorExposures,
    FigureView,
    GreeksView,
    ScenarioView,
    StressPositions,
    StressResults,
    StressRow,
    TailRisk,
    VolatilityProfile,
)
from sigmasight_ui.services.risk.study import correlations, distribution, factors, greeks, stress
from sigmasight_ui.services.risk.study.figures import NavFact
from sigmasight_ui.services.risk.study.positions import Positions, positions
from sigmasight_ui.services.risk.study.subject import Subject
from sigmasight_ui.services.risk.study.symbols import FactorModel, Symbols


class Study(Subject):
    """Every view of the subject; those without arguments are computed once."""

    @cached_property
    def betas(self) -> dict[str, FigureView]:
        return distribution.betas(self)

    @cached_property
    def factors(self) -> FactorExposures:
        return factors.exposures_view(self)

    @cached_property
    def volatility(self) -> VolatilityProfile:
        return distribution.volatility_view(self)

    @cached_property
    def tail(self) -> TailRisk:
        return distribution.tail_view(self)

    @cached_property
    def greeks(self) -> GreeksView:
        return greeks.greeks_view(greeks.Whole(self.as_of, self.nav, self.positions))

    @cached_property
    def correlations(self) -> CorrelationMatrix:
        """Needs the returns of the symbols."""
        return correlations.correlation_view(self)

    def stress(self, scenarios: Sequence[ScenarioView]) -> StressResults:
        return stress.stress_view(self, scenarios)

    def scenarios(self, scenarios: Sequence[ScenarioView]) -> list[StressRow]:
        """In their order."""
        return stress.scenario_rows(self, scenarios)

    def stress_positions(self, scenarios: Sequence[ScenarioView], key: str) -> StressPositions | None:
        return stress.positions_view(self, scenarios, key)


def study(as_of: date, nav: NavFact, holdings: Sequence[Held], symbols: Symbols, model: FactorModel) -> Study:
    """From holdings and what the day knows of their symbols, returns included; nothing is read, nothing is written."""
    held = positions(holdings)
    chosen = symbols.pick(held.symbols)
    return Study(as_of, nav, held, chosen, model, book_of(held, chosen))


def book_of(held: Positions, symbols: Symbols) -> Book:
    """symbols: those of the positions with their returns."""
    if symbols.returns is None:
        raise ValueError("a book is made from returns")
    exposures = np.array([held.exposures[name] for name in symbols.names], dtype=np.float64)
    return book(symbols.returns, exposures, held.unmodelled)
