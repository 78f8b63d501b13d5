"""The queue's worker: takes runs from PostgreSQL, two at a time; any number of processes on any number of machines."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import procrastinate
from procrastinate.exceptions import ConnectorException

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.logging import get_logger
from sigmasight_ui.jobs.run_portfolio import run_portfolio

log = get_logger(__name__)

QUEUE = "batch"
TASK = "run_portfolio"  # the name app.defer_run gives its jobs
CONCURRENCY = 2
_AGAIN_AFTER = 2  # seconds; how often in all is counted in the run's own row
_RESTART_AFTER = 1.0
_GRACE = 8.0  # seconds for the phases in hand at shutdown


async def work(services: Services, dsn: str, stop: asyncio.Event) -> None:
    """Until `stop`. The library's worker ends when the database goes away, so it is started again."""
    while not stop.is_set():
        try:
            await _work_once(services, dsn, stop)
        except ConnectorException as error:
            log.warning("worker lost the database", error=str(error))
        if not stop.is_set():
            await asyncio.sleep(_RESTART_AFTER)


async def _work_once(services: Services, dsn: str, stop: asyncio.Event) -> None:
    app = _queue(services, dsn, stop)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                concurrency=CONCURRENCY,
                delete_jobs="always",  # batch_runs is the record
                fetch_job_polling_interval=2.0,
                update_heartbeat_interval=2.0,
                stalled_worker_timeout=10.0,
                shutdown_graceful_timeout=_GRACE,
                install_signal_handlers=False,
            )
        )
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        worker.cancel()  # means: take nothing new, finish what is in hand
        with suppress(asyncio.CancelledError):
            await worker


def _queue(services: Services, dsn: str, stop: asyncio.Event) -> procrastinate.App:
    connector = procrastinate.PsycopgConnector(
        conninfo=dsn, min_size=1, max_size=4, kwargs={"options": "-c search_path=jobs", "connect_timeout": 5}
    )
    app = procrastinate.App(connector=connector)

    @app.task(name=TASK, queue=QUEUE, retry=procrastinate.RetryStrategy(wait=_AGAIN_AFTER))
    async def perform(run_id: str, owner_id: str) -> None:
        await run_portfolio(services, run_id, owner_id, stop.is_set)

    return app
