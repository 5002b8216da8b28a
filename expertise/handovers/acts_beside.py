"""What is added beside a frozen note, and never in it: remarks, and after ninety days how useful it was."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import refusing, session
from expertise.base.errors import NotFound, Refused
from expertise.handovers import queries
from expertise.handovers.models import LESSONS, Handover
from expertise.handovers.models_beside import Remark, Score, Scoring
from expertise.handovers.queries_beside import score_from, scoring_of
from expertise.handovers.service import lock
from expertise.handovers.words import SECTION_NAMES

LONGEST_REMARK = 4000
TAKEN = {"uq_scoring_handover_id_person_id": ("missed", _("You have said this already."))}


def add_remark(viewer: Viewer, handover: Handover, number: int, text: str, *, dossier_id: str = "") -> Remark:
    """Say something beside a frozen note, at a section or at one of its dossiers. The note keeps its words."""
    require(viewer, "handover.remark", handover)
    shown = queries.show(viewer, handover)
    if number not in SECTION_NAMES or (number == LESSONS and not shown.sees_lessons):
        raise Refused(_("This is not one of the choices."), "place")
    if dossier_id and shown.note.dossier(dossier_id) is None:
        raise NotFound(dossier_id)
    if not text.strip():
        raise Refused(_("Fill this in."), "text")
    if len(text) > LONGEST_REMARK:
        raise Refused(_("A remark has at most %(number)s characters.", number=LONGEST_REMARK), "text")
    made = Remark(
        handover_id=handover.id,
        number=number,
        dossier_id=dossier_id or None,
        person_id=viewer.person_id,
        text=text.strip(),
        at=clock.now(),
    )
    session().add(made)
    session().flush()
    record(viewer, "handover.remarked", handover, section=number, dossier=dossier_id)
    return made


def score(viewer: Viewer, handover: Handover, scores: Mapping[int, int], *, missed: str = "") -> Scoring:
    """Whoever received the note says how useful each section was, from 1 to 5, and what was missing. Once."""
    require(viewer, "handover.receive", handover)
    lock(handover)
    first = score_from(viewer, handover)
    if first is None:
        raise Refused(_("First receive the handover."))
    if first > clock.today():
        raise Refused(_("You can say this ninety days after your arrival: then you know what was missing."))
    if scoring_of(viewer, handover) is not None:
        raise Refused(_("You have said this already."))
    if not scores and not missed.strip():
        raise Refused(_("Give a score to one section at least, or say what you missed."), "missed")
    if any(number not in SECTION_NAMES or not 1 <= given <= 5 for number, given in scores.items()):
        raise Refused(_("This is not one of the choices."), "missed")
    made = Scoring(handover_id=handover.id, person_id=viewer.person_id, missed=missed.strip(), at=clock.now())
    with refusing(TAKEN):
        session().add(made)
        session().flush()
    made.scores = [Score(number=number, score=given) for number, given in scores.items()]
    handover.scored_at = handover.scored_at or clock.now()
    session().flush()
    record(viewer, "handover.scored", handover, sections=len(scores))
    return made
