"""After the close: one run for every portfolio that has none for it yet."""

from __future__ import annotations

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.logging import get_logger
from sigmasight_ui.jobs.scope import JobScope

log = get_logger(__name__)


def request_due_runs(services: Services) -> None:
    requested = services.batch.request_due_runs(JobScope(services))
    if requested:
        log.info("nightly runs requested", runs=requested)
