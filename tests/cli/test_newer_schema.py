"""Somebody who goes back to an older version is told so, and their database is left as it is."""

import pytest
from sqlalchemy import create_engine, text

from sigmasight_ui.cli import installation
from sigmasight_ui.cli.doctor import examine_database
from sigmasight_ui.cli.installation import CannotStart, prepare
from sigmasight_ui.core import migrations
from sigmasight_ui.core.database_access import DatabaseAccess


@pytest.fixture
def of_a_newer_version(database):
    engine = create_engine(database.url("app_owner"))
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    engine.dispose()
    return DatabaseAccess(database.urls(), lambda: None)


def test_an_older_version_does_not_start(settings, of_a_newer_version, monkeypatch):
    monkeypatch.setattr(installation, "open_database", lambda *_: of_a_newer_version)
    with pytest.raises(CannotStart, match="newer SigmaSight.*update this one"):
        prepare(settings, print)
    assert migrations.current(of_a_newer_version.owner_url) == "9999"


def test_the_doctor_does_not_send_to_migrate(services, of_a_newer_version):
    [schema] = examine_database(services, of_a_newer_version)
    assert not schema.ok
    assert schema.advice == migrations.NEWER
