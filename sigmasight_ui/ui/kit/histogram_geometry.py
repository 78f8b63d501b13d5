"""From a histogram's counts to its drawing: columns as two paths, marks and labels at percentages of the width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sigmasight_ui.ui.kit.chart_geometry import HEIGHT, WIDTH, Label, ticks

SMALLEST = 1.5  # units of height: a column of one day is seen beside one of a hundred
GAP = 2.0  # units of width between two columns
TALLEST = 80.0  # the rest of the height belongs to the words of the marks


@dataclass(frozen=True)
class Mark:
    """A line at `at` with words beside it; `side` left or right, `row` 0 is the higher."""

    at: str
    words: str
    value: str
    side: str
    row: int = 0


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
    tail, body = [], []
    for number, count in enumerate(counts):
        middle = (edges[number] + edges[number + 1]) / 2
        column = _column(_x(edges[number], low, high), _x(edges[number + 1], low, high), count, most)
        (tail if limit is not None and middle <= limit else body).append(column)
    return Histogram(
        tail="".join(tail),
        body="".join(body),
        marks=[
            Mark(_percent(place, low, high), words, value, _side((place - low) / (high - low), row), row)
            for row, (place, words, value) in enumerate(marks)
            if low <= place <= high
        ],
        x_labels=[Label(_percent(step, low, high), axis(step)) for step in ticks(low, high)],
        readings="\n".join(reading(number).replace("\n", " ") for number in range(len(counts))),
        summary=summary,
    )


def _side(share: float, row: int) -> str:
    """The first mark's words run to the right, where the body of the picture is; the others', further out, away from
    it; unless the picture ends there."""
    if row == 0:
        return "right" if share < 0.7 else "left"
    return "left" if share > 0.18 else "right"


def _column(left: float, right: float, count: int, most: int) -> str:
    if not count:
        return ""
    top = HEIGHT - max(SMALLEST, count / most * TALLEST)
    return f"M{left + GAP / 2:.1f},{HEIGHT:.0f}V{top:.2f}H{max(left + GAP, right - GAP / 2):.1f}V{HEIGHT:.0f}Z"


def _x(value: float, low: float, high: float) -> float:
    return WIDTH * (value - low) / (high - low)


def _percent(value: float, low: float, high: float) -> str:
    return f"{100 * (value - low) / (high - low):.2f}%"
