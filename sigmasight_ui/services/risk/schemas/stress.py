"""What scenarios would do: directly through the factors they name, and through those that move along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sigmasight_ui.services.risk.schemas.common import FigureView, SymbolLeftOut


class StressKind(StrEnum):
    SCENARIO = "scenario"  # one of the definitions everybody has
    REPLAY = "replay"  # a stretch of real history, by the holdings' own returns then
    CUSTOM = "custom"  # made by the person who asks


@dataclass(frozen=True, slots=True)
class StressRow:
    """words: the shocks as text ("Market −35 %, Value −30 %"). total, direct, propagated: shares of NAV, negative =
    loss; a replay has no parts. amount: total in dollars. reason: why there is nothing."""

    key: str
    name: str
    category: str
    severity: str
    kind: StressKind
    words: str
    shocks: dict[str, float]
    total: FigureView
    direct: FigureView
    propagated: FigureView
    amount: Decimal | None
    reason: str | None

    @property
    def rank(self) -> tuple[bool, float, str]:
        """Largest loss first, what has no result last."""
        return self.total.value is None, self.total.value or 0.0, self.key


@dataclass(frozen=True, slots=True)
class StressResults:
    """Largest loss first, what has no result last. notes: assumptions that hold for all rows."""

    rows: tuple[StressRow, ...]
    notes: tuple[str, ...]
    as_of: date | None
    coverage: float | None
    left_out: tuple[SymbolLeftOut, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class StressPosition:
    """One holding in one scenario, dollars; share: total / NAV. An option is revalued. None with a reason."""

    symbol: str
    name: str
    market_value: Decimal | None
    total: Decimal | None
    direct: Decimal | None
    propagated: Decimal | None
    share: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class StressPositions:
    """The 200 holdings that lose or gain most, largest loss first, of `total`."""

    row: StressRow
    items: tuple[StressPosition, ...]
    total: int
    as_of: date | None
