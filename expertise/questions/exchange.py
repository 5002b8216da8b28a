"""Questions as rows of a table: what was asked, of whom, where it stands, and what was answered."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from expertise.access.rules import only
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.base.tables import Field, Kind, Report, Row, Type
from expertise.base.tables.matching import own_id
from expertise.dossiers.models import LANGUAGES
from expertise.questions.models import STATES, Question

FIELDS = (
    Field("id", example="7k2m9p4x8w3d"),
    Field("title", example="Who chairs the group of experts?"),
    Field("body", Type.LONGTEXT),
    Field("language", Type.CHOICE, choices=LANGUAGES, example="nl"),
    Field("state", Type.CHOICE, choices=STATES, example="answered"),
    Field("asked_by", example="person-9"),
    Field("asked_on", Type.DATE, example="2026-11-10"),
    Field("asked_of", example="person-4", meaning=_("With whom it is now, or was last.")),
    Field("times_put", Type.INTEGER, example="2", meaning=_("To how many people it was put.")),
    Field("post", example="GEN-PV"),
    Field("position", example="position-41"),
    Field("dossier", example="dossier-7"),
    Field("answer", Type.LONGTEXT),
    Field("answered_by", example="person-4"),
    Field("answered_on", Type.DATE, example="2026-11-12"),
    Field("entry", example="entry-12", meaning=_("External id or id of the note in which the answer is filed.")),
)


def load(_viewer: Viewer, _rows: Iterator[Row], _report: Report) -> None:
    """Questions do not come in as rows."""
    raise Refused(_("Questions are asked in the product; they do not come in as rows."))


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All questions that this viewer may read, in the order in which they were asked."""
    query = select(Question).where(only(viewer, "question.read", Question)).order_by(Question.asked_at, Question.id)
    query = query.options(joinedload(Question.dossier), joinedload(Question.entry))
    for one in session().scalars(query.execution_options(yield_per=500)):
        yield {
            "id": one.id,
            "title": one.title,
            "body": one.body,
            "language": one.language,
            "state": one.state,
            "asked_by": own_id(one.asker),
            "asked_on": one.asked_at.date(),
            "asked_of": own_id(one.asked),
            "times_put": len(one.steps),
            "post": one.position.post.code if one.position is not None else None,
            "position": own_id(one.position) if one.position is not None else None,
            "dossier": own_id(one.dossier) if one.dossier is not None else None,
            "answer": one.answer,
            "answered_by": own_id(one.answered_by) if one.answered_by is not None else None,
            "answered_on": one.answered_at.date() if one.answered_at is not None else None,
            "entry": own_id(one.entry) if one.entry is not None else None,
        }


KIND = Kind("questions", FIELDS, load, dump)
