"""From numbers to drawing: paths, ticks and labels of charts, made on the server and sent as ready text.

Drawings are 1000 x 100 units and stretched by the browser; positions of labels are percentages, so text keeps its size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise

WIDTH, HEIGHT = 1000.0, 100.0
MOST_GRIDLINES = 5
MOST_POINTS = 500
NAME_HEIGHT = 9.0  # of a line of small text, in percent of the lowest picture

Values = Sequence[float | None]


@dataclass(frozen=True)
class Label:
    """Words at a percentage of the width or height."""

    at: str
    text: str


@dataclass(frozen=True)
class Span:
    """From and to, as percentages of a track."""

    low: str = "0%"
    high: str = "0%"


@dataclass(frozen=True)
class Line:
    """`path` breaks where a value is unknown; `end` is the height of the last value, `name_at` that of its name."""

    name: str
    path: str
    end: str
    name_at: str


NO_LINE = Line("", "", "0%", "0%")


@dataclass(frozen=True)
class LinePlot:
    """Everything a line chart shows. `readings`: what the cursor says at each date, joined by newlines."""

    own: Line = NO_LINE
    benchmark: Line = NO_LINE
    forecast: Line = NO_LINE
    area: str = ""
    band: str = ""
    gridlines: str = ""
    y_labels: list[Label] = field(default_factory=list)
    x_labels: list[Label] = field(default_factory=list)
    readings: str = ""
    summary: str = ""


def line_plot(
    dates: Sequence[date],
    own: Values,
    *,
    name: str,
    benchmark: Values = (),
    benchmark_name: str = "",
    forecast: Values = (),
    forecast_name: str = "",
    band: tuple[Values, Values] = ((), ()),
    ground: float | None = None,
    axis: Callable[[float], str],
    date_label: Callable[[date], str],
    reading: Callable[[int], str],
    summary: str,
) -> LinePlot:
    """`axis` and `date_label` word the labels, `reading(i)` what the cursor says at date i. Long series are thinned.

    `band`: its lower and its upper edge. `ground`: the area hangs from this value, the highest there is, instead of
    standing on the bottom.
    """
    kept = thinned(len(dates))
    shown, compared, expected, lower, upper = (_at(values, kept) for values in (own, benchmark, forecast, *band))
    bounds = _bounds([*shown, *compared, *expected, *lower, *upper], ground)
    if bounds is None:
        return LinePlot(summary=summary)
    low, high = bounds
    gridlines, y_labels = _grid(low, high, axis)
    own_name, benchmark_name_at = names_apart(_last(shown, low, high), _last(compared, low, high))
    return LinePlot(
        own=_line(name, shown, low, high, own_name),
        benchmark=_line(benchmark_name, compared, low, high, benchmark_name_at),
        forecast=_line(forecast_name, expected, low, high, _last(expected, low, high)),
        area=area_path(shown, low, high, low if ground is None else ground),
        band=band_path(lower, upper, low, high),
        gridlines=gridlines,
        y_labels=y_labels,
        x_labels=_date_labels([dates[i] for i in kept], date_label),
        readings="\n".join(reading(i).replace("\n", " ") for i in kept),
        summary=summary,
    )


def _at(values: Values, kept: Sequence[int]) -> list[float | None]:
    return [values[i] for i in kept] if values else []


def _bounds(values: Values, ground: float | None) -> tuple[float, float] | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = padded(min(known), max(known))
    return low, high if ground is None else ground


def _grid(low: float, high: float, axis: Callable[[float], str]) -> tuple[str, list[Label]]:
    heights = [(step, _y(step, low, high)) for step in ticks(low, high)]
    lines = "".join(f"M0,{height:.2f}H{WIDTH:.0f}" for _, height in heights)
    return lines, [Label(_percent(height), axis(step)) for step, height in heights]


def padded(low: float, high: float) -> tuple[float, float]:
    """A little air above and below; a flat series stands in the middle."""
    air = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    return low - air, high + air


def ticks(low: float, high: float, most: int = MOST_GRIDLINES) -> list[float]:
    """The round numbers between low and high: multiples of 1, 2, 2.5 or 5 times a power of ten, at most `most`."""
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (factor * power for factor in (1, 2, 2.5, 5, 10)):
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first < most:
            return [number * step for number in range(first, last + 1)]
    raise AssertionError("ten powers are more than a fifth of the range")


def line_path(values: Values, low: float, high: float) -> str:
    """An unknown value is a gap, never a line to zero."""
    parts, pen_down = [], False
    for x, value in zip(_xs(len(values)), values, strict=True):
        if value is not None:
            parts.append(f"{'L' if pen_down else 'M'}{x},{_y(value, low, high):.2f}")
        pen_down = value is not None
    return "".join(parts)


def area_path(values: Values, low: float, high: float, ground: float) -> str:
    """What lies between the line and the ground, one closed shape per stretch of known values."""
    xs, shapes, base = _xs(len(values)), [], f"{_y(ground, low, high):g}"
    for first, last in _stretches(values):
        if last > first:
            top = "".join(f"L{xs[i]},{_y(values[i], low, high):.2f}" for i in range(first, last + 1))
            shapes.append(f"M{xs[first]},{base}{top}L{xs[last]},{base}Z")
    return "".join(shapes)


def band_path(lower: Values, upper: Values, low: float, high: float) -> str:
    """Between two lines; where either is unknown there is no band."""
    xs, shapes = _xs(len(lower)), []
    both = [None if one is None or other is None else 0.0 for one, other in zip(lower, upper, strict=True)]
    for first, last in _stretches(both):
        if last > first:
            there = "L".join(f"{xs[i]},{_y(upper[i], low, high):.2f}" for i in range(first, last + 1))
            back = "L".join(f"{xs[i]},{_y(lower[i], low, high):.2f}" for i in range(last, first - 1, -1))
            shapes.append(f"M{there}L{back}Z")
    return "".join(shapes)


def sparkline(values: Values) -> str:
    """A 30-day line without axis."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    return line_path(values, low, high if high > low else low + 1)


