"""What must be true before any process starts: keys, database, roles, schema, reference data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from sigmasight_ui.bootstrap import Services, build_services, master_key
from sigmasight_ui.cli.key_mark import WRONG_KEY, is_other_key, leave_mark
from sigmasight_ui.core import migrations
from sigmasight_ui.core.actor import job_actor
from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.crypto import KeyFileError, MasterKey
from sigmasight_ui.core.database_access import open_database, prepare_roles
from sigmasight_ui.core.database_roles import RoleSetupError
from sigmasight_ui.core.embedded_postgres_home import EmbeddedPostgresError

_SETUP = job_actor("setup")


class CannotStart(RuntimeError):
    """Something is in the way that the person at the console can clear; the text says what, and how."""


# Each has a text for people. Anything else is a fault of ours and keeps its traceback.
PROBLEMS = (CannotStart, KeyFileError, EmbeddedPostgresError, RoleSetupError)


@dataclass(frozen=True)
class Installation:
    """`close` leaves the database; the embedded server ends when nobody else uses it, and `revive` starts it again."""

    claim_code: str | None
    close: Callable[[], object]
    revive: Callable[[], bool]


def prepare(settings: Settings, say: Callable[[str], None], *, offer_claim: bool = True) -> Installation:
    key = master_key(settings)
    try:
        if settings.database_url:
            _require_its_key(settings.database_url, key)  # whose logins another key would change
        prepare_roles(settings, key)
    except (ValueError, psycopg.OperationalError) as error:
        raise CannotStart(f"The server of DATABASE_URL cannot be used: {str(error).strip()}") from error
    database = open_database(settings, key, say)
    try:
        _require_its_key(database.owner_url, key)
        _migrate(database.owner_url)
        leave_mark(database.owner_url, key)
        services = build_services(settings, database, key=key)
        seed_reference_data(services)
        claim_code = _offer_claim(services) if offer_claim else None
        services.db.close()
    except BaseException:
        database.close()
        raise
    return Installation(claim_code, database.close, database.revive)


def _require_its_key(url: str, key: MasterKey) -> None:
    if is_other_key(url, key):
        raise CannotStart(WRONG_KEY)


def _migrate(url: str) -> None:
    if migrations.is_newer(migrations.current(url)):
        raise CannotStart(f"Not started: {migrations.NEWER}.")
    migrations.upgrade(url)


def seed_reference_data(services: Services) -> None:
    """Securities, factors and scenarios; the same rows again change nothing."""
    with services.db.transaction(_SETUP, role="app_worker") as session:
        services.securities.seed(session)
        services.risk.seed_reference(session)


def _offer_claim(services: Services) -> str | None:
    with services.db.transaction(_SETUP, role="app_admin", reason="first administrator") as session:
        return services.administrators.offer_claim_code(session)
