"""What the successor asks about a note, before and after: questions of the room below, as the note shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from expertise.access.viewer import Viewer
from expertise.handovers.queries import Shown
from expertise.people.models import Person
from expertise.questions.asking import with_account
from expertise.questions.models import Question
from expertise.questions.queries import of_posting


@dataclass(frozen=True)
class Asked:
    """The questions to a leaver that this viewer may read, unanswered first, and whether the leaver can be asked."""

    all: Sequence[Question]
    by_dossier: Mapping[str, Sequence[Question]]
    may_ask: bool
    reachable: bool  # the leaver comes in, and sees what is asked

    @property
    def waiting(self) -> list[Question]:
        """Those without an answer."""
        return [one for one in self.all if one.waiting]

    def of(self, dossier_id: str) -> Sequence[Question]:
        """Those about one dossier."""
        return self.by_dossier.get(dossier_id, ())


def asked_of(viewer: Viewer, shown: Shown) -> Asked:
    """What was asked of whoever wrote this note, as far as this viewer may read it. Two queries."""
    posting = shown.handover.posting
    found = of_posting(viewer, posting)
    by_dossier: dict[str, list[Question]] = {}
    for one in found:
        if one.dossier_id is not None and shown.note.dossier(one.dossier_id):
            by_dossier.setdefault(one.dossier_id, []).append(one)
    reachable = comes_in(posting.person, shown.today)
    asks = viewer.person_id not in (None, posting.person_id)
    return Asked(found, by_dossier, asks and reachable, reachable)


def comes_in(person: Person, today: date) -> bool:
    """Whether somebody can still see what is asked of them or sent to them."""
    gone = person.left_on is not None and person.left_on < today
    return not gone and person.id in with_account({person.id})


def where_to_ask(shown: Shown, dossier_id: str = "", *, readable: bool = True) -> str:
    """The page on which the leaver is asked: about a dossier where the asker reads it, else about the position."""
    posting = shown.handover.posting
    to: dict[str, Any] = {"to": posting.person_id}
    if dossier_id and readable:
        return url_for("questions.ask_dossier", dossier_id=dossier_id, **to)
    return url_for("questions.ask_position", position_id=posting.position_id, **to)
