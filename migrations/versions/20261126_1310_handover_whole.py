"""Handovers: lessons with readers of their own, reminders that went out, heirs, and what was struck from frozen notes."""

import sqlalchemy as sa
from alembic import op


revision = "20261126_1310"
down_revision = "20261126_1220"
branch_labels = None
depends_on = None

LESSONS = ("achievements", "obstacles", "to_headquarters", "to_domain")


def upgrade() -> None:
    """Forward."""
    for name in LESSONS:
        op.add_column("handover", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """Back."""
    for name in LESSONS:
        op.drop_column("handover", name)
