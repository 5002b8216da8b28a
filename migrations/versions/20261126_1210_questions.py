"""Questions, searches without a result, who keeps a domain and what it was called before."""

import sqlalchemy as sa
from alembic import op


revision = "20261126_1210"
down_revision = "20261126_1200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table('domain_alias',
    sa.Column('word', sa.String(length=200), nullable=False),
    sa.Column('domain_id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['domain_id'], ['domain.id'], name=op.f('fk_domain_alias_domain_id')),
    sa.PrimaryKeyConstraint('word', name=op.f('pk_domain_alias'))
    )
    op.create_index(op.f('ix_domain_alias_domain_id'), 'domain_alias', ['domain_id'], unique=False)
    op.create_table('domain_keeper',
    sa.Column('domain_id', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['domain_id'], ['domain.id'], name=op.f('fk_domain_keeper_domain_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_domain_keeper_person_id')),
    sa.PrimaryKeyConstraint('domain_id', 'person_id', name=op.f('pk_domain_keeper'))
    )
    op.create_index('ix_domain_keeper_person_id', 'domain_keeper', ['person_id'], unique=False)
    op.create_table('search_miss',
    sa.Column('post_id', sa.String(length=12), nullable=False),
    sa.Column('words', sa.String(length=120), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_search_miss_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_miss')),
    sa.UniqueConstraint('post_id', 'words', 'on', name=op.f('uq_search_miss_post_id_words_on'))
    )
    op.create_index('ix_search_miss_on', 'search_miss', ['on'], unique=False)
    op.create_table('question',
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('asker_id', sa.String(length=12), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dossier_id', sa.String(length=12), nullable=True),
    sa.Column('position_id', sa.String(length=12), nullable=True),
    sa.Column('asked_id', sa.String(length=12), nullable=False),
    sa.Column('as_holder', sa.Boolean(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by_id', sa.String(length=12), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('entry_id', sa.String(length=12), nullable=True),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("language IN ('nl','en','fr')", name=op.f('ck_question_language')),
    sa.CheckConstraint("state IN ('open','unanswered','answered','withdrawn')", name=op.f('ck_question_state')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_question_answered_by_id')),
    sa.ForeignKeyConstraint(['asked_id'], ['person.id'], name=op.f('fk_question_asked_id')),
    sa.ForeignKeyConstraint(['asker_id'], ['person.id'], name=op.f('fk_question_asker_id')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_question_dossier_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_question_entry_id')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_question_position_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question'))
    )
    op.create_index(op.f('ix_question_answered_by_id'), 'question', ['answered_by_id'], unique=False)
    op.create_index('ix_question_asked_id_state', 'question', ['asked_id', 'state'], unique=False)
    op.create_index('ix_question_asker_id', 'question', ['asker_id'], unique=False)
    op.create_index('ix_question_dossier_id', 'question', ['dossier_id'], unique=False)
    op.create_index(op.f('ix_question_entry_id'), 'question', ['entry_id'], unique=False)
    op.create_index('ix_question_position_id_state', 'question', ['position_id', 'state'], unique=False)
    op.create_index('ix_question_state_since', 'question', ['state', 'since'], unique=False)
    op.create_table('question_step',
    sa.Column('question_id', sa.String(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('why', sa.String(length=500), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.CheckConstraint("outcome IN ('','answered','passed_on','declined','silent','withdrawn')", name=op.f('ck_question_step_outcome')),
    sa.CheckConstraint("way IN ('asked','passed_on','went_up')", name=op.f('ck_question_step_way')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_question_step_person_id')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_step_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_step')),
    sa.UniqueConstraint('question_id', 'number', name=op.f('uq_question_step_question_id_number'))
    )
    op.create_index('ix_question_step_person_id_outcome', 'question_step', ['person_id', 'outcome'], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table('question_step')
    op.drop_table('question')
    op.drop_table('search_miss')
    op.drop_table('domain_keeper')
    op.drop_table('domain_alias')
