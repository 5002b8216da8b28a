"""Indexes that hold all that the lists of contacts to look at ask."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1470"
down_revision = "20261126_1440"
branch_labels = None
depends_on = None

PRESENT = sa.text("merged_into_id IS NULL")


DOUBLES = {"ix_contact_email": ["email", "id"], "ix_contact_name_key": ["name_key", "kind", "organisation_id", "id"]}


def upgrade() -> None:
    """Forward."""
    _index("ix_contact_review", ["retain_until", "name", "id", "kind", "merged_into_id"])
    for name, columns in DOUBLES.items():
        op.drop_index(name, table_name="contact")
        _index(name, [*columns, "merged_into_id"])


def downgrade() -> None:
    """Back: the lists look at every contact again."""
    op.drop_index("ix_contact_review", table_name="contact")
    for name, columns in DOUBLES.items():
        op.drop_index(name, table_name="contact")
        _index(name, columns)


def _index(name: str, columns: list[str]) -> None:
    op.create_index(name, "contact", columns, sqlite_where=PRESENT, postgresql_where=PRESENT)
