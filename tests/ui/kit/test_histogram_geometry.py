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


def test_marks_stand_where_their_value_is_and_keep_their_words_inside():
    found = drawn([1, 2, 4, 2], marks=((-0.02, "VaR 95%", "−2.00%"), (-0.03, "CVaR", "−3.00%"), (-0.5, "far", "out")))
    assert [(mark.at, mark.words, mark.row) for mark in found.marks] == [
        ("25.00%", "VaR 95%", 0),
        ("12.50%", "CVaR", 1),
    ]
    assert [mark.side for mark in found.marks] == ["right", "right"]
    assert [mark.side for mark in drawn([1, 2], marks=((0.03, "far", ""), (-0.02, "near", ""))).marks] == [
        "left",
        "left",
    ]


def test_no_days_no_drawing():
    assert drawn([0, 0]).body == ""
    assert drawn([0, 0]).summary == "summary"
