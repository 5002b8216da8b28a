"""Pilots of domain steering, and what records said before they were corrected."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1110"
down_revision = "20261126_1100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "replaced",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_replaced")),
    )
    with op.batch_alter_table("replaced", schema=None) as batch_op:
        batch_op.create_index("ix_replaced_kind", ["kind"], unique=False)

    op.create_table(
        "pilot",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("domain_id", sa.String(length=12), nullable=False),
        sa.Column("domain_definition", sa.Text(), nullable=False),
        sa.Column("inclusion_rule", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("entry_until", sa.Date(), nullable=False),
        sa.Column("indicator", sa.String(length=30), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("comparison", sa.String(length=10), nullable=False),
        sa.Column("comparison_domain_id", sa.String(length=12), nullable=True),
        sa.Column("comparison_rule", sa.Text(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("planned_comparison", sa.Integer(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fixed_by_id", sa.String(length=12), nullable=True),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("comparison IN ('entered','named')", name=op.f("ck_pilot_comparison")),
        sa.CheckConstraint("direction IN ('higher','lower')", name=op.f("ck_pilot_direction")),
        sa.CheckConstraint("entry_until >= starts_on", name=op.f("ck_pilot_entry_after_start")),
        sa.CheckConstraint("judged_on > starts_on", name=op.f("ck_pilot_judged_after_start")),
        sa.CheckConstraint("months BETWEEN 3 AND 120", name=op.f("ck_pilot_months")),
        sa.CheckConstraint("threshold BETWEEN 1 AND 100", name=op.f("ck_pilot_threshold")),
        sa.ForeignKeyConstraint(["comparison_domain_id"], ["domain.id"], name=op.f("fk_pilot_comparison_domain_id")),
        sa.ForeignKeyConstraint(["domain_id"], ["domain.id"], name=op.f("fk_pilot_domain_id")),
        sa.ForeignKeyConstraint(["fixed_by_id"], ["person.id"], name=op.f("fk_pilot_fixed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot")),
        sa.UniqueConstraint("slug", name=op.f("uq_pilot_slug")),
    )
    with op.batch_alter_table("pilot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pilot_comparison_domain_id"), ["comparison_domain_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pilot_domain_id"), ["domain_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pilot_fixed_by_id"), ["fixed_by_id"], unique=False)

    op.create_table(
        "amendment",
        sa.Column("pilot_id", sa.String(length=12), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(length=12), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_amendment_person_id")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_amendment_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_amendment_pilot_id_at", ["pilot_id", "at"], unique=False)

    op.create_table(
        "decision",
        sa.Column("pilot_id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("formalised", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('formalise','extend','adjust','stop')", name=op.f("ck_decision_kind")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_decision_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_pilot_id"), ["pilot_id"], unique=False)

    op.create_table(
        "evaluation",
        sa.Column("pilot_id", sa.String(length=12), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("advised", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_evaluation_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_pilot_id"), ["pilot_id"], unique=False)

    op.create_table(
        "measure",
        sa.Column("pilot_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("baseline", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_measure_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("pilot_id", "name", name=op.f("uq_measure_pilot_id_name")),
    )
    op.create_table(
        "milestone",
        sa.Column("pilot_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_milestone_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestone_pilot_id"), ["pilot_id"], unique=False)

    op.create_table(
        "participant",
        sa.Column("pilot_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("mentor", sa.String(length=200), nullable=False),
        sa.Column("training", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('takes_part','compared','refused')", name=op.f("ck_participant_role")),
        sa.CheckConstraint(
            "left_on IS NULL OR joined_on IS NULL OR left_on >= joined_on",
            name=op.f("ck_participant_left_after_joined"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participant_person_id")),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_participant_pilot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("pilot_id", "person_id", name=op.f("uq_participant_pilot_id_person_id")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "pilot_step",
        sa.Column("pilot_id", sa.String(length=12), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("assumption", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('inputs','activities','outputs','outcomes','goal')", name=op.f("ck_pilot_step_step")
        ),
        sa.ForeignKeyConstraint(["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_step_pilot_id")),
        sa.PrimaryKeyConstraint("pilot_id", "step", name=op.f("pk_pilot_step")),
    )
    op.create_table(
        "measurement",
        sa.Column("measure_id", sa.String(length=12), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_measurement_measure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
    )
    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measurement_measure_id"), ["measure_id"], unique=False)

    with op.batch_alter_table("position_domain", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("stewardship", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back."""

    with op.batch_alter_table("stewardship", schema=None) as batch_op:
        batch_op.drop_column("created_at")

    with op.batch_alter_table("position_domain", schema=None) as batch_op:
        batch_op.drop_column("created_at")

    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measurement_measure_id"))

    op.drop_table("measurement")
    op.drop_table("pilot_step")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_person_id"))

    op.drop_table("participant")
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestone_pilot_id"))

    op.drop_table("milestone")
    op.drop_table("measure")
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_pilot_id"))

    op.drop_table("evaluation")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_pilot_id"))

    op.drop_table("decision")
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.drop_index("ix_amendment_pilot_id_at")
        batch_op.drop_index(batch_op.f("ix_amendment_person_id"))

    op.drop_table("amendment")
    with op.batch_alter_table("pilot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pilot_fixed_by_id"))
        batch_op.drop_index(batch_op.f("ix_pilot_domain_id"))
        batch_op.drop_index(batch_op.f("ix_pilot_comparison_domain_id"))

    op.drop_table("pilot")
    with op.batch_alter_table("replaced", schema=None) as batch_op:
        batch_op.drop_index("ix_replaced_kind")

    op.drop_table("replaced")
