"""A timetable with one entry: every second, write the second down."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

import psycopg
from apscheduler.triggers.interval import IntervalTrigger

from sigmasight_ui.core.database_roles import psycopg_dsn
from sigmasight_ui.jobs.scheduler import Entry, keep_timetable


def main(urls: dict[str, str], **_unused: str) -> None:
    dsn = psycopg_dsn(urls["app_worker"])

    def tick(_services: object) -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("insert into fires values (%s, %s)", [int(time.time()), os.getpid()])

    every_second = IntervalTrigger(seconds=1, start_date="2026-01-01 00:00:00.500", timezone="UTC")
    asyncio.run(keep_timetable(None, dsn, asyncio.Event(), (Entry(tick, every_second),)))


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
