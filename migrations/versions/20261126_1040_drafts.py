"""Drafts, and the earlier texts of a section of a handover."""

import sqlalchemy as sa
from alembic import op


revision = '20261126_1040'
down_revision = "20261126_1030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table('draft',
    sa.Column('account_id', sa.String(length=12), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('origin_id', sa.String(length=12), nullable=True),
    sa.Column('origin_sequence', sa.BigInteger(), nullable=True),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_draft_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft'))
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index('ix_draft_account_id_address', ['account_id', 'address'], unique=False)
        batch_op.create_index(batch_op.f('ix_draft_saved_at'), ['saved_at'], unique=False)

    op.create_table('section_revision',
    sa.Column('handover_id', sa.String(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('item', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_section_revision_handover_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_section_revision')),
    sa.UniqueConstraint('handover_id', 'number', 'item', 'version', name=op.f('uq_section_revision_handover_id_number_item_version'))
    )


def downgrade() -> None:
    """Back."""
    op.drop_table('section_revision')
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_saved_at'))
        batch_op.drop_index('ix_draft_account_id_address')

    op.drop_table('draft')
