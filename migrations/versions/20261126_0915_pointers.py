"""Pointers to documents above the ceiling."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_0915"
down_revision = "20261123_0900"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "dossier_pointer",
        sa.Column("dossier_id", sa.String(length=12), nullable=False),
        sa.Column("marking", sa.String(length=10), nullable=False),
        sa.Column("system", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("position_id", sa.String(length=12), nullable=False),
        sa.Column("noted_by_id", sa.String(length=12), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "marking IN ('stg_c','stg_g','stg_zg','nato_c','nato_s','nato_cts','eu_c','eu_s','eu_ts','other')",
            name=op.f("ck_dossier_pointer_marking"),
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_dossier_pointer_dossier_id"),
        sa.ForeignKeyConstraint(["noted_by_id"], ["person.id"], name="fk_dossier_pointer_noted_by_id"),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_dossier_pointer_position_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_pointer")),
    )
    op.create_index("ix_dossier_pointer_dossier_id", "dossier_pointer", ["dossier_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("dossier_pointer")
