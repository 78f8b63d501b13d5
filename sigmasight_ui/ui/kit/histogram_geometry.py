"""From a histogram's counts to its drawing: columns as two paths, marks and labels at percentages of the width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sigmasight_ui.ui.kit.chart_geometry import HEIGHT, WIDTH, Label, ticks

SMALLEST = 1.5  # units of height: a column of one day is seen beside one of a hundred
GAP = 2.0  # units of width between two columns
NEAR_THE_END = 0.3  # of the width: what the words of a mark need on a phone
TALLEST = 80.0  # the rest of the height belongs to the words of the marks


@dataclass(frozen=True)
class Mark:
    """A line at `at` with words beside it; `side` left or right, `row` 0 is the higher. The first is the main one."""

    at: str
    words: str
    value: str
    side: str
    row: int = 0
    is_first: bool = True


@dataclass(frozen=True)
class Histogram:
    """`tail`: columns beyond the limit, `body`: the others. `readings`: what the cursor says of each column."""

    tail: str = ""
    body: str = ""
    marks: list[Mark] = field(default_factory=list)
    x_labels: list[Label] = field(default_factory=list)
    readings: str = ""
    summary: str = ""


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    *,
    limit: float | None,
    marks: Sequence[tuple[float, str, str]],
    axis: Callable[[float], str],
    reading: Callable[[int], str],
    summary: str,
) -> Histogram:
    """`edges` one more than `counts`, ascending. Columns whose middle is not above `limit` are the tail. `marks` are
    (where, words, value), drawn only inside the picture."""
    low, high, most = edges[0], edges[-1], max(counts, default=0)
    if not most or high <= low:
        return Histogram(summary=summary)
    inside = [mark for mark in marks if low <= mark[0] <= high]
    tail, body = [], []
    for number, count in enumerate(counts):
        middle = (edges[number] + edges[number + 1]) / 2
        column = _column(_x(edges[number], low, high), _x(edges[number + 1], low, high), count, most)
        (tail if limit is not None and middle <= limit else body).append(column)
    return Histogram(
        tail="".join(tail),
        body="".join(body),
        marks=[
            Mark(_percent(place, low, high), words, value, side, row, is_first=number == 0)
            for number, ((place, words, value), (side, row)) in enumerate(
                zip(inside, _arranged([(place - low) / (high - low) for place, _, _ in inside]), strict=True)
            )
        ],
        x_labels=[Label(_percent(step, low, high), axis(step)) for step in ticks(low, high)],
        readings="\n".join(reading(number).replace("\n", " ") for number in range(len(counts))),
        summary=summary,
    )


def _arranged(shares: Sequence[float]) -> list[tuple[str, int]]:
    """Side and row of the words of each mark. The first one's run to the right, where the body of the picture is; the
    others', further out, away from it; unless the picture ends there. Words that run over another mark stand above its
    line, which begins lower."""
    sides = [
        "left" if share > (NEAR_THE_END if at else 1 - NEAR_THE_END) else "right" for at, share in enumerate(shares)
    ]
    order = list(range(len(shares)))
    if len(set(sides)) == 1:
        order.sort(key=lambda at: shares[at], reverse=sides[0] == "left")
    return [(side, order.index(at)) for at, side in enumerate(sides)]


def _column(left: float, right: float, count: int, most: int) -> str:
    if not count:
        return ""
    top = HEIGHT - max(SMALLEST, count / most * TALLEST)
    return f"M{left + GAP / 2:.1f},{HEIGHT:.0f}V{top:.2f}H{max(left + GAP, right - GAP / 2):.1f}V{HEIGHT:.0f}Z"


def _x(value: float, low: float, high: float) -> float:
    return WIDTH * (value - low) / (high - low)


def _percent(value: float, low: float, high: float) -> str:
    return f"{100 * (value - low) / (high - low):.2f}%"
