"""A smooth curve through a few points, for an outline that is known at its corners only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise


def monotone(knots: Sequence[float], values: Sequence[float], at: Sequence[float]) -> list[float | None]:
    """The monotone cubic of Fritsch and Butland (1984) through `values` at ascending `knots`, read at each of `at`.

    Between two knots it stays between their values, so it shows no summit that is not there. None beyond the knots.
    """
    slopes = _slopes(knots, values)
    return [_read(knots, values, slopes, x) for x in at]


def _read(knots: Sequence[float], values: Sequence[float], slopes: Sequence[float], x: float) -> float | None:
    if not knots[0] <= x <= knots[-1]:
        return None
    right = max(1, bisect_left(knots, x))
    left, width = right - 1, knots[right] - knots[right - 1]
    t = (x - knots[left]) / width
    return (
        (1 + 2 * t) * (1 - t) ** 2 * values[left]
        + t * (1 - t) ** 2 * width * slopes[left]
        + t**2 * (3 - 2 * t) * values[right]
        + t**2 * (t - 1) * width * slopes[right]
    )


def _slopes(knots: Sequence[float], values: Sequence[float]) -> list[float]:
    """The harmonic mean of the chords beside a knot, flat where the curve turns; at the ends the chord itself."""
    chords = [(high - low) / (to - from_) for (from_, low), (to, high) in pairwise(zip(knots, values, strict=True))]
    inner = [2 * one * other / (one + other) if one * other > 0 else 0.0 for one, other in pairwise(chords)]
    return [chords[0], *inner, chords[-1]]
