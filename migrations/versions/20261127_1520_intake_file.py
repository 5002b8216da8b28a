"""Tables that HR and administrators bring in on a page, between trial and deed; an index on pairs of words."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1520"
down_revision = "20261127_1490"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "intake_file",
        sa.Column("person_id", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_intake_file_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_file")),
    )
    op.create_index("ix_intake_file_person_id", "intake_file", ["person_id"])
    columns = ["target_term", "state", "sure", "word", "target_word"]
    op.create_index("ix_vocabulary_pair_target_term", "vocabulary_pair", columns)


def downgrade() -> None:
    """Back: files that wait are lost, and whoever put them there has them still."""
    op.drop_index("ix_vocabulary_pair_target_term", table_name="vocabulary_pair")
    op.drop_table("intake_file")
