"""From a correlation matrix to the cells of a heat map: text, tint, and the frames round clusters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

STEPS = 9
WIDE = 13
"""From this many names on the map takes the width of the page, so that every number fits its cell."""
MANY = 30
"""From this many names on the numbers are shown on focus and hover only: the cells are too small for them."""

Matrix = Sequence[Sequence[float | None]]


@dataclass(frozen=True)
class HeatCell:
    """`look`: the classes of tint and frame, of assets/app.css."""

    text: str
    look: str


@dataclass(frozen=True)
class HeatRow:
    name: str
    cells: list[HeatCell]


@dataclass(frozen=True)
class HeatMap:
    """`look`: the classes of the table, by how many names it has to hold."""

    names: list[str] = field(default_factory=list)
    rows: list[HeatRow] = field(default_factory=list)
    look: str = "heat"


def heat_map(
    names: Sequence[str], matrix: Matrix, clusters: Sequence[Sequence[str]], text: Callable[[float], str], hidden: str
) -> HeatMap:
    """`matrix` in the order of `names`, None for what is hidden; members of a cluster are neighbours in that order."""
    frames = [_places(names, cluster) for cluster in clusters]
    rows = [
        HeatRow(
            name,
            [
                HeatCell(
                    hidden if value is None else text(value),
                    " ".join(part for part in (_tint(value, at == across), _frame(at, across, frames)) if part),
                )
                for across, value in enumerate(line)
            ],
        )
        for at, (name, line) in enumerate(zip(names, matrix, strict=True))
    ]
    return HeatMap(list(names), rows, _look(len(names)))


def _look(count: int) -> str:
    sizes = (("heat-wide", WIDE), ("heat-many", MANY))
    return " ".join(["heat", *(name for name, least in sizes if count >= least)])


def _tint(value: float | None, is_self: bool) -> str:
    """heat-p1 to heat-p9 for plus, heat-m1 to heat-m9 for minus, nothing for what rounds to zero."""
    if is_self:
        return "heat-self"
    if value is None:
        return "heat-hidden"
    step = min(STEPS, round(abs(value) * STEPS))
    if not step:
        return ""
    return f"heat-{'m' if value < 0 else 'p'} heat-{step}"


def _places(names: Sequence[str], cluster: Sequence[str]) -> tuple[int, int]:
    places = sorted(names.index(name) for name in cluster if name in names)
    return (places[0], places[-1]) if places else (-1, -1)


def _frame(at: int, across: int, frames: Sequence[tuple[int, int]]) -> str:
    for first, last in frames:
        if first <= at <= last and first <= across <= last and last > first:
            edges = (("t", at == first), ("b", at == last), ("l", across == first), ("r", across == last))
            return " ".join(f"heat-{edge}" for edge, is_there in edges if is_there)
    return ""
