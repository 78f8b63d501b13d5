"""The night: many portfolios from stored prices to stored results, through the real batch and database."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import psutil
import psycopg
from sqlalchemy import text

from sigmasight_ui.bootstrap import Services, build_services
from sigmasight_ui.core import migrations
from sigmasight_ui.core.actor import ANONYMOUS, job_actor
from sigmasight_ui.core.calendar import sessions_between
from sigmasight_ui.core.config import load_settings
from sigmasight_ui.core.crypto import load_master_key
from sigmasight_ui.core.database_access import open_database
from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.core.embedded_postgres import EmbeddedPostgres
from sigmasight_ui.core.embedded_postgres_home import SUPERUSER
from sigmasight_ui.core.process import ONE_THREAD, inherited
from sigmasight_ui.jobs.scope import JobScope
from sigmasight_ui.services.risk.inputs import FUNDS
from tests.architecture.rules import ROOT
from tests.bench.figure import Figure, timed
from tests.fakes.clock import FixedClock
from tests.fakes.price_source import FakeSource

AS_OF = date(2026, 11, 19)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
POSITIONS = 50
_PEOPLE = """
    insert into users (id, email, full_name, password_hash, is_superuser, is_active, privacy_mode, created_at,
                       password_changed_at)
    select gen_random_uuid(), 'night' || n || '@example.com', 'Ada', 'x', false, true, false, %(now)s, %(now)s
    from generate_series(1, %(people)s) n;
"""
_PORTFOLIOS = """
    insert into portfolios (id, owner_id, name, account_name, account_type, equity_balance, is_sample, created_at)
    select gen_random_uuid(), id, 'Core', 'Account', 'taxable', 200000, false, %(now)s from users;
"""
_LOTS = """
    insert into positions (id, portfolio_id, symbol, position_type, investment_class, quantity, entry_price, entry_date,
                           created_at)
    select gen_random_uuid(), p.id, 'S' || lpad(s::text, 5, '0'), 'LONG', 'PUBLIC', 10 + s %% 7, 90, '2026-05-04',
           %(now)s
    from (select id, row_number() over () as n from portfolios) p
    cross join lateral (
        select distinct (p.n * 7919 + k * 104729) %% %(symbols)s as s from generate_series(1, %(positions)s) k
    ) held
"""
_PRICES = """
    insert into prices (symbol, source, session, close, fetched_at)
    select symbol, 'yahoo', day, 60 + (hashtext(symbol || day) %% 1000) / 400.0 + 8 * sin(extract(doy from day) / 40.0),
           now()
    from unnest(%(names)s::text[]) symbol, unnest(%(days)s::date[]) day
"""


@dataclass(frozen=True)
class Night:
    services: Services
    dsn: str
    server: int  # its process


@contextmanager
def night(people: int, symbols: int) -> Iterator[Night]:
    """A database of its own, with people who have one portfolio each, and three years of prices."""
    with tempfile.TemporaryDirectory(prefix="sigmasight-night-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        settings = load_settings({"ENVIRONMENT": "test", "DATA_DIR": str(folder / "data")}, folder)
        key = load_master_key(settings.data_dir / "master.key")
        access = open_database(settings, key)
        migrations.upgrade(access.owner_url)
        services = build_services(settings, access, clock=FixedClock(NOW), key=key, price_sources=[FakeSource()])
        services.market_data._pause = lambda _seconds: None
        with services.db.transaction(ANONYMOUS, role="app_worker") as session:
            services.securities.seed(session)
            services.risk.seed_reference(session)
        try:
            with EmbeddedPostgres(settings.data_dir / "postgres") as server:
                dsn = psycopg_dsn(server.url(SUPERUSER))
                _fill(dsn, people, symbols)
                with psycopg.connect(dsn) as connection:
                    row = connection.execute("select pg_read_file('postmaster.pid')").fetchone()
                assert row
                yield Night(services, dsn, int(row[0].split()[0]))
        finally:
            services.db.close()
            access.close()


def _fill(dsn: str, people: int, symbols: int) -> None:
    days = sessions_between(date(2023, 10, 2), AS_OF)
    names = [f"S{number:05d}" for number in range(symbols)] + list(FUNDS)
    values = {"now": NOW, "people": people, "symbols": symbols, "positions": POSITIONS, "names": names, "days": days}
    with psycopg.connect(dsn) as connection:
        for statement in (_PEOPLE, _PORTFOLIOS, _LOTS, _PRICES):
            connection.execute(statement.encode(), values)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("analyze")


def request_all(at: Night) -> list[tuple[UUID, UUID]]:
    scope = JobScope(at.services)
    assert at.services.batch.request_due_runs(scope) > 0
    with scope(job_actor("bench")) as session:
        return [tuple(row) for row in session.execute(text("select id, requested_by from batch_runs"))]


def carry_out(at: Night, runs: list[tuple[UUID, UUID]]) -> None:
    for run, owner in runs[:1]:
        at.services.pipeline.execute(JobScope(at.services), run, owner)


def ended(at: Night) -> dict[str, int]:
    with psycopg.connect(at.dsn) as connection:
        return dict(connection.execute("select status, count(*) from batch_runs group by 1").fetchall())


class Measured(NamedTuple):
    """Seconds. reading: processor time of the process that reads and writes; computing: of those that compute."""

    asking: float
    wall: float
    reading: float
    computing: float
    database: float


def whole(people: int = 1000, symbols: int = 2000) -> Figure:
    """In a process with the environment of the jobs process, as the libraries are told things when they are loaded."""
    code = f"from tests.bench import night; night.measured({people}, {symbols})"
    command, environment = [sys.executable, "-c", code], inherited(ONE_THREAD)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    took = Measured(*json.loads(done.stdout.splitlines()[-1]))
    processor = took.reading + took.computing + took.database
    note = (
        f"{people:,} portfolios of {POSITIONS} positions in {symbols:,} symbols, prices of three years in the database "
        f"and no estimate yet. Processor time: {took.computing:.0f} s of the processes that compute, "
        f"{took.computing / processor:.0%} of all; {took.reading:.0f} s of the one that reads and writes, "
        f"{took.database:.0f} s of PostgreSQL. Asking for the runs before took {took.asking:.1f} s."
    )
    return Figure("A night: stored prices to stored results", "s", [took.wall], 30, judged="median", note=note)


def measured(people: int, symbols: int) -> None:
    with night(people, symbols) as at:
        runs: list[tuple[UUID, UUID]] = []
        asking = timed(lambda: runs.extend(request_all(at)))
        before = _processor(at)
        wall = timed(lambda: carry_out(at, runs))
        used = [after - first for after, first in zip(_processor(at), before, strict=True)]
        assert ended(at) == {"completed": people}, ended(at)
    print(json.dumps((asking, wall, *used)))


def _processor(at: Night) -> tuple[float, float, float]:
    """Seconds of this process, of those it has started and ended, and of the database with its own."""
    mine, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    server = psutil.Process(at.server)
    database = sum(_cpu(process) for process in (server, *server.children()))
    return mine.ru_utime + mine.ru_stime, children.ru_utime + children.ru_stime, database


def _cpu(process: psutil.Process) -> float:
    """With what its ended children took; a process that has just ended took part of its parent's."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system + times.children_user + times.children_system
