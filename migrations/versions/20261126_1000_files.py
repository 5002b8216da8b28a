"""Files at records, and the contents that they name."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1000"
down_revision = "20261126_0930"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "file_content",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('pending','read','none','part')", name=op.f("ck_file_content_state")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_content")),
    )
    op.create_index("ix_file_content_state", "file_content", ["state"])
    op.create_table(
        "file",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("owner_kind", sa.String(20), nullable=False),
        sa.Column("owner_id", sa.String(12), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(5), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("refused", sa.String(20), nullable=False),
        sa.Column("added_by_id", sa.String(12), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(sha256 IS NULL) = (refused <> '')", name=op.f("ck_file_content_or_reason")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_file_added_by_id")),
        sa.ForeignKeyConstraint(["sha256"], ["file_content.sha256"], name=op.f("fk_file_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    )
    op.create_index("ix_file_owner_kind_owner_id", "file", ["owner_kind", "owner_id"])
    op.create_index(op.f("ix_file_sha256"), "file", ["sha256"])
    op.create_index(op.f("ix_file_added_by_id"), "file", ["added_by_id"])


def downgrade() -> None:
    """Back: the rows go, the store keeps the bytes until `expertise files sweep`."""
    op.drop_table("file")
    op.drop_table("file_content")
