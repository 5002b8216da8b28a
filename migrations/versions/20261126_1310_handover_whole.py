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
    op.create_table(
        "heir",
        sa.Column("handover_id", sa.String(length=12), nullable=False),
        sa.Column("position_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_heir_handover_id")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_heir_position_id")),
        sa.PrimaryKeyConstraint("handover_id", "position_id", name=op.f("pk_heir")),
    )
    op.create_index("ix_heir_position_id", "heir", ["position_id"], unique=False)
    op.create_table(
        "reminded",
        sa.Column("posting_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminded_person_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_reminded_posting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminded")),
        sa.UniqueConstraint(
            "posting_id", "person_id", "kind", "on", name=op.f("uq_reminded_posting_id_person_id_kind_on")
        ),
    )
    op.create_index("ix_reminded_person_id", "reminded", ["person_id"], unique=False)
    op.create_table(
        "struck",
        sa.Column("handover_id", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.Column("old_hash", sa.String(length=64), nullable=False),
        sa.Column("new_hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_struck_handover_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_struck")),
    )
    op.create_index("ix_struck_handover_id", "struck", ["handover_id"], unique=False)


def downgrade() -> None:
    """Back: the tables go, and with them what was said in lessons."""
    op.drop_table("struck")
    op.drop_table("reminded")
    op.drop_table("heir")
    for name in LESSONS:
        op.drop_column("handover", name)
