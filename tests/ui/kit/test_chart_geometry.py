import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.ui.kit.chart_geometry import (
    MOST_GRIDLINES,
    NAME_HEIGHT,
    BarScale,
    area_path,
    band_path,
    line_path,
    line_plot,
    names_apart,
    padded,
    sparkline,
    thinned,
    ticks,
)

FINITE = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)
POINT = re.compile(r"[ML](-?[\d.]+),(-?[\d.]+)")


def plot(values, benchmark=(), count=None):
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(count or len(values))]
    return line_plot(
        days,
        values,
        name="NAV",
        benchmark=benchmark,
        benchmark_name="SPY" if benchmark else "",
        axis=lambda value: f"{value:g}",
        date_label=lambda day: f"{day:%d %b}",
        reading=lambda index: f"{days[index]}: {values[index]}",
        summary="summary",
    )


@given(FINITE, FINITE)
def test_ticks_are_few_and_inside_the_range(one, other):
    low, high = padded(min(one, other), max(one, other))
    steps = ticks(low, high)
    assert 1 <= len(steps) <= MOST_GRIDLINES
    slack = (high - low) * 1e-9
    assert all(low - slack <= step <= high + slack for step in steps)


def test_ticks_are_round_numbers():
    assert ticks(*padded(343_900, 429_700)) == [340_000, 360_000, 380_000, 400_000, 420_000]
    assert ticks(0, 10) == [0, 2.5, 5, 7.5, 10]


@given(st.lists(FINITE, min_size=2, max_size=40))
def test_the_whole_line_is_inside_the_picture(values):
    low, high = padded(min(values), max(values))
    points = [(float(x), float(y)) for x, y in POINT.findall(line_path(values, low, high))]
    assert len(points) == len(values)
    assert (points[0][0], points[-1][0]) == (0.0, 1000.0)
    assert all(-0.01 <= y <= 100.01 for _, y in points)


def test_higher_values_are_drawn_higher():
    [(_, low), (_, high)] = POINT.findall(line_path([1.0, 2.0], 0.0, 2.0))
    assert float(high) < float(low)


def test_an_unknown_value_is_a_gap():
    assert line_path([1.0, None, 3.0], 0.0, 4.0).count("M") == 2
    assert area_path([1.0, 2.0, None, 3.0, 2.0], 0.0, 4.0, 0.0).count("Z") == 2
    assert sparkline([None, 1.0]) == ""


def test_a_flat_line_is_drawn():
    drawn = plot([5.0, 5.0, 5.0])
    assert drawn.own.path.count(",") == 3
    assert drawn.own.end == "50.00%"


def test_nothing_known_draws_nothing_and_keeps_the_summary():
    drawn = plot([None, None])
    assert (drawn.own.path, drawn.summary) == ("", "summary")


def test_name_stands_at_the_last_value():
    drawn = plot([1.0, 3.0], benchmark=[1.0, 2.0])
    assert (drawn.own.name, drawn.benchmark.name) == ("NAV", "SPY")
    assert float(drawn.own.end.rstrip("%")) < float(drawn.benchmark.end.rstrip("%"))
    assert (drawn.own.name_at, drawn.benchmark.name_at) == (drawn.own.end, drawn.benchmark.end)


@pytest.mark.parametrize(("own", "other"), [(40.0, 40.5), (40.5, 40.0), (40.0, 40.0), (0.0, 8.9), (97.0, 99.0)])
def test_names_of_lines_that_end_together_do_not_cover_each_other(own, other):
    mine, its = names_apart(own, other)
    assert abs(mine - its) == pytest.approx(NAME_HEIGHT)
    assert mine + its == pytest.approx(own + other)
    assert mine > its if own > other else mine < its


def test_a_line_without_another_keeps_its_name_at_its_end():
    assert names_apart(40.0, None) == (40.0, None)
    assert names_apart(40.0, 60.0) == (40.0, 60.0)


def test_long_series_are_thinned_with_both_ends():
    kept = thinned(3000)
    assert len(kept) <= 500
    assert (kept[0], kept[-1]) == (0, 2999)
    drawn = plot([float(n) for n in range(3000)])
    assert len(drawn.readings.splitlines()) == len(kept)


def test_readings_match_the_dates():
    assert plot([1.0, 2.0]).readings == "2026-01-01: 1.0\n2026-01-02: 2.0"


def test_bars_start_at_zero():
    scale = BarScale.of(-1.0, 3.0, None)
    assert (scale.zero, scale.at(3.0), scale.at(-1.0)) == ("25.00%", "100.00%", "0.00%")
    assert BarScale.of(2.0).zero == "0.00%"
    assert BarScale.of().zero == "0.00%"


def test_a_band_closes_between_its_edges_and_stops_where_one_is_unknown():
    drawn = band_path([1.0, 1.0, None, 1.0, 1.0], [3.0, 3.0, 3.0, 2.0, 2.0], 0.0, 4.0)
    assert drawn == "M0.0,25.00L250.0,25.00L250.0,75.00L0.0,75.00ZM750.0,50.00L1000.0,50.00L1000.0,75.00L750.0,75.00Z"


def test_an_area_can_hang_from_the_top():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(3)]
    drawn = line_plot(
        days, [0.0, -0.1, 0.0], name="", ground=0.0, axis=lambda value: f"{value:g}",
        date_label=lambda day: f"{day:%d %b}", reading=str, summary="",
    )  # fmt: skip
    assert POINT.findall(drawn.area)[0] == ("0.0", "-0") or POINT.findall(drawn.area)[0] == ("0.0", "0")
    assert drawn.y_labels[-1].at == "0.00%"


def test_band_and_forecast_share_the_scale_of_the_line():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(4)]
    drawn = line_plot(
        days, [0.1, 0.2, None, None], name="Realised", forecast=[None, 0.2, 0.3, 0.4], forecast_name="Forecast",
        band=([None, 0.2, 0.1, 0.0], [None, 0.2, 0.5, 0.6]), axis=lambda value: f"{value:g}",
        date_label=lambda day: f"{day:%d %b}", reading=str, summary="",
    )  # fmt: skip
    heights = [float(y) for path in (drawn.own.path, drawn.forecast.path, drawn.band) for _, y in POINT.findall(path)]
    assert all(0 < height < 100 for height in heights)
    assert drawn.own.path.startswith("M0.0") and drawn.forecast.path.startswith("M333.3")


def test_a_span_runs_from_the_smaller_to_the_larger_place():
    scale = BarScale.of(-4.0, 1.0)
    assert (scale.span(0.0, -2.0).low, scale.span(0.0, -2.0).high) == ("40.00%", "80.00%")
