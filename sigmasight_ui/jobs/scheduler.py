"""The timetable, and who keeps it: of any number of jobs processes, the one that holds the advisory lock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import psycopg
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.logging import get_logger
from sigmasight_ui.jobs.cleanup import clean_up
from sigmasight_ui.jobs.nightly import request_due_runs
from sigmasight_ui.jobs.rescue import rescue_stalled_runs
from sigmasight_ui.jobs.seal import seal_audit_log

log = get_logger(__name__)

LEADER_LOCK = 7_446_219_302
CHECK_EVERY = 1.0  # seconds: how soon a follower takes over, and a leader notices that its connection is gone
_PATIENCE = 5.0
# A leader that froze, or whose machine vanished, loses the session and with it the lock.
_LOSE_WHEN_SILENT = "set idle_session_timeout = '4s'"


@dataclass(frozen=True)
class Entry:
    """`at_start`: also whenever a process takes the lead, to catch up on what was missed while none ran."""

    job: Callable[[Services], None]
    trigger: BaseTrigger
    at_start: bool = False


def timetable() -> tuple[Entry, ...]:
    """Every job asks the database what is due, so that a second call finds nothing to do."""
    new_york_evening = CronTrigger(hour="17-23", minute=5, timezone="America/New_York")
    return (
        Entry(request_due_runs, new_york_evening, at_start=True),  # the later hours catch up on what was unreachable
        Entry(rescue_stalled_runs, IntervalTrigger(seconds=3), at_start=True),
        Entry(seal_audit_log, IntervalTrigger(minutes=1)),
        Entry(clean_up, IntervalTrigger(hours=1), at_start=True),
    )


async def keep_timetable(
    services: Services, dsn: str, stop: asyncio.Event, entries: tuple[Entry, ...] | None = None
) -> None:
    """Follow until the lead is free, lead until the connection is lost, and again, until `stop`."""
    while not stop.is_set():
        try:
            async with await psycopg.AsyncConnection.connect(dsn, autocommit=True, connect_timeout=5) as connection:
                await connection.execute(_LOSE_WHEN_SILENT)
                await _follow(connection, stop)
                if not stop.is_set():
                    await _lead(services, connection, stop, entries or timetable())
        except (psycopg.Error, TimeoutError) as error:
            log.warning("not leading: no database", error=str(error).strip())
            await _pause(stop)


async def _follow(connection: psycopg.AsyncConnection, stop: asyncio.Event) -> None:
    """Returns with the lock in hand, or because it is time to stop."""
    while not stop.is_set():
        async with asyncio.timeout(_PATIENCE):
            cursor = await connection.execute("select pg_try_advisory_lock(%s)", [LEADER_LOCK])
            row = await cursor.fetchone()
        if row is not None and row[0]:
            return
        await _pause(stop)


async def _lead(
    services: Services, connection: psycopg.AsyncConnection, stop: asyncio.Event, entries: tuple[Entry, ...]
) -> None:
    async def confirm() -> None:
        """The lock lives exactly as long as its session."""
        async with asyncio.timeout(_PATIENCE):
            await connection.execute("select 1")

    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for entry in entries:
        scheduler.add_job(_confirmed(confirm, services, entry.job), entry.trigger, name=entry.job.__name__)
    log.info("leading")
    scheduler.start()
    try:
        for entry in entries:
            if entry.at_start:
                scheduler.add_job(_confirmed(confirm, services, entry.job), name=f"{entry.job.__name__} at start")
        while not stop.is_set():
            await confirm()
            await _pause(stop)
    finally:
        scheduler.shutdown(wait=False)


def _confirmed(
    confirm: Callable[[], Awaitable[None]], services: Services, job: Callable[[Services], None]
) -> Callable[[], Awaitable[None]]:
    """Fires only while the lead is ours: a lost connection may have made another process the leader already."""

    async def fire() -> None:
        try:
            await confirm()
            await asyncio.to_thread(job, services)
        except (psycopg.Error, TimeoutError):
            log.warning("not fired: the lead is lost", job=job.__name__)
        except asyncio.CancelledError:  # the scheduler is going; what the job has not done, the next leader does
            log.info("cut short", job=job.__name__)

    return fire


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), CHECK_EVERY)
    except TimeoutError:
        return
