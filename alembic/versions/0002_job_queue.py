"""job queue: procrastinate's own schema, in the schema `jobs`, for the worker role only"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    cursor = op.get_bind().connection.cursor()
    cursor.execute("create schema jobs")
    cursor.execute("set local search_path = jobs, pg_catalog")
    cursor.execute(SchemaManager.get_schema())
    cursor.execute("set local search_path = public, pg_catalog")
    cursor.execute("grant usage on schema jobs to app_worker")
    cursor.execute("grant select, insert, update, delete on all tables in schema jobs to app_worker")
    cursor.execute("grant usage on all sequences in schema jobs to app_worker")
    cursor.execute("revoke all on all functions in schema jobs from public")
    cursor.execute("grant execute on all functions in schema jobs to app_worker")


def downgrade() -> None:
    op.execute("drop schema jobs cascade")
