"""The queue's one task: carry out a run, in a thread, because figures compute and psycopg2 blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.jobs.scope import JobScope


async def run_portfolio(services: Services, run_id: str, owner_id: str, is_stopping: Callable[[], bool]) -> None:
    scope, run, user = JobScope(services), UUID(run_id), UUID(owner_id)
    try:
        await asyncio.to_thread(services.pipeline.execute, scope, run, user, is_stopping)
    except asyncio.CancelledError:
        # Shutting down, and the phase in hand takes too long: its thread goes on, but the run is not its any more.
        await asyncio.to_thread(services.pipeline.release, scope, run, user)
        raise
