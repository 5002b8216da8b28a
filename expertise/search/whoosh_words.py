"""The words of open pieces in a Whoosh index: the nearest one for a word that no visible piece holds."""

from collections.abc import Callable, Iterable, Iterator

from expertise.search.analysis import fold, guessed_terms
from expertise.search.lexicon import LONG, beginnings
from expertise.search.snapshot import Snapshot
from expertise.search.spelling import correctable, respelled


def correct(at: Snapshot, word: str, has_time: Callable[[], bool]) -> tuple[str, str] | None:
    """A term near to the word and the key of an open piece that holds it, so that it can be shown as written.

    None where there was no time to look at all words.
    """
    for near in _nearer_first(at, word, has_time):
        found = _best(at, near, has_time)
        if found is not None or not has_time():
            return found
    return None


def _nearer_first(at: Snapshot, word: str, has_time: Callable[[], bool]) -> Iterator[dict[str, int]]:
    """Terms and how far they are, in the order in which they are likely."""
    asked = correctable(word)
    yield _within(at, asked, 1, has_time)
    # A mistake in an ending changes what is left of the word: betailng and betaling share no stem.
    yield {guess: 1 for guess in guessed_terms(respelled(word)) if has_time() and _is_term(at, guess)}
    yield _within(at, [long for long in asked if len(long) >= LONG], 2, has_time)
    yield {start: len(word) - len(start) for start in beginnings(fold(word.lower())) if _is_term(at, start)}


def _within(at: Snapshot, terms: Iterable[str], most: int, has_time: Callable[[], bool]) -> dict[str, int]:
    near: dict[str, int] = {}
    for wanted in terms:
        for leaf in at.leaves[: at.open_leaves]:
            if not has_time():
                return {}
            for found, distance in leaf.lexicon(wanted[0]).near(wanted, most):
                near[found] = min(distance, near.get(found, distance))
    return near


def _is_term(at: Snapshot, word: str) -> bool:
    return any(leaf.lexicon(word[0]).knows(word) for leaf in at.leaves[: at.open_leaves])


def _best(at: Snapshot, near: dict[str, int], has_time: Callable[[], bool]) -> tuple[str, str] | None:
    for nearest in sorted(set(near.values())):
        best: tuple[int, str, str] | None = None
        for held in sorted(one for one, distance in near.items() if distance == nearest):
            if not has_time():
                return None
            # A term whose last open piece is gone is still in the word list until segments are merged.
            often = at.figures.frequency(held)
            if often and (best is None or -often < best[0]):
                numbers, levels = (of_all[:often] for of_all in at.postings(held))
                strongest = numbers[levels == levels.max()]
                best = (-often, held, at.key(int(strongest[at.ranks[strongest].argmax()])))
        if best is not None:
            return best[1], best[2]
    return None
