"""What is asked of a position's holder; transfer rounds with their proposals and moves."""

import sqlalchemy as sa
from alembic import op


revision = "20261126_1100"
down_revision = "20261126_1050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    # Added one by one: copying the table, as batch operations do, would break the keys that lead to it.
    op.add_column('position', sa.Column('tour_months', sa.Integer(), nullable=True))
    op.add_column('position', sa.Column('languages', sa.String(length=200), nullable=False, server_default=sa.text("''")))
    op.add_column('position', sa.Column('point_of_contact', sa.String(length=200), nullable=False, server_default=sa.text("''")))

    op.create_table('transfer_round',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('ends_on > starts_on', name=op.f('ck_transfer_round_ends_after_start')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_round')),
    sa.UniqueConstraint('name', name=op.f('uq_transfer_round_name'))
    )
    op.create_table('proposal',
    sa.Column('round_id', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('taken_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_over_by_id', sa.String(length=12), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['transfer_round.id'], name=op.f('fk_proposal_round_id')),
    sa.ForeignKeyConstraint(['taken_over_by_id'], ['person.id'], name=op.f('fk_proposal_taken_over_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
    sa.UniqueConstraint('round_id', 'name', name=op.f('uq_proposal_round_id_name'))
    )
    op.create_table('move',
    sa.Column('proposal_id', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.Column('position_id', sa.String(length=12), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('posting_id', sa.String(length=12), nullable=True),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_move_ends_after_start')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_move_person_id')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_move_position_id')),
    sa.ForeignKeyConstraint(['posting_id'], ['posting.id'], name=op.f('fk_move_posting_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_move_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move')),
    sa.UniqueConstraint('proposal_id', 'person_id', name=op.f('uq_move_proposal_id_person_id'))
    )
    op.create_index('ix_move_person_id', 'move', ['person_id'], unique=False)
    op.create_index('ix_move_position_id', 'move', ['position_id'], unique=False)
    op.create_index('ix_move_posting_id', 'move', ['posting_id'], unique=False)
    op.create_table('round_upload',
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.Column('proposal_id', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_round_upload_person_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_round_upload_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_upload'))
    )
    op.create_index('ix_round_upload_person_id', 'round_upload', ['person_id'], unique=False)
    op.create_index('ix_round_upload_proposal_id', 'round_upload', ['proposal_id'], unique=False)


def downgrade() -> None:
    """Back."""
    for name in ('round_upload', 'move', 'proposal', 'transfer_round'):
        op.drop_table(name)
    for name in ('point_of_contact', 'languages', 'tour_months'):
        op.drop_column('position', name)
