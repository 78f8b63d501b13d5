"""What a web or jobs process that is started by itself must find in the database; `up` has prepared it for its own."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from sigmasight_ui.cli.doctor import examine_database, joined
from sigmasight_ui.cli.installation import CannotStart
from sigmasight_ui.core.config import Settings
from sigmasight_ui.core.errors import AppError


def validate_startup(settings: Settings, say: Callable[[str], None]) -> None:
    """Production does not start without schema and reference data; elsewhere it is said."""
    if settings.skip_startup_validation:
        say("Start-up validation is skipped (SKIP_STARTUP_VALIDATION).")
        return
    missing = _missing(settings)
    if missing and settings.is_production:
        raise CannotStart(f"Not started: {missing} SKIP_STARTUP_VALIDATION=true starts all the same.")
    if missing:
        say(f"Started although {missing}")


def _missing(settings: Settings) -> str:
    try:
        with joined(settings) as (services, database):
            found = [finding for finding in examine_database(services, database) if not finding.ok]
    except (AppError, SQLAlchemyError, psycopg.Error) as error:
        return f"the database cannot be reached: {str(error).strip()}."
    return " ".join(f"{finding.what} is missing or not up to date: {finding.advice}." for finding in found)
