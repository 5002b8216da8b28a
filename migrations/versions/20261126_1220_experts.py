"""Expertise: what people declare, endorse, hide and object to."""

import sqlalchemy as sa
from alembic import op


revision = "20261126_1220"
down_revision = "20261126_1210"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table('expertise_claim',
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('domain_id', sa.String(length=12), nullable=True),
    sa.Column('code', sa.String(length=3), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('reading', sa.String(length=2), nullable=False),
    sa.Column('speaking', sa.String(length=2), nullable=False),
    sa.Column('from_year', sa.Integer(), nullable=True),
    sa.Column('until_year', sa.Integer(), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('declared_on', sa.Date(), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'domain') = (domain_id IS NOT NULL)", name=op.f('ck_expertise_claim_domain')),
    sa.CheckConstraint("kind IN ('domain','language','region','training')", name=op.f('ck_expertise_claim_kind')),
    sa.CheckConstraint("level IN ('','basic','working','expert')", name=op.f('ck_expertise_claim_level')),
    sa.CheckConstraint("reading IN ('','A1','A2','B1','B2','C1','C2')", name=op.f('ck_expertise_claim_reading')),
    sa.CheckConstraint("speaking IN ('','A1','A2','B1','B2','C1','C2')", name=op.f('ck_expertise_claim_speaking')),
    sa.CheckConstraint('until_year IS NULL OR from_year IS NULL OR until_year >= from_year', name=op.f('ck_expertise_claim_years')),
    sa.ForeignKeyConstraint(['domain_id'], ['domain.id'], name=op.f('fk_expertise_claim_domain_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_expertise_claim_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expertise_claim')),
    sa.UniqueConstraint('person_id', 'domain_id', name=op.f('uq_expertise_claim_person_id_domain_id'))
    )
    op.create_index('ix_expertise_claim_domain_id', 'expertise_claim', ['domain_id'], unique=False)
    op.create_index('ix_expertise_claim_kind_code', 'expertise_claim', ['kind', 'code'], unique=False)
    op.create_index('uq_expertise_claim_person_id_kind_code_title', 'expertise_claim', ['person_id', 'kind', 'code', 'title'],
                    unique=True, sqlite_where=sa.text("kind <> 'domain'"), postgresql_where=sa.text("kind <> 'domain'"))
    op.create_table('expertise_endorsement',
    sa.Column('claim_id', sa.String(length=12), nullable=False),
    sa.Column('by_id', sa.String(length=12), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('endorsed_on', sa.Date(), nullable=False),
    sa.Column('id', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_expertise_endorsement_by_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['expertise_claim.id'], name=op.f('fk_expertise_endorsement_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expertise_endorsement')),
    sa.UniqueConstraint('claim_id', 'by_id', name=op.f('uq_expertise_endorsement_claim_id_by_id'))
    )
    op.create_index('ix_expertise_endorsement_by_id', 'expertise_endorsement', ['by_id'], unique=False)
    op.create_table('expertise_hidden',
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('hidden_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_expertise_hidden_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'key', name=op.f('pk_expertise_hidden'))
    )
    op.create_table('expertise_objection',
    sa.Column('person_id', sa.String(length=12), nullable=False),
    sa.Column('scope', sa.String(length=10), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.CheckConstraint("scope IN ('observed','listed')", name=op.f('ck_expertise_objection_scope')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_expertise_objection_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_expertise_objection'))
    )


def downgrade() -> None:
    """Back."""
    op.drop_table('expertise_objection')
    op.drop_table('expertise_hidden')
    op.drop_table('expertise_endorsement')
    op.drop_table('expertise_claim')
