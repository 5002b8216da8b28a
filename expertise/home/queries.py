"""What the desk shows: gathered from the rooms below, for one viewer, in a number of queries that does not grow."""

from dataclasses import dataclass
from datetime import timedelta

from expertise.access.rules import allowed, require
from expertise.access.tokens import ids_in
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.contacts.models import Interaction
from expertise.contacts.queries import my_open_ends
from expertise.dossiers.entry_queries import latest_entries
from expertise.dossiers.models import Dossier, Entry
from expertise.dossiers.queries import kept_by
from expertise.handovers.waiting import Leaving, Waiting, handovers_leaving, waiting_for
from expertise.intake.queries import is_beginning
from expertise.pilots.models import Pilot
from expertise.pilots.queries import to_decide
from expertise.posts.absences import stood_in_by
from expertise.posts.models import Absence, Posting
from expertise.posts.queries import present_postings_of
from expertise.questions.models import Question
from expertise.questions.queries import news_for, to_answer
from expertise.watching.queries import Change, changes_of
from expertise.watching.searches import FreshFinds, fresh_finds

LOOK_BACK = timedelta(days=14)
LOOK_AHEAD = timedelta(days=180)


@dataclass(frozen=True)
class Desk:
    """What lies on a desk today."""

    waiting: list[Waiting]
    posting: Posting | None  # where the viewer is now
    dossiers: list[Dossier]  # kept by the viewer's positions
    coming: list[Dossier]  # kept by positions that the viewer comes to
    latest: list[Entry]  # what others added to these
    watched: list[Change]  # what others changed in what the viewer watches, since they last looked
    finds: list[FreshFinds]  # what searches that the viewer watches found since
    standing_in: list[Absence]  # for whom the viewer stands in today
    leaving: list[Leaving]  # for HR and heads of mission
    questions: list[Question]  # to be answered by the viewer
    pilots: list[Pilot]  # to be decided, for personnel
    answers: list[Question]  # to what the viewer asked, of the past two weeks
    beginning: bool  # an empty installation, before somebody who can fill it
    open_ends: list[Interaction]  # what was promised to contacts, and plans whose day has come


def desk_of(viewer: Viewer) -> Desk:
    """The desk of a viewer."""
    require(viewer, "desk")
    dossiers = kept_by(viewer, viewer.positions) if viewer.positions else []
    coming = kept_by(viewer, viewer.incoming) if viewer.incoming else []
    known = [one.id for one in (*dossiers, *coming)]
    latest = latest_entries(viewer, since=clock.now() - LOOK_BACK, dossier_ids=known, limit=8) if known else []
    overview = allowed(viewer, "rotation.overview") or bool(ids_in(viewer.tokens, "head"))
    return Desk(
        waiting=waiting_for(viewer),
        posting=present_postings_of(viewer, [viewer.person_id]).get(viewer.person_id) if viewer.person_id else None,
        dossiers=dossiers,
        coming=coming,
        latest=[one for one in latest if one.author_id != viewer.person_id],
        watched=[one for one in changes_of(viewer) if one],
        finds=[one for one in fresh_finds(viewer) if one],
        standing_in=stood_in_by(viewer),
        leaving=handovers_leaving(viewer, clock.today() + LOOK_AHEAD) if overview else [],
        questions=to_answer(viewer),
        pilots=to_decide(viewer) if allowed(viewer, "pilot.read") else [],
        answers=news_for(viewer),
        beginning=is_beginning(viewer),
        open_ends=my_open_ends(viewer),
    )
