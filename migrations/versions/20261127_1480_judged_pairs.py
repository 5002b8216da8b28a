"""A pair of words is accepted or rejected, by whom and when, and shows a piece of the texts that it comes from."""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1480"
down_revision = "20261126_1470"
branch_labels = None
depends_on = None

PAIRS = sa.table("vocabulary_pair", *map(sa.column, ("state", "before", "accepted_at", "judged_at")))
INDEXES = {
    "ix_vocabulary_pair_state": ["state", "sure", "word", "target_word"],
    "ix_vocabulary_pair_languages": ["state", "language", "target_language", "sure", "word", "target_word"],
    "ix_vocabulary_pair_judged_at": ["state", "judged_at"],
    "ix_vocabulary_pair_judged_by_id": ["judged_by_id"],
}
NEW = {
    "together": (sa.Integer(), "0"),
    "example": (sa.String(160), "''"),
    "target_example": (sa.String(160), "''"),
    "state": (sa.String(8), "'waiting'"),
    "before": (sa.String(8), "'waiting'"),
}


def upgrade() -> None:
    """Forward: what was in use is accepted, the rest waits."""
    for name, (kind, start) in NEW.items():
        op.add_column("vocabulary_pair", sa.Column(name, kind, nullable=False, server_default=sa.text(start)))
    op.add_column("vocabulary_pair", sa.Column("judged_at", sa.DateTime(timezone=True)))
    used = PAIRS.c.accepted_at.is_not(None)
    op.execute(PAIRS.update().where(used).values(state="accepted", judged_at=PAIRS.c.accepted_at))
    op.drop_index("ix_vocabulary_pair_accepted_at", table_name="vocabulary_pair")
    with op.batch_alter_table("vocabulary_pair") as batch:
        batch.add_column(sa.Column("judged_by_id", sa.String(12)))
        batch.drop_column("accepted_at")
        batch.create_foreign_key(op.f("fk_vocabulary_pair_judged_by_id"), "person", ["judged_by_id"], ["id"])
        batch.create_check_constraint(op.f("ck_vocabulary_pair_state"), "state IN ('waiting','accepted','rejected')")
    for name, columns in INDEXES.items():
        op.create_index(name, "vocabulary_pair", columns)


def downgrade() -> None:
    """Back: a rejected pair is dropped, as rejecting did before."""
    for name in INDEXES:
        op.drop_index(name, table_name="vocabulary_pair")
    op.execute(PAIRS.delete().where(PAIRS.c.state == "rejected"))
    op.add_column("vocabulary_pair", sa.Column("accepted_at", sa.DateTime(timezone=True)))
    op.execute(PAIRS.update().where(PAIRS.c.state == "accepted").values(accepted_at=PAIRS.c.judged_at))
    with op.batch_alter_table("vocabulary_pair") as batch:
        batch.drop_constraint(op.f("ck_vocabulary_pair_state"), type_="check")
        batch.drop_constraint(op.f("fk_vocabulary_pair_judged_by_id"), type_="foreignkey")
        for name in (*NEW, "judged_at", "judged_by_id"):
            batch.drop_column(name)
    op.create_index("ix_vocabulary_pair_accepted_at", "vocabulary_pair", ["accepted_at"])
