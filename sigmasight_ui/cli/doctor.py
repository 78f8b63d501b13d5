"""Looks at an installation and says what is wrong with it, in the order in which it has to be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sigmasight_ui.bootstrap import Services, build_services, master_key
from sigmasight_ui.cli.key_mark import WRONG_KEY, is_other_key
from sigmasight_ui.core import migrations
from sigmasight_ui.core.actor import ANONYMOUS, job_actor
from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.database_access import DatabaseAccess, open_database
from sigmasight_ui.core.database_roles import server_version_check
from sigmasight_ui.ui.frontend import is_built


@dataclass(frozen=True)
class Finding:
    what: str
    ok: bool
    advice: str = ""

    @property
    def mark(self) -> str:
        """What is well may still be worth a word."""
        return "FAIL" if not self.ok else "note" if self.advice else "ok"


def examine(settings: Settings) -> list[Finding]:
    """Stops at the first thing the later ones depend on."""
    findings = [Finding("settings", True), _try("key file", lambda: master_key(settings))]
    if not findings[-1].ok:
        return findings
    frontend = Finding("frontend", is_built(), "" if is_built() else "it is built by make run")
    try:
        with joined(settings) as (services, database):
            inside = [*examine_database(services, database)]
            audit = [examine_audit(services)] if all(finding.ok for finding in inside) else []
            return [*findings, Finding("database", True), *inside, *audit, frontend]
    except Exception as error:
        return [*findings, Finding("database", False, str(error)), frontend]


def examine_database(services: Services, database: DatabaseAccess) -> Iterator[Finding]:
    current, head = migrations.current(database.owner_url), migrations.head()
    advice = migrations.NEWER if migrations.is_newer(current) else "run python -m sigmasight_ui migrate"
    yield Finding("schema", current == head, "" if current == head else advice)
    if current != head:
        return
    is_wrong = is_other_key(database.owner_url, master_key(services.settings))
    yield Finding("key of this database", not is_wrong, WRONG_KEY if is_wrong else "")
    warning = server_version_check(database.owner_url)
    yield Finding("server version", True, version_advice(warning, is_embedded=services.settings.database_url is None))
    with services.db.transaction(ANONYMOUS) as session:
        counts = services.risk.prerequisites(session)
    yield Finding("reference data", counts.complete, "" if counts.complete else "run python -m sigmasight_ui migrate")


def version_advice(warning: str | None, *, is_embedded: bool) -> str:
    """Nobody updates the embedded server by itself."""
    return f"{warning} The embedded one is updated with SigmaSight." if warning and is_embedded else warning or ""


def examine_audit(services: Services) -> Finding:
    """Every seal against every event it covers: only on request, the record grows without end."""
    with services.db.transaction(job_actor("doctor"), role="app_worker") as session:
        broken = services.audit.broken_seal(session)
    advice = f"seal {broken} does not fit its events any more: somebody has rewritten them" if broken else ""
    return Finding("audit record", broken is None, advice)


@contextmanager
def joined(settings: Settings) -> Iterator[tuple[Services, DatabaseAccess]]:
    key = master_key(settings)
    database = open_database(settings, key)
    services = build_services(settings, database, key=key)
    try:
        yield services, database
    finally:
        services.db.close()
        database.close()


def _try(what: str, work: Callable[[], object]) -> Finding:
    try:
        work()
    except Exception as error:
        return Finding(what, False, str(error))
    return Finding(what, True)