def thinned(count: int, most: int = MOST_POINTS) -> list[int]:
    """At most `most` indices, evenly spread, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(i * (count - 1) / (most - 1)) for i in range(most)})


@dataclass(frozen=True)
class BarScale:
    """One scale for all rows of a bar chart; it always holds zero."""

    low: float
    high: float

    @classmethod
    def of(cls, *values: float | None) -> BarScale:
        known = [value for value in values if value is not None]
        low, high = min([0.0, *known]), max([0.0, *known])
        return cls(low, high if high > low else low + 1)

    def at(self, value: float) -> str:
        return _percent((value - self.low) / (self.high - self.low) * 100)

    def span(self, one: float, other: float) -> Span:
        return Span(self.at(min(one, other)), self.at(max(one, other)))

    @property
    def zero(self) -> str:
        return self.at(0.0)


def _line(name: str, values: Values, low: float, high: float, name_at: float | None) -> Line:
    end = _last(values, low, high)
    return Line(name, line_path(values, low, high), _percent(end or 0.0), _percent(name_at or 0.0))


def _last(values: Values, low: float, high: float) -> float | None:
    last = next((value for value in reversed(values) if value is not None), None)
    return None if last is None else _y(last, low, high)


def names_apart(own: float | None, other: float | None) -> tuple[float | None, float | None]:
    """Where the names of two lines stand that end at these heights: beside their ends, but never over each other."""
    if own is None or other is None or abs(own - other) >= NAME_HEIGHT:
        return own, other
    middle, side = (own + other) / 2, NAME_HEIGHT / 2 if own > other else -NAME_HEIGHT / 2
    return middle + side, middle - side


def _stretches(values: Values) -> list[tuple[int, int]]:
    edges = [-1, *(index for index, value in enumerate(values) if value is None), len(values)]
    return [(left + 1, right - 1) for left, right in pairwise(edges) if right - left > 1]


def _date_labels(dates: Sequence[date], label: Callable[[date], str], count: int = 5) -> list[Label]:
    if len(dates) < 2:
        return [Label("0%", label(day)) for day in dates]
    places = sorted({round(i * (len(dates) - 1) / (count - 1)) for i in range(count)})
    named = [Label(_percent(place / (len(dates) - 1) * 100), label(dates[place])) for place in places]
    return [named[0], *(after for before, after in pairwise(named) if after.text != before.text)]


@lru_cache(maxsize=64)
def _xs(count: int) -> tuple[str, ...]:
    """Evenly spread; a single value stands at the end."""
    return (
        tuple(f"{WIDTH * index / (count - 1):.1f}" for index in range(count))
        if count > 1
        else (f"{WIDTH:.1f}",) * count
    )


def _y(value: float, low: float, high: float) -> float:
    return HEIGHT * (high - value) / (high - low)


def _percent(value: float) -> str:
    return f"{value:.2f}%"
