"""Rounds get a version: two people may rename one at once."""

import sqlalchemy as sa
from alembic import op


revision = "20261126_1430"
down_revision = "20261126_1420"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: a round that is there is in its first version."""
    op.add_column("transfer_round", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")))


def downgrade() -> None:
    """Back: how often a round was changed is lost."""
    op.drop_column("transfer_round", "version")
