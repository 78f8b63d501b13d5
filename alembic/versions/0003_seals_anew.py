"""seals anew: those made so far name the fields of an event in an order of the process that made them, so that no other
process finds that they fit; the next one covers everything again, from the first event on"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("truncate audit_seals")


def downgrade() -> None:
    """Seals of the other kind are nothing to come back to."""
