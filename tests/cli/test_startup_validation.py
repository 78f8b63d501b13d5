"""A process that is started by itself looks for what it needs before it serves anybody."""

from dataclasses import replace

import pytest

from sigmasight_ui.bootstrap import build_services, master_key
from sigmasight_ui.cli import startup_validation as module
from sigmasight_ui.cli.installation import CannotStart, seed_reference_data
from sigmasight_ui.cli.startup_validation import validate_startup
from sigmasight_ui.core.database_access import DatabaseAccess


@pytest.fixture
def said(settings, monkeypatch):
    """Validates over a database of the tests; what was said."""

    def validate(database, **changes):
        changed, lines = replace(settings, **changes), []
        access = DatabaseAccess(database.urls(), lambda: None)
        monkeypatch.setattr("sigmasight_ui.cli.doctor.open_database", lambda _settings, _key: access)
        validate_startup(changed, lines.append)
        return lines

    return validate


@pytest.fixture
def seeded(settings, database):
    services = build_services(settings, DatabaseAccess(database.urls(), lambda: None), key=master_key(settings))
    seed_reference_data(services)
    services.db.close()
    return database


def test_nothing_is_said_when_all_is_there(said, seeded):
    assert said(seeded, environment="production") == []


def test_missing_reference_data_is_said_and_stops_production(said, database):
    assert said(database) == [
        "Started although reference data is missing or not up to date: run python -m sigmasight_ui migrate."
    ]
    with pytest.raises(CannotStart, match="Not started: reference data .*migrate"):
        said(database, environment="production")


def test_a_database_without_schema_stops_production(said, fresh_database):
    with pytest.raises(CannotStart, match="Not started: schema .*migrate"):
        said(fresh_database(), environment="production")


def test_a_database_that_is_away_stops_production_and_shows_no_password(said, settings, monkeypatch):
    changes = {"environment": "production", "database_url": "postgresql://ada:hunter2@127.0.0.1:1/x"}
    with pytest.raises(CannotStart, match="cannot be reached") as refused:
        validate_startup(replace(settings, **changes), print)
    assert "hunter2" not in str(refused.value)


def test_validation_can_be_skipped(said, fresh_database, monkeypatch):
    monkeypatch.setattr(module, "joined", None)
    lines = said(fresh_database(), environment="production", skip_startup_validation=True)
    assert lines == ["Start-up validation is skipped (SKIP_STARTUP_VALIDATION)."]
