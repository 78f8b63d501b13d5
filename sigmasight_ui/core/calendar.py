"""New York Stock Exchange sessions: which days have a close, and which close is the newest.

The days come from a list made with exchange_calendars, and a test compares the two: the library itself would bring
pandas into every process that asks (0.5 s and 60 MB).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2040, 12, 31)
GRACE = timedelta(minutes=30)  # vendors publish a daily bar some minutes after the bell: 16:30, on half days 13:30
DAYS_FILE = "nyse_days.txt"
_NEW_YORK = ZoneInfo("America/New_York")
_BELL = time(16, 0)
_CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class _Table:
    sessions: tuple[date, ...]
    early_bells: dict[date, time]


@cache
def _table() -> _Table:
    special = dict(_special_days())
    weekdays = (day for day in map(date.fromordinal, range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1))
                if day.weekday() < 5)  # fmt: skip
    return _Table(
        sessions=tuple(day for day in weekdays if special.get(day) != _CLOSED),
        early_bells={day: time.fromisoformat(bell) for day, bell in special.items() if bell != _CLOSED},
    )


def _special_days() -> list[tuple[date, str]]:
    """Weekdays without a session, and sessions with an early bell in New York time."""
    lines = (resources.files(__package__) / DAYS_FILE).read_text(encoding="ascii").splitlines()
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return [(date.fromisoformat(day), kind) for day, kind in pairs]


def new_york_day(instant: datetime) -> date:
    """The exchange's date at an instant: a split of that day is in what a broker shows from that morning on."""
    return instant.astimezone(_NEW_YORK).date()


def is_session(day: date) -> bool:
    sessions = _table().sessions
    at = bisect_left(sessions, _known(day))
    return at < len(sessions) and sessions[at] == day


def sessions_between(first: date, last: date) -> list[date]:
    """All sessions from `first` to `last`, both included; empty when the range is empty or holds no session."""
    sessions = _table().sessions
    return list(sessions[bisect_left(sessions, _known(first)) : bisect_right(sessions, _known(last))])


def previous_session(day: date) -> date:
    """The newest session before `day`, whether or not `day` is one itself."""
    sessions = _table().sessions
    return sessions[bisect_left(sessions, _known(day)) - 1]


def next_session(day: date) -> date:
    """The oldest session after `day`, whether or not `day` is one itself."""
    sessions = _table().sessions
    return sessions[bisect_right(sessions, _known(day))]


def session_close(session: date) -> datetime:
    """The closing bell in UTC: 16:00 New York, 13:00 on half days."""
    if not is_session(session):
        raise ValueError(f"{session} is not a trading session")
    bell = _table().early_bells.get(session, _BELL)
    return datetime.combine(session, bell, _NEW_YORK).astimezone(UTC)


def last_closed_session(now: datetime) -> date:
    """The newest session whose close is out at `now`: half an hour after its bell."""
    if now.tzinfo is None:
        raise ValueError("the instant must carry a time zone")
    today = new_york_day(now)
    if is_session(today) and session_close(today) + GRACE <= now:
        return today
    return previous_session(today)


def _known(day: date) -> date:
    if not FIRST_DAY < day < LAST_DAY:
        raise ValueError(f"the trading calendar covers {FIRST_DAY.year} to {LAST_DAY.year}, not {day}")
    return day
