"""Type-ahead: the titles and names that begin as somebody is typing, of what this viewer may see."""

from dataclasses import dataclass
from itertools import islice

from expertise.access.viewer import Viewer
from expertise.search.analysis import clean, fold, halves, words
from expertise.search.queries import find
from expertise.search.query import SHORTEST_PREFIX

MOST = 8
# A title ranks above a body, so that titles stand among the first hits, if there are any.
LOOKED_AT = 30
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Title:
    """A record by what it is called."""

    kind: str
    title: str
    url: str
    language: str


def titles(viewer: Viewer, text: str) -> list[Title]:
    """At most eight titles in which each word typed begins a word; nothing before there is a beginning to go by."""
    typed = words(clean(text)[:LONGEST])
    if not typed or len(typed[-1]) < SHORTEST_PREFIX:
        return []
    found = find(viewer, " ".join([*typed[:-1], f"{typed[-1]}*"]), per_page=LOOKED_AT)
    starts = [fold(word.lower()) for word in typed]
    called = (
        Title(hit.piece.kind, hit.piece.title, hit.piece.url, hit.piece.language)
        for hit in found.hits
        if _begins(hit.piece.title, starts)
    )
    return list(islice({one.url: one for one in called}.values(), MOST))


def _begins(title: str, starts: list[str]) -> bool:
    written = [fold(word.lower()) for said in words(title) for word in (said, *halves(said))]
    return all(any(word.startswith(start) for word in written) for start in starts)
