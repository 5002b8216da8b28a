"""Forms that were accepted, so that one that is sent twice does its work once."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1600"
down_revision = "20261127_1520"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "sent_form",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("led_to", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_sent_form")),
    )


def downgrade() -> None:
    """Back: a form sent again on that day does its work again."""
    op.drop_table("sent_form")
