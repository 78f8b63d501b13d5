"""Runs whose worker died are queued again, or given up after three attempts."""

from __future__ import annotations

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.logging import get_logger
from sigmasight_ui.jobs.scope import JobScope

log = get_logger(__name__)


def rescue_stalled_runs(services: Services) -> None:
    rescued = services.batch.rescue_stalled(JobScope(services))
    if rescued:
        log.warning("stalled runs rescued", runs=rescued)
