from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from sigmasight_ui.core import migrations


def test_head_is_the_revision_that_alembic_upgrades_to():
    assert migrations.head() == ScriptDirectory.from_config(Config(migrations.ROOT / "alembic.ini")).get_current_head()


def test_a_database_tells_its_revision(database):
    assert migrations.current(database.url("app_user")) == migrations.head()


def test_a_database_without_tables_has_none(database):
    engine = create_engine(database.url("app_owner"))
    with engine.connect() as connection:
        connection.exec_driver_sql("alter table alembic_version rename to another_name")
        assert migrations.revision(connection) is None
    engine.dispose()
