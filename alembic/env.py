"""Runs migrations as app_owner, then puts functions, grants and policies in force, all in one transaction."""

from pathlib import Path

from alembic import context
from sqlalchemy import Connection, create_engine, text

from sigmasight_ui.core.row_security import statements
from sigmasight_ui.services import registry

HERE = Path(__file__).parent


def apply_rules(connection: Connection) -> None:
    """Functions first (policies call them), then each table's grants and policies."""
    connection.connection.cursor().execute((HERE / "functions.sql").read_text(encoding="utf-8"))
    for table, rules in registry.TABLES.items():
        for statement in statements(table, rules):
            connection.exec_driver_sql(statement)
    for role in ("app_user", "app_worker", "app_definer"):
        connection.exec_driver_sql(f"grant usage on all sequences in schema public to {role}")
    connection.exec_driver_sql("grant select on alembic_version to app_user")  # readiness compares it with the code


def run(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_xact_lock(hashtext('sigmasight.migrate'))"))
    context.configure(connection=connection, target_metadata=registry.METADATA, compare_type=True)
    context.run_migrations()
    if context.config.attributes.get("apply_rules", True):
        apply_rules(connection)


url = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True)["url"]
engine = create_engine(url)
with engine.begin() as connection:
    run(connection)
engine.dispose()
