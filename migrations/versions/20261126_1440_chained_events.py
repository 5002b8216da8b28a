"""Events get a stamp and a place in a chain; those that are there are chained as they stand."""

import hashlib
import json
import secrets
from datetime import UTC

import sqlalchemy as sa
from alembic import op

from expertise.base.database import Moment


revision = "20261126_1440"
down_revision = "20261126_1430"
branch_labels = None
depends_on = None

NAMES = ("person_id", "account_id", "action", "object_kind", "object_id", "result", "address")
EVENT = sa.table(
    "event", sa.column("number", sa.Integer), sa.column("at", Moment), sa.column("details", sa.JSON),
    *(sa.column(name, sa.String) for name in NAMES),
    sa.column("address_key", sa.String), sa.column("sealed", sa.Integer), sa.column("link", sa.String),
)


def upgrade() -> None:
    """Forward: the chain begins with the events that are there, in the order of their numbers."""
    op.add_column("event", sa.Column("address_key", sa.String(65), nullable=False, server_default=sa.text("''")))
    op.add_column("event", sa.Column("stamp", sa.String(64), nullable=False, server_default=sa.text("''")))
    op.add_column("event", sa.Column("sealed", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("link", sa.String(64), nullable=True))
    connection, place, link, number = op.get_bind(), 0, "0" * 64, 0
    change = sa.update(EVENT).where(EVENT.c.number == sa.bindparam("_number"))
    change = change.values(address_key=sa.bindparam("_key"), sealed=sa.bindparam("_sealed"), link=sa.bindparam("_link"))
    query = sa.select(EVENT.c.number, EVENT.c.at, EVENT.c.details, *(EVENT.c[name] for name in NAMES))
    while rows := connection.execute(
        query.where(EVENT.c.number > number).order_by(EVENT.c.number).limit(1000)
    ).all():
        links = []
        for row in rows:
            number, place = row.number, place + 1
            key = secrets.token_hex(16) if row.address else ""
            link = hashlib.sha256(f"{link}:{number}:{_content(row, key)}".encode()).hexdigest()
            links.append({"_number": number, "_key": key, "_sealed": place, "_link": link})
        connection.execute(change, links)
    op.create_index(op.f("ix_event_sealed"), "event", ["sealed"], unique=True)


def _content(row: sa.Row, key: str) -> str:
    """What an event said to the chain when this migration was made (expertise/audit/chain.py)."""
    said = [
        row.at.astimezone(UTC).isoformat(timespec="microseconds"), row.person_id, row.account_id, row.action,
        row.object_kind, row.object_id, row.result, row.details,
        hashlib.sha256(f"{key}:{row.address}".encode()).hexdigest(),
    ]
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def downgrade() -> None:
    """Back: the events stay, what proves them is lost."""
    op.drop_index(op.f("ix_event_sealed"), "event")
    for name in ("link", "sealed", "stamp", "address_key"):
        op.drop_column("event", name)
