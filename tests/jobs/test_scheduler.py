"""The timetable: every entry points at work that exists, and of several processes exactly one keeps it."""

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import psycopg
import pytest
from apscheduler.triggers.interval import IntervalTrigger

from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.jobs import scheduler
from sigmasight_ui.jobs.scheduler import Entry, keep_timetable
from tests.jobs.conftest import JobsProcess, wait_until

pytestmark = pytest.mark.slow


def entries() -> dict[str, Entry]:
    return {entry.job.__name__: entry for entry in scheduler.timetable()}


def test_the_timetable():
    assert set(entries()) == {"request_due_runs", "rescue_stalled_runs", "seal_audit_log", "clean_up"}


@pytest.mark.parametrize(
    ("now", "fires"),
    [
        (datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 7, 1, 21, 5, tzinfo=UTC)),  # summer time in New York
        (datetime(2026, 12, 1, 12, tzinfo=UTC), datetime(2026, 12, 1, 22, 5, tzinfo=UTC)),
        (datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 22, 5, tzinfo=UTC)),  # the clock goes back
    ],
)
def test_the_night_begins_an_hour_after_the_close_in_new_york(now, fires):
    assert entries()["request_due_runs"].trigger.get_next_fire_time(None, now) == fires


@pytest.mark.parametrize("name", ["request_due_runs", "rescue_stalled_runs", "seal_audit_log", "clean_up"])
def test_every_job_can_be_called_and_called_again(services, name):
    """Lesson 5: an import error in a job was noticed by nobody."""
    entries()[name].job(services)
    entries()[name].job(services)


def test_the_audit_log_is_sealed(services, owner):
    from sigmasight_ui.jobs.scope import JobScope

    with services.db.transaction(owner) as session:
        services.audit.record(session, owner, "test")
    entries()["seal_audit_log"].job(services)
    with JobScope(services)(owner) as session:
        assert services.audit.seal(session) == 0
        assert services.audit.broken_seal(session) is None


# Leading


class Diary:
    """Jobs of a schedule that write down who fired when."""

    def __init__(self) -> None:
        self.fired: list[str] = []

    def entries(self, who: str) -> tuple[Entry, ...]:
        def note(_services: object) -> None:
            self.fired.append(who)

        return (Entry(note, IntervalTrigger(seconds=1), at_start=True),)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.05)


def test_two_processes_lead_one_after_the_other_and_never_together(services, database):
    diary, dsn = Diary(), psycopg_dsn(database.url("app_worker"))

    async def story() -> None:
        first_stop, second_stop = asyncio.Event(), asyncio.Event()
        first = asyncio.create_task(keep_timetable(services, dsn, first_stop, diary.entries("first")))
        await until(lambda: "first" in diary.fired)
        second = asyncio.create_task(keep_timetable(services, dsn, second_stop, diary.entries("second")))
        await until(lambda: len(diary.fired) > 3)
        assert set(diary.fired) == {"first"}
        first_stop.set()
        await first
        await until(lambda: diary.fired.count("second") > 2)
        second_stop.set()
        await second

    asyncio.run(story())
    assert diary.fired == sorted(diary.fired)


def test_a_leader_whose_connection_is_cut_leads_again_on_a_new_one(services, database):
    diary, dsn = Diary(), psycopg_dsn(database.url("app_worker"))
    holder = f"select pid from pg_locks where locktype = 'advisory' and objid = {scheduler.LEADER_LOCK % 2**32}"

    async def story() -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(keep_timetable(services, dsn, stop, diary.entries("only")))
        await until(lambda: len(diary.fired) > 0)
        with psycopg.connect(psycopg_dsn(database.url("postgres")), autocommit=True) as superuser:
            was = superuser.execute(holder).fetchone()
            superuser.execute("select pg_terminate_backend(%s)", was)
            await until(lambda: superuser.execute(holder).fetchone() not in (None, was))
        so_far = len(diary.fired)
        await until(lambda: len(diary.fired) > so_far)
        stop.set()
        await task

    asyncio.run(story())


def test_without_the_lead_nothing_fires(services):
    fired = []

    async def lost() -> None:
        raise psycopg.OperationalError("the connection is closed")

    asyncio.run(scheduler._confirmed(lost, services, fired.append)())
    assert fired == []


FIRES = "create table fires (slot int, pid int); grant insert on fires to app_worker"


@pytest.fixture
def superuser(database):
    with psycopg.connect(psycopg_dsn(database.url("postgres")), autocommit=True) as connection:
        connection.execute(FIRES)
        yield connection


def fires(superuser) -> list[tuple[int, int]]:
    return superuser.execute("select slot, pid from fires order by slot").fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_of_three_processes_one_fires_and_when_it_dies_or_freezes_another_takes_over(
    start_jobs, superuser, monkeypatch, how
):
    processes: list[JobsProcess] = [start_jobs("tests.jobs.ticking") for _ in range(3)]
    wait_until(lambda: len(fires(superuser)) > 3, 120)
    leader = fires(superuser)[-1][1]
    assert leader in {each.process.pid for each in processes}
    os.kill(leader, how)
    wait_until(lambda: fires(superuser)[-1][1] != leader, 8)
    wait_until(lambda: len({slot for slot, pid in fires(superuser) if pid != leader}) > 3, 120)
    slots = [slot for slot, _ in fires(superuser)]
    assert len(slots) == len(set(slots))
    gap = max(after - before for before, after in pairwise(slots))
    assert gap <= 5 + (how == signal.SIGSTOP) * 2
