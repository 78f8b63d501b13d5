"""The queue's one task: carry out a run, in a thread, because figures compute and psycopg2 blocks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from uuid import UUID

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.jobs.scope import JobScope


async def run_portfolio(services: Services, run_id: str, owner_id: str, is_stopping: Callable[[], bool]) -> None:
    scope, run, user = JobScope(services), UUID(run_id), UUID(owner_id)
    try:
        await _in_thread(lambda: services.pipeline.execute(scope, run, user, is_stopping))
    except asyncio.CancelledError:
        # Shutting down, and the phase in hand takes too long: its thread goes on, but the run is not its any more.
        await asyncio.to_thread(services.pipeline.release, scope, run, user)
        raise


def _in_thread(work: Callable[[], None]) -> asyncio.Future[None]:
    """Like asyncio.to_thread, but the process can end while the work goes on."""
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()

    def settle(error: BaseException | None) -> None:
        if over.cancelled():
            return
        if error is None:
            over.set_result(None)
        else:
            over.set_exception(error)

    def perform() -> None:
        try:
            work()
        except BaseException as error:
            loop.call_soon_threadsafe(settle, error)
        else:
            loop.call_soon_threadsafe(settle, None)

    threading.Thread(target=perform, daemon=True).start()
    return over
