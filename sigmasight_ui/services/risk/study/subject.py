"""What is studied: positions, what is known of their symbols, and the book they make together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from sigmasight_ui.analytics.book import Book
from sigmasight_ui.analytics.returns import MIN_COVERAGE, Floats, Returns
from sigmasight_ui.services.risk import rules
from sigmasight_ui.services.risk.study.figures import NavFact
from sigmasight_ui.services.risk.study.positions import Positions
from sigmasight_ui.services.risk.study.symbols import FactorModel, Symbols


@dataclass(frozen=True, eq=False)
class Subject:
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
