"""Did you mean: what may be mistyped, what was meant, and how a piece writes it; where, each engine knows itself."""

from collections import Counter

from expertise.base.findable import Findable
from expertise.search.analysis import EXACT, GAP, asked_terms, term, words
from expertise.search.lexicon import LONGEST, SHORTEST, edits, one_edit_away

# A form that is so far from what was typed was hardly meant.
FAR = 2


def correctable(word: str) -> list[str]:
    """The terms of a word that may be mistyped: codes, numbers and what is shorter are not corrected."""
    terms = sorted(set(asked_terms(word).values()) - {GAP})
    return [one for one in terms if SHORTEST <= len(one) <= LONGEST and one.isalpha() and not one.startswith(EXACT)]


def respelled(word: str) -> frozenset[str]:
    """What was perhaps typed wrongly as this word, where it is one of plain letters."""
    typed = word.lower()
    plain = SHORTEST <= len(typed) <= LONGEST and typed.isascii() and typed.isalpha()
    return one_edit_away(typed) if plain else frozenset()


def as_written(piece: Findable, meant: str, word: str) -> str | None:
    """How the piece writes the term: the form nearest to what was typed, then the most frequent.

    Where it writes other forms alone, the word that was meant: betaling for betailng, though it says betaalde.
    """
    forms = Counter(
        written.lower()
        for written in words(f"{piece.title} {piece.summary} {piece.body}")
        if term(written, piece.language) == meant
    )
    if not forms:
        return None
    typed = word.lower()
    written = min(forms, key=lambda form: (edits(typed, form, len(typed)), -forms[form], form))
    if edits(typed, written, FAR) <= FAR:
        return written
    meant_so = sorted(form for form in respelled(word) if term(form, piece.language) == meant)
    return meant_so[0] if meant_so else written
