"""Grades: the salary scale of a position, by which promotion is told."""

import sqlalchemy as sa
from alembic import op


revision = "20261126_1340"
down_revision = "20261126_1330"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column('position', sa.Column('grade', sa.Integer(), nullable=True))


def downgrade() -> None:
    """Back: the grades are lost, and so is what they were before."""
    op.execute(sa.delete(sa.table('replaced', sa.column('kind'))).where(sa.column('kind') == 'position'))
    op.drop_column("position", "grade")
