"""What was answered already: shown before somebody asks it again, as far as they may see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from expertise.access.viewer import Viewer
from expertise.questions.models import Question
from expertise.questions.queries import questions_by_id
from expertise.search.analysis import GAP, terms
from expertise.search.queries import Hit, find

MOST = 3
LOOKED_AT = 12
# Of the words of the new question so many must stand in the old one, and more than a single one of several.
SHARE = 0.4


@dataclass(frozen=True)
class Known:
    """A question that was answered, or a note that has all words of the new question."""

    title: str
    url: str
    language: str
    question: Question | None = None
    note: str = ""  # its id


def answered_before(viewer: Viewer, title: str, *, but: Iterable[str] = (), notes: bool = True) -> list[Known]:
    """The best few answered questions about this, and notes unless a mere topic is asked; each answer once."""
    kinds = ["question", "entry"] if notes else ["question"]
    found = find(viewer, title, filters={"kind": kinds}, per_page=LOOKED_AT)
    hits = [one for one in found.hits if _is_about(title, one)]
    questions = questions_by_id(viewer, [one.piece.id for one in hits if one.piece.kind == "question"])
    known: list[Known] = []
    noted: set[str] = set(but)
    for hit in hits:
        piece, question = hit.piece, questions.get(hit.piece.id)
        if piece.kind == "entry" and hit.complete and piece.id not in noted:
            known.append(Known(piece.title, piece.url, piece.language, note=piece.id))
            noted.add(piece.id)
        elif question is not None and question.state == "answered" and question.id not in noted:
            if question.entry_id is not None and question.entry_id in noted:
                # The note that holds this answer stands in the list already.
                continue
            known.append(Known(piece.title, piece.url, piece.language, question))
            noted.update(filter(None, (question.id, question.entry_id)))
    return known[:MOST]


def _is_about(title: str, hit: Hit) -> bool:
    """Whether enough of the words stand in the piece itself, or they stand there in another language."""
    piece = hit.piece
    asked = {one for one in terms(title, piece.language) if one != GAP}
    if not asked or hit.found_by:
        return bool(hit.found_by)
    there = set(terms(f"{piece.title}\n{piece.body}", piece.language))
    return len(asked & there) >= max(SHARE * len(asked), min(2, len(asked)))
