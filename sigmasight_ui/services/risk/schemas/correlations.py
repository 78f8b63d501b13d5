"""How the holdings move together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sigmasight_ui.services.risk.schemas.common import FigureView, SymbolLeftOut


@dataclass(frozen=True, slots=True)
class CorrelationCluster:
    """members: in the order of the matrix, neighbours of each other. sector: that of more than half, None without.
    correlation: mean within. share: of the gross exposure shown."""

    name: str
    members: tuple[str, ...]
    sector: str | None
    correlation: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class CorrelationMatrix:
    """The largest holdings, at most 50 (`shown`) of `of`, so ordered that those which move together are neighbours.

    matrix: None = hidden pair. overlaps: days in common, same order. notes: repaired, hidden pairs, in words.
    """

    symbols: tuple[str, ...]
    matrix: tuple[tuple[float | None, ...], ...]
    overlaps: tuple[tuple[int, ...], ...]
    clusters: tuple[CorrelationCluster, ...]
    average: FigureView
    effective_number: FigureView
    hidden_pairs: int
    repaired: bool
    notes: tuple[str, ...]
    shown: int
    of: int
    window: int
    as_of: date | None
    left_out: tuple[SymbolLeftOut, ...]
    reason: str | None
