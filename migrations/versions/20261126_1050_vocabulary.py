"""Vocabulary across languages."""

import sqlalchemy as sa
from alembic import op


revision = "20261126_1050"
down_revision = "20261126_1040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table('vocabulary_pair',
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('term', sa.String(length=100), nullable=False),
    sa.Column('word', sa.String(length=100), nullable=False),
    sa.Column('target_language', sa.String(length=2), nullable=False),
    sa.Column('target_term', sa.String(length=100), nullable=False),
    sa.Column('target_word', sa.String(length=100), nullable=False),
    sa.Column('sure', sa.Float(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("language IN ('nl','en','fr') AND target_language IN ('nl','en','fr')", name=op.f('ck_vocabulary_pair_language')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vocabulary_pair')),
    sa.UniqueConstraint('language', 'term', 'target_language', 'target_term', name=op.f('uq_vocabulary_pair_language_term_target_language_target_term'))
    )
    op.create_index('ix_vocabulary_pair_accepted_at', 'vocabulary_pair', ['accepted_at'], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table('vocabulary_pair')
