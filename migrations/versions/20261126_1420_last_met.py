"""When a contact was last met; how far what is sensitive about a relation reaches; what an erasure struck, as hashes."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1420"
down_revision = "20261126_1340"
branch_labels = None
depends_on = None

PRESENT = sa.text("merged_into_id IS NULL")

contact = sa.table("contact", sa.column("id", sa.String), sa.column("last_met_on", sa.Date))
interaction = sa.table(
    "interaction", sa.column("id", sa.String), sa.column("on", sa.Date), sa.column("planned", sa.Boolean)
)
met = sa.table("interaction_contact", sa.column("interaction_id", sa.String), sa.column("contact_id", sa.String))


def upgrade() -> None:
    """Forward."""
    op.add_column("contact", sa.Column("last_met_on", sa.Date(), nullable=True))
    latest = (
        sa.select(sa.func.max(interaction.c.on))
        .select_from(interaction.join(met, met.c.interaction_id == interaction.c.id))
        .where(met.c.contact_id == contact.c.id, interaction.c.planned.is_(sa.false()))
        .scalar_subquery()
    )
    op.execute(sa.update(contact).values(last_met_on=latest))
    op.drop_index("ix_contact_name", table_name="contact")
    _index("ix_contact_name", ["name", "id", "last_met_on", "organisation_id", "merged_into_id"])
    with op.batch_alter_table("keeping") as batch:
        batch.add_column(
            sa.Column("sensitive_reach", sa.String(length=10), server_default="position", nullable=False)
        )
        batch.create_check_constraint(
            op.f("ck_keeping_sensitive_reach"), "sensitive_reach IN ('position','head','post')"
        )


    op.add_column("erasure", sa.Column("how", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Back: what a position shared with its head or its post is its own again."""
    op.drop_column("erasure", "how")
    with op.batch_alter_table("keeping") as batch:
        batch.drop_constraint(op.f("ck_keeping_sensitive_reach"), type_="check")
        batch.drop_column("sensitive_reach")
    op.drop_index("ix_contact_name", table_name="contact")
    _index("ix_contact_name", ["name", "id"])
    op.drop_column("contact", "last_met_on")


def _index(name: str, columns: list[str]) -> None:
    op.create_index(name, "contact", columns, sqlite_where=PRESENT, postgresql_where=PRESENT)
