"""Alembic's environment: the connection is handed in by expertise/base/schema.py."""

from alembic import context

import expertise  # noqa: F401 (makes every room's tables known)
from expertise.base.database import Model, Moment


def render(kind: str, thing: object, _context: object) -> str | bool:
    """A migration says what the database holds, and imports nothing of ours: our types may change after it."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    # SQLite alters a table by copying it; batch operations write that for both databases.
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
