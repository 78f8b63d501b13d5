"""The smooth outline: through its knots, and never beyond what lies beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.ui.kit.curve import monotone

KNOTS = [0, 21, 63, 126]
heights = st.floats(-1, 1, allow_subnormal=False)


def test_it_passes_through_its_knots_and_ends_with_them():
    values = [0.18, 0.12, 0.15, 0.17]
    assert monotone(KNOTS, values, KNOTS) == pytest.approx(values)
    assert monotone(KNOTS, values, [-1, 127]) == [None, None]


def test_two_knots_are_joined_by_a_straight_line():
    assert monotone([0, 10], [1.0, 3.0], [2.5, 5]) == pytest.approx([1.5, 2.0])


def test_it_has_no_corner_at_a_knot():
    before, at, after = monotone(KNOTS, [0.0, 0.4, 0.6, 0.7], [62.99, 63, 63.01])
    assert after - at == pytest.approx(at - before, rel=0.01)


@given(st.lists(heights, min_size=4, max_size=4), st.floats(0, 126))
def test_between_two_knots_it_stays_between_their_values(values, x):
    at = next(n for n in range(1, 4) if x <= KNOTS[n])
    low, high = sorted(values[at - 1 : at + 1])
    (read,) = monotone(KNOTS, values, [x])
    assert low - 1e-9 <= read <= high + 1e-9
