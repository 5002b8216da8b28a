"""What people searched lately, and the searches that they watch."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1200"
down_revision = "20261126_1050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "recent_search",
        sa.Column("person_id", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recent_search_person_id")),
        sa.PrimaryKeyConstraint("person_id", "text", name=op.f("pk_recent_search")),
    )
    op.create_table(
        "watched_search",
        sa.Column("person_id", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("fresh", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_watched_search_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_search")),
    )
    op.create_index("ix_watched_search_person_id", "watched_search", ["person_id"], unique=False)


def downgrade() -> None:
    """Back: what was watched and searched is forgotten."""
    op.drop_table("watched_search")
    op.drop_table("recent_search")
