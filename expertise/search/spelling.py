"""Did you mean: the nearest term of an open piece for a word that no visible piece holds."""

from expertise.search.analysis import EXACT, GAP, asked_terms, fold
from expertise.search.lexicon import LONG, LONGEST, SHORTEST
from expertise.search.ranking import Snapshot


def correct(at: Snapshot, word: str) -> tuple[str, str] | None:
    """A term near to the word and the key of an open piece that holds it, so that it can be shown as written."""
    leaves = at.leaves[: at.open_leaves]
    near: dict[str, int] = {}
    for term in sorted(set(asked_terms(word).values()) - {GAP}):
        if not SHORTEST <= len(term) <= LONGEST or not term.isalpha() or term.startswith(EXACT):
            continue
        for leaf in leaves:
            for found, distance in leaf.lexicon.near(term, 2 if len(term) >= LONG else 1):
                near[found] = min(distance, near.get(found, distance))
    if not near:
        written = fold(word.lower())
        starts = [leaf.lexicon.begins(written) for leaf in leaves]
        near = {start: len(written) - len(start) for start in starts if start}
    return _best(at, near)


def _best(at: Snapshot, near: dict[str, int]) -> tuple[str, str] | None:
    for nearest in sorted(set(near.values())):
        best: tuple[int, str, str] | None = None
        for term in sorted(term for term, distance in near.items() if distance == nearest):
            levels = at.levels(term)[: at.first_restricted]
            often = int((levels > 0).sum())
            # A term whose last open piece is gone is still in the word list until segments are merged.
            if often and (best is None or -often < best[0]):
                numbers = (levels == levels.max()).nonzero()[0]
                best = (-often, term, at.key(int(numbers[at.ranks[numbers].argmax()])))
        if best is not None:
            return best[1], best[2]
    return None
