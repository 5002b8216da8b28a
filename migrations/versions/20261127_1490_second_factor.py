"""A second factor beside the password; when a session's owner last proved to be that; who it is at the organisation."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1490"
down_revision = "20261127_1480"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    # Not in batch: that makes the table anew, and others name it.
    op.add_column("account", sa.Column("second_sealed", sa.String(200), nullable=True))
    op.add_column("account", sa.Column("second_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("second_step", sa.Integer(), nullable=True))
    op.add_column("account", sa.Column("organisation_hash", sa.String(64), nullable=True))
    op.create_index("ix_account_organisation_hash", "account", ["organisation_hash"], unique=True)
    no = sa.Column("by_organisation", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("signed_in", no)
    op.add_column("signed_in", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.String(12), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("id", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index("ix_recovery_code_account_id", "recovery_code", ["account_id"])


def downgrade() -> None:
    """Back: a password alone is enough again."""
    op.drop_table("recovery_code")
    for name in ("proved_at", "by_organisation"):
        op.drop_column("signed_in", name)
    op.drop_index("ix_account_organisation_hash", table_name="account")
    for name in ("organisation_hash", "second_step", "second_since", "second_sealed"):
        op.drop_column("account", name)
