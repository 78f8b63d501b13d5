"""New York Stock Exchange sessions: which days have a close, and which close is the newest.

The calendar library brings pandas with it (0.5 s, 60 MB), so it is imported on the first question, reduced to two
plain lists, and let go. A process that never asks never pays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2040, 12, 31)
_NEW_YORK = ZoneInfo("America/New_York")
GRACE = timedelta(minutes=30)  # vendors publish a daily bar some minutes after the bell: 16:30, on half days 13:30


@dataclass(frozen=True, slots=True)
class _Table:
    sessions: tuple[date, ...]
    closes: tuple[datetime, ...]  # the closing bell of each session, aware, UTC


@cache
def _table() -> _Table:
    import exchange_calendars

    schedule = exchange_calendars.get_calendar("XNYS", start=FIRST_DAY.isoformat(), end=LAST_DAY.isoformat()).closes
    return _Table(
        sessions=tuple(day.date() for day in schedule.index),
        closes=tuple(schedule.dt.to_pydatetime()),
    )


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
    table = _table()
    at = bisect_left(table.sessions, _known(session))
    if table.sessions[at] != session:
        raise ValueError(f"{session} is not a trading session")
    return table.closes[at]


def last_closed_session(now: datetime) -> date:
    """The newest session whose close is out at `now`: half an hour after its bell."""
    if now.tzinfo is None:
        raise ValueError("the instant must carry a time zone")
    table = _table()
    return table.sessions[bisect_right(table.closes, now - GRACE) - 1]


def _known(day: date) -> date:
    if not FIRST_DAY < day < LAST_DAY:
        raise ValueError(f"the trading calendar covers {FIRST_DAY.year} to {LAST_DAY.year}, not {day}")
    return day
