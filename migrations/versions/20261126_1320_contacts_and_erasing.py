"""Indexes by which a hundred thousand contacts are listed; and what was erased, until no byte of it is left."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1320"
down_revision = "20261126_1310"
branch_labels = None
depends_on = None

PRESENT = sa.text("merged_into_id IS NULL")
MERGED = sa.text("merged_into_id IS NOT NULL")
BEFORE = {
    "contact": {
        "ix_contact_name": ["name"],
        "ix_contact_email": ["email"],
        "ix_contact_name_key": ["name_key"],
        "ix_contact_merged_into_id": ["merged_into_id"],
    },
    "keeping": {
        "ix_keeping_position_id_until": ["position_id", "until"],
        "ix_keeping_contact_id": ["contact_id"],
    },
    "interaction": {"ix_interaction_planned_on": ["planned", "on"]},
}
AFTER = {
    "contact": {
        "ix_contact_name": ["name", "id"],
        "ix_contact_email": ["email", "id"],
        "ix_contact_name_key": ["name_key", "kind", "organisation_id", "id"],
        "ix_contact_merged_into_id": ["merged_into_id"],
    },
    "keeping": {
        "ix_keeping_position_id_until": ["position_id", "until", "tier", "contact_id"],
        "ix_keeping_contact_id": ["contact_id", "until", "tier", "position_id"],
    },
    "interaction": {"ix_interaction_planned_on": ["on"]},
}


def upgrade() -> None:
    """Forward."""
    _drop(BEFORE)
    planned = sa.text("planned IS 1") if op.get_bind().dialect.name == "sqlite" else sa.text("planned IS true")
    where = dict.fromkeys(AFTER["contact"], PRESENT)
    where |= {"ix_contact_merged_into_id": MERGED, "ix_interaction_planned_on": planned}
    for table, indexes in AFTER.items():
        for name, columns in indexes.items():
            only = {"sqlite_where": where[name], "postgresql_where": where[name]} if name in where else {}
            op.create_index(name, table, columns, **only)
    op.create_table(
        "erasure",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("record_id", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_erasure")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("erasure")
    _drop(AFTER)
    for table, indexes in BEFORE.items():
        for name, columns in indexes.items():
            op.create_index(name, table, columns)


def _drop(indexes: dict[str, dict[str, list[str]]]) -> None:
    for table, named in indexes.items():
        for name in named:
            op.drop_index(name, table_name=table)
