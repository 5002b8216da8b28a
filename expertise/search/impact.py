"""How much each term says of its piece, worked out when the piece is indexed: BM25 over weighted fields, in levels.

The length of a piece is set against a fixed one, and not against the mean of all pieces, so that what a piece says
never depends on others. A question then only adds up levels, each times how rare its term is; every sum is whole.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from expertise.search.analysis import PART
from expertise.search.engine import Piece

# All measured on the judged sets, see docs/search.md.
K1 = 1.2
B = 0.75
# Of running text, without stop words; Dutch writes compounds as one word, so that the same text is shorter in it.
USUAL_LENGTH: Mapping[str, float] = {"nl": 75.0, "en": 120.0, "fr": 120.0}
WEIGHTS: Mapping[str, float] = {"title": 5.0, "summary": 2.0, "body": 1.0, "names": 3.0}
# The length of these is set against what is usual. A title or a code says what it says however long the text is below
# it; else of two pieces with the same title the shorter text would win by the words of the title.
RUNNING = ("summary", "body")
# A part of a compound, or of a word with a hyphen, says less than the word itself would.
OF_PART = 0.7
# What a word of the title adds, shared by its words: the shorter the title, the more each of them says.
TITLE_SHARE = 3.0
STEP = 0.08
LEVELS = 40
# What has no level of its own counts as much as a word said once or twice, or as one that says it all.
USUAL_LEVEL = 12
FULL_LEVEL = 25
# A field begins so far after the one before it that no phrase reaches across.
APART = 16
LAST_POSITION = 65_535


@dataclass(frozen=True, slots=True)
class Impact:
    """What an engine stores of the words of a piece."""

    levels: Mapping[str, int]  # by term, 1 to LEVELS
    places: Mapping[str, "array[int]"]  # by term, rising


def impact_of(piece: Piece) -> Impact:
    """Weigh a piece."""
    length = sum(WEIGHTS[name] * sum(map(bool, piece.terms.get(name, ()))) for name in RUNNING)
    norm = 1 - B + B * length / USUAL_LENGTH[piece.language]
    worth = {name: weight / norm if name in RUNNING else weight for name, weight in WEIGHTS.items()}
    weights, places = _weigh(piece, worth)
    for name, found in piece.halves.items():
        for half in found:
            weights[half] = weights.get(half, 0.0) + OF_PART * worth[name]
    parts: dict[str, float] = {}
    for name, found in piece.parts.items():
        for part in found:
            parts[part] = parts.get(part, 0.0) + worth[name]
    labels = dict.fromkeys(piece.labels, FULL_LEVEL)
    # Where a part stands as a word of its own too, that says more; then the compounds that hold it add to the word.
    alone = {part: _level(_filled(weight)) for part, weight in parts.items() if part[1:] not in weights}
    title = [one for one in piece.terms.get("title", ()) if one]
    shares = {term: TITLE_SHARE / len(title) for term in title}
    levels = {
        term: _level(_filled(weight + OF_PART * parts.get(PART + term, 0.0)) + shares.get(term, 0.0))
        for term, weight in weights.items()
    }
    return Impact(levels | alone | labels, places)


def _weigh(piece: Piece, worth: Mapping[str, float]) -> tuple[dict[str, float], dict[str, "array[int]"]]:
    weights: dict[str, float] = {}
    places: dict[str, array[int]] = {}
    start = 0
    for name, weight in worth.items():
        found = piece.terms.get(name, ())
        for place, term in enumerate(found, start):
            if term:
                if term in weights:
                    weights[term] += weight
                else:
                    weights[term] = weight
                    places[term] = array("H")
                if place <= LAST_POSITION:
                    places[term].append(place)
        start += len(found) + APART
    return weights, places


def _filled(weight: float) -> float:
    """Each further time says less."""
    return (K1 + 1) * weight / (weight + K1)


def _level(impact: float) -> int:
    return min(LEVELS, max(1, round(impact / STEP)))


def rarity(often: int, count: int) -> float:
    """How telling a term is that stands in so many of so many open pieces."""
    return log(1 + (count - often + 0.5) / (often + 0.5))
