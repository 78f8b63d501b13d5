"""What must be true before any process starts: keys, database, roles, schema, reference data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sigmasight_ui.bootstrap import Services, build_services, master_key
from sigmasight_ui.core import migrations
from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.database_access import open_database, prepare_roles

_SETUP = job_actor("setup")


@dataclass(frozen=True)
class Installation:
    """`close` leaves the database; the embedded server ends when nobody else uses it."""

    claim_code: str | None
    close: Callable[[], object]


def prepare(settings: Settings, say: Callable[[str], None], *, offer_claim: bool = True) -> Installation:
    key = master_key(settings)
    prepare_roles(settings, key)
    database = open_database(settings, key, say)
    try:
        migrations.upgrade(database.owner_url)
        services = build_services(settings, database, key=key)
        seed_reference_data(services)
        claim_code = _offer_claim(services) if offer_claim else None
        services.db.close()
    except BaseException:
        database.close()
        raise
    return Installation(claim_code, database.close)


def seed_reference_data(services: Services) -> None:
    """Securities, factors and scenarios; the same rows again change nothing."""
    with services.db.transaction(_SETUP, role="app_worker") as session:
        services.securities.seed(session)
        services.risk.seed_reference(session)


def _offer_claim(services: Services) -> str | None:
    with services.db.transaction(_SETUP, role="app_admin", reason="first administrator") as session:
        return services.administrators.offer_claim_code(session)
