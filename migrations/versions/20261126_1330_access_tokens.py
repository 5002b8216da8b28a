"""Tokens by which programs come in for an account; notes by author and dossier, to be counted by the index alone."""

import sqlalchemy as sa
from alembic import op


revision = "20261126_1330"
down_revision = "20261126_1320"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table('access_token',
    sa.Column('account_id', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('may_write', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_token_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_access_token_token_hash'))
    )
    op.create_index('ix_access_token_account_id', 'access_token', ['account_id'], unique=False)
    op.create_index('ix_entry_author_id_dossier_id', 'entry', ['author_id', 'dossier_id'], unique=False)
    op.drop_index('ix_entry_author_id', table_name='entry')


def downgrade() -> None:
    """Back."""
    op.create_index('ix_entry_author_id', 'entry', ['author_id'], unique=False)
    op.drop_index('ix_entry_author_id_dossier_id', table_name='entry')
    op.drop_table('access_token')
