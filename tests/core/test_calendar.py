"""The NYSE calendar: closures, half days, the two hours of the year the clocks move, and its cost."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import exchange_calendars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmasight_ui.core import calendar

NEW_YORK = ZoneInfo("America/New_York")
DAYS = st.dates(min_value=date(1991, 1, 1), max_value=date(2039, 12, 31))


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2025, 1, 9), "day of mourning for President Carter"),
        (date(2018, 12, 5), "day of mourning for President Bush"),
        (date(2012, 10, 29), "hurricane Sandy"),
        (date(2001, 9, 11), "attacks of 11 September"),
        (date(2026, 4, 3), "Good Friday"),
        (date(2024, 3, 29), "Good Friday"),
        (date(2026, 1, 1), "New Year"),
        (date(2026, 1, 19), "Martin Luther King Jr. Day"),
        (date(2026, 2, 16), "Washington's Birthday"),
        (date(2026, 5, 25), "Memorial Day"),
        (date(2026, 6, 19), "Juneteenth"),
        (date(2026, 7, 3), "Independence Day, observed on the Friday"),
        (date(2026, 9, 7), "Labor Day"),
        (date(2026, 11, 26), "Thanksgiving"),
        (date(2026, 12, 25), "Christmas"),
        (date(2026, 11, 21), "Saturday"),
        (date(2026, 11, 22), "Sunday"),
    ],
)
def test_the_exchange_is_closed(day: date, why: str) -> None:
    assert not calendar.is_session(day), why


@pytest.mark.parametrize(
    "day",
    [
        date(2025, 1, 8),
        date(2025, 1, 10),
        date(2026, 4, 2),  # Maundy Thursday
        date(2026, 4, 6),  # Easter Monday
        date(2021, 6, 18),  # Juneteenth was no exchange holiday yet
        date(2021, 12, 31),  # New Year on a Saturday is not made up for
        date(2026, 10, 12),  # Columbus Day: bonds rest, shares trade
        date(2026, 11, 11),  # Veterans Day
        date(2026, 11, 27),  # half day after Thanksgiving
        date(2026, 12, 24),  # half day
    ],
)
def test_the_exchange_is_open(day: date) -> None:
    assert calendar.is_session(day)


@pytest.mark.parametrize(
    ("now", "session"),
    [
        ("2026-11-19T16:29:59", date(2026, 11, 18)),
        ("2026-11-19T16:30:00", date(2026, 11, 19)),
        ("2026-11-20T09:29:00", date(2026, 11, 19)),
        ("2026-11-22T12:00:00", date(2026, 11, 20)),  # Sunday
        ("2026-11-26T20:00:00", date(2026, 11, 25)),  # Thanksgiving evening
        ("2026-11-27T13:29:59", date(2026, 11, 25)),  # half day: bell at 13:00
        ("2026-11-27T13:30:00", date(2026, 11, 27)),
        ("2026-04-05T20:00:00", date(2026, 4, 2)),  # Easter Sunday
        ("2025-01-09T23:00:00", date(2025, 1, 8)),
        ("2026-03-06T16:30:00", date(2026, 3, 6)),  # last Friday of winter time: 21:30 UTC
        ("2026-03-09T16:29:59", date(2026, 3, 6)),  # first Monday of summer time: 20:29 UTC
        ("2026-03-09T16:30:00", date(2026, 3, 9)),
        ("2026-11-02T16:29:59", date(2026, 10, 30)),  # first Monday of winter time
        ("2026-11-02T16:30:00", date(2026, 11, 2)),
    ],
)
def test_the_newest_close_in_new_york_time(now: str, session: date) -> None:
    assert calendar.last_closed_session(new_york(now)) == session


def test_the_newest_close_moves_with_summer_time_in_utc() -> None:
    assert calendar.session_close(date(2026, 3, 6)) == datetime(2026, 3, 6, 21, 0, tzinfo=UTC)
    assert calendar.session_close(date(2026, 3, 9)) == datetime(2026, 3, 9, 20, 0, tzinfo=UTC)
    assert calendar.session_close(date(2026, 11, 27)) == datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


def test_ranges_include_both_ends() -> None:
    assert calendar.sessions_between(date(2025, 1, 8), date(2025, 1, 10)) == [date(2025, 1, 8), date(2025, 1, 10)]
    assert calendar.sessions_between(date(2026, 11, 21), date(2026, 11, 22)) == []
    assert calendar.sessions_between(date(2026, 11, 20), date(2026, 11, 19)) == []
    assert len(calendar.sessions_between(date(2025, 1, 1), date(2025, 12, 31))) == 250


def test_a_session_has_neighbours_across_holidays() -> None:
    assert calendar.previous_session(date(2025, 1, 10)) == date(2025, 1, 8)
    assert calendar.next_session(date(2026, 11, 25)) == date(2026, 11, 27)
    assert calendar.previous_session(date(2026, 11, 22)) == date(2026, 11, 20)


@given(DAYS)
def test_next_and_previous_undo_each_other(day: date) -> None:
    following = calendar.next_session(day)
    assert calendar.is_session(following) and following > day
    before = calendar.previous_session(following)
    assert before <= day and (before == day) == calendar.is_session(day)
    assert not calendar.sessions_between(before + timedelta(days=1), following - timedelta(days=1))


@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2039, 12, 1), timezones=st.just(UTC)))
def test_the_newest_close_is_in_the_past_and_the_next_is_not(now: datetime) -> None:
    session = calendar.last_closed_session(now)
    assert calendar.session_close(session) + calendar.GRACE <= now
    assert calendar.session_close(calendar.next_session(session)) + calendar.GRACE > now


def test_questions_it_cannot_answer_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar.last_closed_session(datetime(2026, 11, 20, 12, 0))
    with pytest.raises(ValueError, match="1990 to 2040"):
        calendar.is_session(date(1889, 1, 2))
    with pytest.raises(ValueError, match="not a trading session"):
        calendar.session_close(date(2026, 11, 21))


def test_the_list_of_days_is_what_the_calendar_library_says() -> None:
    """After an update of the library, for example with a day of mourning, the list takes over its content."""
    bells = exchange_calendars.get_calendar("XNYS", start=calendar.FIRST_DAY, end=calendar.LAST_DAY).closes
    expected = {}
    for day in map(date.fromordinal, range(calendar.FIRST_DAY.toordinal(), calendar.LAST_DAY.toordinal() + 1)):
        bell = bells.get(str(day))
        local = "closed" if bell is None else f"{bell.tz_convert(NEW_YORK):%H:%M}"
        if day.weekday() < 5 and local != "16:00":
            expected[str(day)] = local
    lines = (resources.files("sigmasight_ui.core") / calendar.DAYS_FILE).read_text().splitlines()
    assert dict(line.split() for line in lines[1:]) == expected


def test_every_session_and_bell_agrees_with_the_library() -> None:
    bells = exchange_calendars.get_calendar("XNYS", start=calendar.FIRST_DAY, end=calendar.LAST_DAY).closes
    days = [moment.date() for moment in bells.index]
    assert calendar.sessions_between(days[0], days[-2]) == days[:-1]
    assert [calendar.session_close(day) for day in days[:-1]] == list(bells.dt.to_pydatetime())[:-1]


def test_asking_it_loads_no_numerics() -> None:
    code = (
        "import sys; from datetime import date; from sigmasight_ui.core.calendar import is_session;"
        " is_session(date(2026, 11, 20)); print([m for m in ('pandas', 'numpy') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded == "[]\n"
