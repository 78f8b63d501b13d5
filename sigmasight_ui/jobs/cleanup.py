"""Throws away what has had its time: rate limits, refused uploads, imports nobody confirmed, imported
files and deleted positions, ended sessions, old runs with their logs, estimates of past days."""

from __future__ import annotations

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core import rate_limit
from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.jobs.scope import JobScope


def clean_up(services: Services) -> None:
    with JobScope(services)(job_actor("cleanup")) as session:
        rate_limit.forget_past(session)
        services.onboarding.delete_expired_uploads(session)
        services.imports.delete_expired(session)
        services.identity.forget_ended_sessions(session)
        services.batch.forget_old_runs(session)
        services.calculation.forget_old_estimates(session)
