"""Did you mean: the nearest term of an open piece for a word that no visible piece holds."""

from collections.abc import Callable

from expertise.search.analysis import EXACT, GAP, asked_terms, fold
from expertise.search.lexicon import LONG, LONGEST, SHORTEST
from expertise.search.snapshot import Snapshot


def correct(at: Snapshot, word: str, has_time: Callable[[], bool]) -> tuple[str, str] | None:
    """A term near to the word and the key of an open piece that holds it, so that it can be shown as written.

    None where there was no time to look at all words.
    """
    leaves = at.leaves[: at.open_leaves]
    near: dict[str, int] = {}
    for term in sorted(set(asked_terms(word).values()) - {GAP}):
        if not SHORTEST <= len(term) <= LONGEST or not term.isalpha() or term.startswith(EXACT):
            continue
        for leaf in leaves:
            if not has_time():
                return None
            for found, distance in leaf.lexicon(term[0]).near(term, 2 if len(term) >= LONG else 1):
                near[found] = min(distance, near.get(found, distance))
    if not near:
        written = fold(word.lower())
        starts = [leaf.lexicon(written[0]).begins(written) for leaf in leaves] if written else []
        near = {start: len(written) - len(start) for start in starts if start}
    return _best(at, near, has_time)


def _best(at: Snapshot, near: dict[str, int], has_time: Callable[[], bool]) -> tuple[str, str] | None:
    for nearest in sorted(set(near.values())):
        best: tuple[int, str, str] | None = None
        for term in sorted(term for term, distance in near.items() if distance == nearest):
            if not has_time():
                return None
            # A term whose last open piece is gone is still in the word list until segments are merged.
            often = at.figures.frequency(term)
            if often and (best is None or -often < best[0]):
                numbers, levels = (of_all[:often] for of_all in at.postings(term))
                strongest = numbers[levels == levels.max()]
                best = (-often, term, at.key(int(strongest[at.ranks[strongest].argmax()])))
        if best is not None:
            return best[1], best[2]
    return None
