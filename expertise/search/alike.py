"""More like this: the words that tell most of a record, asked as a question."""

from collections import Counter
from dataclasses import dataclass, replace
from math import log

from expertise.access.viewer import Viewer
from expertise.base.errors import NotFound
from expertise.base.findable import Findable
from expertise.search.analysis import term, words
from expertise.search.engine import Broken
from expertise.search.queries import Results, find
from expertise.search.wiring import the_search

MOST_WORDS = 10
SHORTEST = 4
# A word of the title says as much of the subject as this many in the text.
IN_TITLE, IN_SUMMARY = 4, 2
HITS = 20


@dataclass(frozen=True)
class Alike:
    """A record, the words it was taken by, and what is like it."""

    of: Findable
    words: tuple[str, ...]
    found: Results


def find_alike(viewer: Viewer, kind: str, record_id: str) -> Alike:
    """What the viewer may see that is about the same; the record must be theirs to read."""
    search = the_search()
    pieces = [one for one in search.load([(kind, record_id)]) if not viewer.tokens.isdisjoint(one.readers)]
    if not pieces:
        raise NotFound(record_id)
    telling = _telling_words(pieces)
    # One more than is shown: the record itself is among them.
    found = find(viewer, " ".join(telling), per_page=HITS + 1) if telling else Results("")
    others = [hit for hit in found.hits if (hit.piece.kind, hit.piece.id) != (kind, record_id)]
    return Alike(pieces[0], telling, replace(found, hits=others[:HITS], total=len(others[:HITS])))


def _telling_words(pieces: list[Findable]) -> tuple[str, ...]:
    """By how often it stands here and how rare it is among what everybody may read; the form that is written most."""
    often: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    for piece in pieces:
        for text, weight in ((piece.title, IN_TITLE), (piece.summary, IN_SUMMARY), (piece.body, 1)):
            for word in words(text):
                meant = term(word, piece.language) if len(word) >= SHORTEST else ""
                if meant:
                    often[meant] += weight
                    forms.setdefault(meant, Counter())[word.lower()] += 1
    engine = the_search().engine()
    try:
        worth = {meant: (1 + log(count)) * engine.telling(meant) for meant, count in often.most_common(200)}
    except Broken:
        worth = {meant: float(count) for meant, count in often.items()}
    best = sorted(worth, key=lambda meant: (-worth[meant], meant))[:MOST_WORDS]
    return tuple(min(forms[meant], key=lambda form: (-forms[meant][form], form)) for meant in best)
