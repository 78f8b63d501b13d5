"""A figure is a value or a reason, and never NaN."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest

from sigmasight_ui.analytics.figure import Figure, known, unavailable

A_BETA = Figure(value=1.0, reason=None, n_obs=90, window=90, std_error=0.1, coverage=1.0, method="m")


def make(**changes: Any) -> Figure:
    return dataclasses.replace(A_BETA, **changes)


def test_a_value_and_a_reason_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="^a figure has either a value or a reason$"):
        make(reason="why")
    with pytest.raises(ValueError, match="^a figure has either a value or a reason$"):
        make(value=None, std_error=None)
    with pytest.raises(ValueError, match="^a figure has either a value or a reason$"):
        make(value=None, std_error=None, reason="")
    assert make(value=None, std_error=None, reason="why").value is None


def test_it_says_how_it_was_made() -> None:
    with pytest.raises(ValueError, match="^a figure says how it was made$"):
        make(method="")


def test_zero_is_a_value() -> None:
    assert make(value=0.0, std_error=0.0, coverage=0.0).value == 0.0


@pytest.mark.parametrize("field", ["value", "std_error", "coverage"])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_refused(field: str, number: float) -> None:
    with pytest.raises(ValueError, match="^a figure holds finite numbers, not "):
        make(**{field: number})


@pytest.mark.parametrize("changes", [{"std_error": -0.1}, {"value": None, "reason": "why", "std_error": 0.1}])
def test_a_standard_error_is_positive_and_belongs_to_a_value(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="^a standard error is not negative and belongs to a value$"):
        make(**changes)


@pytest.mark.parametrize("coverage", [-0.01, 1.01])
def test_coverage_is_a_share(coverage: float) -> None:
    with pytest.raises(ValueError, match="^coverage is a share between 0 and 1, not "):
        make(coverage=coverage)


def test_it_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        make().value = 2.0


def test_helpers_make_plain_numbers_that_json_can_hold() -> None:
    figure = known(
        np.float64(1.5), method="m", n_obs=np.int64(34), window=90, std_error=np.float64(0.2), coverage=np.float64(1)
    )
    assert type(figure.value) is float
    assert type(figure.n_obs) is int
    assert json.loads(json.dumps(dataclasses.asdict(figure)))["std_error"] == 0.2


def test_sums_of_shares_may_overshoot_by_rounding() -> None:
    assert known(1.0, method="m", coverage=1.0000000000000002).coverage == 1.0
    assert known(1.0, method="m", coverage=-1e-17).coverage == 0.0
    assert unavailable("why", method="m", coverage=math.nan).coverage is None


def test_known_refuses_nan_and_unavailable_an_empty_reason() -> None:
    with pytest.raises(ValueError, match="^a figure holds finite numbers, not "):
        known(math.nan, method="m")
    with pytest.raises(ValueError, match="^a figure has either a value or a reason$"):
        unavailable("", method="m")


@pytest.mark.parametrize(
    ("n_obs", "window", "limited"),
    [(59, 90, True), (60, 90, False), (30, 252, True), (21, 21, False), (20, 21, True), (None, 90, False)],
)
def test_limited_is_a_short_sample_in_a_window_that_asks_for_more(
    n_obs: int | None, window: int, limited: bool
) -> None:
    assert make(n_obs=n_obs, window=window).limited is limited


def test_what_is_unavailable_is_not_limited() -> None:
    assert unavailable("why", method="m", n_obs=12, window=90).limited is False
