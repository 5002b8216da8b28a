"""The note out and in: remarks, scores, files brought in, and the address of a calendar."""

import sqlalchemy as sa
from alembic import op


revision = '20261126_1030'
down_revision = "20261126_1010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column('handover', sa.Column('scored_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('remark',
    sa.Column('handover_id', sa.String(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.String(length=12), nullable=True),
    sa.Column('person_id', sa.String(length=12), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_remark_dossier_id')),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_remark_handover_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_remark_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remark'))
    )
    op.create_index('ix_remark_handover_id_at', 'remark', ['handover_id', 'at'], unique=False)
    op.create_index(op.f('ix_remark_dossier_id'), 'remark', ['dossier_id'], unique=False)
    op.create_index(op.f('ix_remark_person_id'), 'remark', ['person_id'], unique=False)
    op.create_table('scoring',
    sa.Column('handover_id', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('missed', sa.Text(), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_scoring_handover_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_scoring_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scoring')),
    sa.UniqueConstraint('handover_id', 'person_id', name=op.f('uq_scoring_handover_id_person_id'))
    )
    op.create_index(op.f('ix_scoring_person_id'), 'scoring', ['person_id'], unique=False)
    op.create_table('score',
    sa.Column('scoring_id', sa.String(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.CheckConstraint('score BETWEEN 1 AND 5', name=op.f('ck_score_score')),
    sa.ForeignKeyConstraint(['scoring_id'], ['scoring.id'], name=op.f('fk_score_scoring_id')),
    sa.PrimaryKeyConstraint('scoring_id', 'number', name=op.f('pk_score'))
    )
    op.create_table('brought_in',
    sa.Column('handover_id', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.String(length=12), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_brought_in_handover_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_brought_in_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brought_in')),
    sa.UniqueConstraint('handover_id', 'sha256', name=op.f('uq_brought_in_handover_id_sha256'))
    )
    op.create_index(op.f('ix_brought_in_person_id'), 'brought_in', ['person_id'], unique=False)
    op.create_table('piece',
    sa.Column('brought_in_id', sa.String(length=12), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('proposed', sa.String(length=60), nullable=False),
    sa.Column('target', sa.String(length=60), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.CheckConstraint("state IN ('waits','placed','dropped')", name=op.f('ck_piece_state')),
    sa.ForeignKeyConstraint(['brought_in_id'], ['brought_in.id'], name=op.f('fk_piece_brought_in_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_piece')),
    sa.UniqueConstraint('brought_in_id', 'place', name=op.f('uq_piece_brought_in_id_place'))
    )
    op.create_table('calendar_key',
    sa.Column('account_id', sa.String(length=12), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_calendar_key_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_key')),
    sa.UniqueConstraint('account_id', name=op.f('uq_calendar_key_account_id')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_calendar_key_key_hash'))
    )


def downgrade() -> None:
    """Back: what stands beside the notes is lost, the notes stay."""
    op.drop_table('calendar_key')
    op.drop_table('piece')
    op.drop_table('brought_in')
    op.drop_table('score')
    op.drop_table('scoring')
    op.drop_table('remark')
    # Not as a batch, which would copy the table: other tables point at it.
    op.drop_column('handover', 'scored_at')
