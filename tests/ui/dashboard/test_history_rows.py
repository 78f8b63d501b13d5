from datetime import date, timedelta
from decimal import Decimal

import pytest

from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.services.risk.schemas import HistoryPoint, HistoryRange, NavHistory
from sigmasight_ui.ui.dashboard.history_rows import finding, history
from sigmasight_ui.ui.format import Amounts
from tests.ui.dashboard.made import DAY, LIVE, figure

SHOWN = Amounts()


def found(
    range_=HistoryRange.YEAR, first=date(2025, 11, 19), own=0.153, other: float | None = 0.062, reason=None
) -> NavHistory:
    days = sessions_between(first, DAY)
    points = tuple(
        HistoryPoint(day, Decimal(350_000 + 100 * n), None if other is None else Decimal(350_000 + 10 * n))
        for n, day in enumerate(days)
    )
    benchmark = figure(other, "no closes of SPY")
    return NavHistory(range_, () if reason else points, "SPY", figure(own), benchmark, reason, LIVE)


@pytest.mark.parametrize(
    ("range_", "first", "words"),
    [
        (HistoryRange.YEAR, date(2025, 11, 19), "in a year"),
        (HistoryRange.YEAR, date(2026, 5, 4), "since 4 May 2026"),
        (HistoryRange.MONTH, DAY - timedelta(days=31), "in a month"),
        (HistoryRange.QUARTER, DAY - timedelta(days=92), "in three months"),
        (HistoryRange.YEAR_TO_DATE, date(2025, 12, 31), "since the start of 2026"),
        (HistoryRange.YEAR_TO_DATE, date(2026, 3, 2), "since 2 Mar 2026"),
        (HistoryRange.ALL, date(2025, 11, 19), "since 19 Nov 2025"),
    ],
)
def test_the_finding_names_the_span_it_holds_for(range_, first, words):
    assert finding(found(range_, first)) == f"Up 15.3% {words}, 9.1 points more than the same money in SPY."


def test_findings_of_losses_standstill_and_what_cannot_be_compared():
    assert finding(found(own=-0.02)) == "Down 2.0% in a year, 8.2 points less than the same money in SPY."
    assert finding(found(own=0.0001, other=0.0002)) == "Unchanged in a year, as much as the same money in SPY."
    assert finding(found(other=None)) == "Up 15.3% in a year. SPY cannot be compared: no closes of SPY."


def test_chart_and_table_hold_the_same_numbers():
    shown = history(found(HistoryRange.MONTH, DAY - timedelta(days=30)), SHOWN)
    readings = shown.plot.readings.split("\n")
    assert len(readings) == len(shown.rows)
    assert readings[-1] == f"{shown.rows[0].day}: {shown.rows[0].nav.removesuffix('.00')}, SPY $350,220"
    assert (shown.rows[0].moved.text, shown.rows[-1].moved.text) == ("+$100.00", "")


def test_a_long_range_has_a_row_for_each_month_and_both_ends():
    shown = history(found(), SHOWN)
    assert [row.day for row in shown.rows][:2] == ["19 Nov 2026", "30 Oct 2026"]
    assert shown.rows[-1].day == "19 Nov 2025"
    assert len(shown.rows) == 14


def test_without_a_history_there_is_a_reason_and_no_line():
    shown = history(found(reason="a chart needs the closes of at least two sessions"), SHOWN)
    assert shown.reason == "A chart needs the closes of at least two sessions."
    assert (shown.rows, shown.plot.own.path, shown.finding) == ([], "", "")


def test_hidden_amounts_are_not_in_axis_readings_summary_or_table():
    shown = history(found(), Amounts(hidden=True))
    texts = [shown.plot.summary, shown.plot.readings, *(label.text for label in shown.plot.y_labels)]
    texts += [f"{row.nav}{row.moved.text}{row.benchmark}" for row in shown.rows]
    assert "35" not in "".join(texts)
    assert shown.plot.own.path
