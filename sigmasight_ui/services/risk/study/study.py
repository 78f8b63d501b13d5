"""A portfolio looked at in every way the room knows, in memory: what runs store, and what is asked on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from sigmasight_ui.analytics.book import Book, book
from sigmasight_ui.analytics.returns import MIN_COVERAGE, Floats, Returns
from sigmasight_ui.services.risk import rules
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
from sigmasight_ui.services.risk.study.symbols import FactorModel, Symbols


@dataclass(frozen=True, eq=False)
class Study:
    """symbols: exactly those of the positions, in their order. book: the gains of the positions day by day, over the
    sessions of the model or the last of them."""

    as_of: date
    nav: NavFact
    positions: Positions
    symbols: Symbols
    model: FactorModel
    book: Book

    @cached_property
    def problem(self) -> str | None:
        """Why nothing can be said as a share of NAV."""
        if problem := rules.share_problem(self.nav.nav > 0, self.nav.coverage):
            return problem
        if (coverage := self.best_coverage) < MIN_COVERAGE:
            return f"only {coverage:.0%} of the positions have daily returns"
        return None

    @property
    def best_coverage(self) -> float:
        """On the day most of the book has a return."""
        return float(self.book.covered.max(initial=0.0) / self.book.gross) if self.book.gross > 0 else 1.0

    @cached_property
    def returns(self) -> Returns:
        """Daily returns of the present positions, one column."""
        return self.book.returns(float(self.nav.nav))

    @cached_property
    def weights(self) -> Floats:
        """(S,) exposures / NAV in the order of the symbols."""
        exposures = self.positions.exposures
        return np.array([exposures[name] for name in self.symbols.names], dtype=np.float64) / float(self.nav.nav)

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
