"""The jobs process: the timetable and the queue's worker, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.process import ONE_THREAD, announce, settle

if TYPE_CHECKING:
    from sigmasight_ui.bootstrap import Services

WORKER_ROLE = "app_worker"


def run(settings: Settings) -> None:
    announce(ONE_THREAD)
    from sigmasight_ui.bootstrap import start_services

    services, database = start_services(settings)
    settle()
    try:
        asyncio.run(serve(services, database.urls[WORKER_ROLE]))
    finally:
        services.db.close()
        database.close()


async def serve(services: Services, url: str) -> None:
    """`url` logs in as the worker role. If one half fails in a way it cannot mend, the process ends with it."""
    from sigmasight_ui.core.database_roles import psycopg_dsn
    from sigmasight_ui.jobs.scheduler import keep_timetable
    from sigmasight_ui.jobs.worker import work

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as halves:
        halves.create_task(keep_timetable(services, psycopg_dsn(url), stop))
        halves.create_task(work(services, psycopg_dsn(url), stop))
