"""Chain a seal over the audit events written since the last one."""

from __future__ import annotations

from sigmasight_ui.bootstrap import Services
from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.jobs.scope import JobScope


def seal_audit_log(services: Services) -> None:
    with JobScope(services)(job_actor("seal")) as session:
        services.audit.seal(session)
