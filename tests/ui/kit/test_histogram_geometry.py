import re

from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.ui.kit.histogram_geometry import SMALLEST, histogram


def drawn(counts, low=-0.04, high=0.04, limit=-0.02, marks=()):
    step = (high - low) / len(counts)
    edges = [low + number * step for number in range(len(counts) + 1)]
    return histogram(
        edges, counts, limit=limit, marks=marks, axis=lambda value: f"{value:.0%}",
        reading=lambda number: f"column {number}: {counts[number]}", summary="summary",
    )  # fmt: skip


def columns(path):
    return [tuple(map(float, found)) for found in re.findall(r"M(-?[\d.]+),100V([\d.]+)H([\d.]+)V100Z", path)]


@given(st.lists(st.integers(0, 500), min_size=2, max_size=40).filter(any))
def test_every_day_is_in_one_column_inside_the_picture(counts):
    found = drawn(counts)
    both = columns(found.tail) + columns(found.body)
    assert len(both) == sum(count > 0 for count in counts)
    assert all(0 <= left < right <= 1000 and 0 <= top <= 100 - SMALLEST for left, top, right in both)
    assert len(found.readings.split("\n")) == len(counts)


def test_columns_beyond_the_limit_are_the_tail():
    found = drawn([1, 2, 4, 2])
    assert [left for left, _, _ in columns(found.tail)] == [1.0]
    assert len(columns(found.body)) == 3


def placed(*places):
    found = drawn([1, 2, 4, 2], marks=[(place, f"mark {at}", "") for at, place in enumerate(places)])
    return [(mark.at, mark.side, mark.row) for mark in found.marks]


def test_marks_stand_where_their_value_is_and_those_outside_are_left_out():
    assert [mark.is_first for mark in drawn([1, 2], marks=((0.0, "one", ""), (0.01, "two", ""))).marks] == [True, False]
    assert placed(-0.01, -0.5, -0.0152) == [("37.50%", "right", 0), ("31.00%", "left", 1)]


def test_the_words_of_a_mark_never_run_over_the_line_of_another():
    assert placed(-0.02, -0.03) == [("25.00%", "right", 1), ("12.50%", "right", 0)]
    assert placed(0.02, 0.03) == [("75.00%", "left", 1), ("87.50%", "left", 0)]
    assert placed(0.03, -0.01) == [("87.50%", "left", 0), ("37.50%", "left", 1)]


def test_no_days_no_drawing():
    assert drawn([0, 0]).body == ""
    assert drawn([0, 0]).summary == "summary"
