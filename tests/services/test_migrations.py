"""What is migrated to is what the models describe: columns, keys, indexes, and what a deletion takes along."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from sigmasight_ui.services.registry import METADATA


def test_models_and_migrations_say_the_same(migrated):
    engine = create_engine(migrated.url("app_owner"))
    with engine.connect() as connection:
        # Types are left out: the models say only that a text is one.
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()
