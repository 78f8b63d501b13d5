"""The one shape in which a statistic leaves the engine: a value, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

LIMITED_BELOW = 60
"""A shorter sample than this, in a window that asks for more, is shown as *limited*."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A statistic with everything needed to judge it.

    value: the number, or None; its unit is stated by the function that made it.
    reason: why there is no value, in words for the user; present exactly when `value` is None.
    n_obs: observations used. window: observations asked for (trading days). Either None where it has no meaning.
    std_error: standard error in the unit of `value`; None where it is not known.
    coverage: share of the exposure that the value stands on, 0 to 1; None where it has no meaning.
    method: what was computed, in a few words, never empty.
    Non-finite numbers are refused: a figure is never NaN. Raises ValueError when these rules are broken.
    """

    value: float | None
    reason: str | None
    n_obs: int | None
    window: int | None
    std_error: float | None
    coverage: float | None
    method: str

    def __post_init__(self) -> None:
        if (self.value is None) == (not self.reason):
            raise ValueError("a figure has either a value or a reason")
        if not self.method:
            raise ValueError("a figure says how it was made")
        for number in (self.value, self.std_error, self.coverage):
            if number is not None and not math.isfinite(number):
                raise ValueError(f"a figure holds finite numbers, not {number}")
        if self.std_error is not None and (self.value is None or self.std_error < 0):
            raise ValueError("a standard error is not negative and belongs to a value")
        if self.coverage is not None and not 0 <= self.coverage <= 1:
            raise ValueError(f"coverage is a share between 0 and 1, not {self.coverage}")

    @property
    def limited(self) -> bool:
        """True when the value rests on fewer than 60 observations although its window asks for more."""
        if self.value is None or self.n_obs is None or self.window is None:
            return False
        return self.n_obs < min(LIMITED_BELOW, self.window)


def known(
    value: float,
    *,
    method: str,
    n_obs: int | None = None,
    window: int | None = None,
    std_error: float | None = None,
    coverage: float | None = None,
) -> Figure:
    """A figure with a value; numpy scalars become plain Python numbers.

    Coverage is held inside 0 to 1, because sums of shares overshoot by a rounding error. Raises ValueError for NaN.
    """
    return Figure(
        value=float(value),
        reason=None,
        n_obs=None if n_obs is None else int(n_obs),
        window=window,
        std_error=None if std_error is None else float(std_error),
        coverage=_share(coverage),
        method=method,
    )


def unavailable(
    reason: str,
    *,
    method: str,
    n_obs: int | None = None,
    window: int | None = None,
    coverage: float | None = None,
) -> Figure:
    """A figure without a value, and why. Raises ValueError for an empty reason."""
    return Figure(
        value=None,
        reason=reason,
        n_obs=None if n_obs is None else int(n_obs),
        window=window,
        std_error=None,
        coverage=_share(coverage),
        method=method,
    )


def _share(coverage: float | None) -> float | None:
    if coverage is None or not math.isfinite(coverage):
        return None
    return min(1.0, max(0.0, float(coverage)))
