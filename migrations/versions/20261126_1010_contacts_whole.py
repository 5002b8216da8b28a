"""Contacts: job history, plans and follow-ups, several contacts at once, merging, privacy, and words to look up by."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "20261126_1010"
down_revision = "20261126_1000"
branch_labels = None
depends_on = None

ID = sa.String(length=12)
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql")
LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
BATCH = 1000


def plain(text: str) -> str:
    """As expertise/contacts/names.py did on the day of this migration."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return (" ".join(re.findall(r"\w+", bare.translate(LETTERS))) or text.casefold().strip())[:200]


def upgrade() -> None:
    """Forward."""
    _widen_contact()
    _widen_interaction()
    op.add_column("keeping", sa.Column("how_to_reach", sa.String(length=300), nullable=False, server_default=""))
    op.add_column("handover_relation", sa.Column("done_on", sa.Date(), nullable=True))
    op.create_table(
        "contact_word",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_contact_word_contact_id"),
        sa.PrimaryKeyConstraint("contact_id", "word", name="pk_contact_word"),
    )
    op.create_table(
        "contact_assistant",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("assistant_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_contact_assistant_contact_id"),
        sa.ForeignKeyConstraint(["assistant_id"], ["contact.id"], name="fk_contact_assistant_assistant_id"),
        sa.PrimaryKeyConstraint("contact_id", "assistant_id", name="pk_contact_assistant"),
    )
    op.create_index("ix_contact_assistant_assistant_id", "contact_assistant", ["assistant_id"])
    op.create_table(
        "contact_role",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("starts_precision", sa.String(length=5), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ends_precision", sa.String(length=5), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name=op.f("ck_contact_role_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_contact_role_contact_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["contact.id"], name="fk_contact_role_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_role"),
    )
    op.create_index("ix_contact_role_contact_id", "contact_role", ["contact_id"])
    op.create_index("ix_contact_role_organisation_id", "contact_role", ["organisation_id"])
    op.create_table(
        "contact_merge",
        sa.Column("id", ID, nullable=False),
        sa.Column("kept_id", ID, nullable=False),
        sa.Column("merged_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["contact.id"], name="fk_contact_merge_kept_id"),
        sa.ForeignKeyConstraint(["merged_id"], ["contact.id"], name="fk_contact_merge_merged_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_contact_merge_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_merge"),
    )
    for column in ("kept_id", "merged_id", "person_id"):
        op.create_index(f"ix_contact_merge_{column}", "contact_merge", [column])
    op.create_table(
        "contact_upload",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("position_id", ID, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_contact_upload_person_id"),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_contact_upload_position_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_upload"),
    )
    op.create_index("ix_contact_upload_person_id", "contact_upload", ["person_id"])
    op.create_index("ix_contact_upload_position_id", "contact_upload", ["position_id"])
    _fill_words()
    op.create_index("ix_contact_word_word_contact_id", "contact_word", ["word", "contact_id"])


def _widen_contact() -> None:
    texts = (("name_key", 200), ("purpose", 200), ("source", 200), ("objection", 500))
    for name, length in texts:
        op.add_column("contact", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.add_column("contact", sa.Column("objected_on", sa.Date(), nullable=True))
    op.add_column("contact", sa.Column("merged_into_id", ID, nullable=True))
    for column in ("name_key", "retain_until", "merged_into_id"):
        op.create_index(f"ix_contact_{column}", "contact", [column])


def _widen_interaction() -> None:
    op.create_table(
        "interaction_contact",
        sa.Column("interaction_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_interaction_contact_contact_id"),
        sa.PrimaryKeyConstraint("interaction_id", "contact_id", name="pk_interaction_contact"),
    )
    op.execute(
        "INSERT INTO interaction_contact (interaction_id, contact_id) SELECT id, contact_id FROM interaction"
    )
    with op.batch_alter_table("interaction") as batch:
        batch.drop_index("ix_interaction_contact_id_on")
        batch.drop_column("contact_id")
        batch.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="meeting"))
        batch.add_column(sa.Column("planned", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("follow_up", sa.String(length=300), nullable=False, server_default=""))
        batch.add_column(sa.Column("follow_up_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("follow_up_done_on", sa.Date(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_interaction_kind"), "kind IN ('meeting','call','mail','event','visit','other')"
        )
        batch.create_index("ix_interaction_planned_on", ["planned", "on"])
        batch.create_index("ix_interaction_follow_up_on", ["follow_up_on"])
        batch.create_index("ix_interaction_position_id", ["position_id"])
    # Only now: SQLite replaced the table that it points to.
    with op.batch_alter_table("interaction_contact") as batch:
        batch.create_foreign_key(
            "fk_interaction_contact_interaction_id", "interaction", ["interaction_id"], ["id"]
        )
        batch.create_index("ix_interaction_contact_contact_id", ["contact_id"])


def _fill_words() -> None:
    contact = sa.table("contact", *map(sa.column, ("id", "name", "role", "email", "name_key")))
    word = sa.table("contact_word", sa.column("contact_id"), sa.column("word"))
    rows = op.get_bind().execute(sa.select(contact.c.id, contact.c.name, contact.c.role, contact.c.email)).all()
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        named = [{"b_id": one.id, "b_key": plain(one.name)} for one in part]
        change = sa.update(contact).where(contact.c.id == sa.bindparam("b_id"))
        op.get_bind().execute(change.values(name_key=sa.bindparam("b_key")), named)
        texts = {one.id: plain(f"{one.name} {one.role} {one.email}") for one in part}
        words = [
            {"contact_id": contact_id, "word": one}
            for contact_id, text in texts.items()
            for one in sorted({found[:60] for found in text.split()})
        ]
        if words:
            op.get_bind().execute(sa.insert(word), words)


def downgrade() -> None:
    """Back. Of a meeting with several contacts the first one is kept; plans are no meetings and go."""
    for table in ("contact_word", "contact_assistant", "contact_role", "contact_merge", "contact_upload"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM interaction_contact WHERE interaction_id IN (SELECT id FROM interaction WHERE planned = true)"
    )
    with op.batch_alter_table("interaction_contact") as batch:
        batch.drop_constraint("fk_interaction_contact_interaction_id", type_="foreignkey")
    with op.batch_alter_table("interaction") as batch:
        for name in ("planned_on", "follow_up_on", "position_id"):
            batch.drop_index(f"ix_interaction_{name}")
        batch.drop_constraint(op.f("ck_interaction_kind"), type_="check")
        batch.add_column(sa.Column("contact_id", ID, nullable=True))
    op.execute(
        "UPDATE interaction SET contact_id = (SELECT min(contact_id) FROM interaction_contact"
        " WHERE interaction_id = interaction.id)"
    )
    op.execute("DELETE FROM interaction WHERE contact_id IS NULL")
    op.drop_table("interaction_contact")
    with op.batch_alter_table("interaction") as batch:
        for name in ("kind", "planned", "follow_up", "follow_up_on", "follow_up_done_on"):
            batch.drop_column(name)
        batch.alter_column("contact_id", existing_type=ID, nullable=False)
        batch.create_foreign_key("fk_interaction_contact_id", "contact", ["contact_id"], ["id"])
        batch.create_index("ix_interaction_contact_id_on", ["contact_id", "on"])
    op.drop_column("keeping", "how_to_reach")
    op.drop_column("handover_relation", "done_on")
    for column in ("name_key", "retain_until", "merged_into_id"):
        op.drop_index(f"ix_contact_{column}", "contact")
    for column in ("name_key", "purpose", "source", "objection", "objected_on", "merged_into_id"):
        op.drop_column("contact", column)
