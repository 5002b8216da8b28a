"""An index in the order of what must be looked at among contacts."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1470"
down_revision = "20261126_1440"
branch_labels = None
depends_on = None

PRESENT = sa.text("merged_into_id IS NULL")


def upgrade() -> None:
    """Forward."""
    columns = ["retain_until", "name", "id", "kind"]
    op.create_index("ix_contact_review", "contact", columns, sqlite_where=PRESENT, postgresql_where=PRESENT)


def downgrade() -> None:
    """Back: the list sorts all of them again."""
    op.drop_index("ix_contact_review", table_name="contact")
