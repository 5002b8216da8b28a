"""The notes as rows of a table, for whoever counts or archives them. The texts go out one note at a time."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from expertise.access.rules import only
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.base.tables import Field, Kind, Report, Row, Type
from expertise.base.tables.matching import own_id
from expertise.handovers.models import STATES, Handover
from expertise.posts.models import Position, Posting

FIELDS = (
    Field("id", example="7k2m9p4x8w3d"),
    Field("state", Type.CHOICE, choices=STATES, example="frozen"),
    Field("posting", example="posting-41", meaning=_("External id or id of the posting that it is the note of.")),
    Field("person", example="Femke Wolderink"),
    Field("post", example="GEN-PV"),
    Field("position", example="First Secretary Disarmament"),
    Field("language", Type.LANGUAGE, example="nl"),
    Field("marking", example="internal"),
    Field("signed_on", Type.DATE, example="2026-11-30"),
    Field("frozen_on", Type.DATE, example="2026-12-05"),
    Field("received_on", Type.DATE, example="2027-01-25"),
    Field("passed", Type.INTEGER, example="31"),
    Field("total", Type.INTEGER, example="32"),
    Field("content_hash", example="9f86d081884c7d65..."),
)


def load(_viewer: Viewer, _rows: Iterator[Row], _report: Report) -> None:
    """Notes do not come in as rows."""
    raise Refused(_("A handover is brought in as the file that somebody wrote: expertise handover import."))


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """The notes in which somebody wrote, as far as this viewer may read them."""
    posting = joinedload(Handover.posting, innerjoin=True)
    query = select(Handover).where(only(viewer, "handover.read", Handover)).order_by(Handover.id)
    query = query.options(
        posting.joinedload(Posting.person), posting.joinedload(Posting.position).joinedload(Position.post)
    )
    today = clock.today()
    for one in session().scalars(query.execution_options(yield_per=500)):
        position = one.posting.position
        yield {
            "id": one.id,
            "state": one.state_on(today),
            "posting": own_id(one.posting),
            "person": one.posting.person.name,
            "post": position.post.code,
            "position": position.title_en,
            "language": one.language,
            "marking": one.marking or "",
            "signed_on": one.final_at.date() if one.final_at else None,
            "frozen_on": one.frozen_at.date() if one.frozen_at else None,
            "received_on": one.received_at.date() if one.received_at else None,
            "passed": one.passed,
            "total": one.total,
            "content_hash": one.content_hash,
        }


KIND = Kind("handovers", FIELDS, load, dump)
