"""Absences, merged records, watching, mail and jobs."""

import sqlalchemy as sa
from alembic import op


revision = '20261126_0930'
down_revision = '20261126_0915'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table('alias',
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('word', sa.String(length=220), nullable=False),
    sa.Column('record_id', sa.String(length=12), nullable=False),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('post','position','posting')", name=op.f('ck_alias_kind')),
    sa.PrimaryKeyConstraint('kind', 'word', name=op.f('pk_alias'))
    )
    with op.batch_alter_table('alias', schema=None) as batch_op:
        batch_op.create_index('ix_alias_record_id', ['record_id'], unique=False)

    op.create_table('job_run',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('leased_by', sa.String(length=12), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(length=10), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job_run'))
    )
    op.create_table('outgoing',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('account_id', sa.String(length=12), nullable=False),
    sa.Column('record_id', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.CheckConstraint("state IN ('waiting','sending','sent','dropped','failed','unknown')", name=op.f('ck_outgoing_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing'))
    )
    with op.batch_alter_table('outgoing', schema=None) as batch_op:
        batch_op.create_index('ix_outgoing_account_id_kind_record_id', ['account_id', 'kind', 'record_id'], unique=False)
        batch_op.create_index('ix_outgoing_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('absence',
    sa.Column('position_id', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.Column('stand_in_id', sa.String(length=12), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_absence_ends_after_start')),
    sa.CheckConstraint('person_id <> stand_in_id', name=op.f('ck_absence_somebody_else')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_absence_person_id')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_absence_position_id')),
    sa.ForeignKeyConstraint(['stand_in_id'], ['person.id'], name=op.f('fk_absence_stand_in_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence'))
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index('ix_absence_position_id_ends_on', ['position_id', 'ends_on'], unique=False)
        batch_op.create_index('ix_absence_stand_in_id_ends_on', ['stand_in_id', 'ends_on'], unique=False)

    op.create_table('watch',
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.Column('dossier_id', sa.String(length=12), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_version', sa.Integer(), nullable=False),
    sa.Column('seen_closed', sa.Boolean(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_version', sa.Integer(), nullable=False),
    sa.Column('told_closed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_watch_dossier_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_watch_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'dossier_id', name=op.f('pk_watch'))
    )
    with op.batch_alter_table('watch', schema=None) as batch_op:
        batch_op.create_index('ix_watch_dossier_id', ['dossier_id'], unique=False)

    # Not in a batch: that would copy the table, which others refer to.
    op.add_column('account', sa.Column('mail', sa.String(length=10), nullable=False, server_default='daily'))



def downgrade() -> None:
    """Back."""
    op.drop_column('account', 'mail')

    with op.batch_alter_table('watch', schema=None) as batch_op:
        batch_op.drop_index('ix_watch_dossier_id')

    op.drop_table('watch')
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.drop_index('ix_absence_stand_in_id_ends_on')
        batch_op.drop_index('ix_absence_position_id_ends_on')

    op.drop_table('absence')
    with op.batch_alter_table('outgoing', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_state_due_at')
        batch_op.drop_index('ix_outgoing_account_id_kind_record_id')

    op.drop_table('outgoing')
    op.drop_table('job_run')
    with op.batch_alter_table('alias', schema=None) as batch_op:
        batch_op.drop_index('ix_alias_record_id')

    op.drop_table('alias')
