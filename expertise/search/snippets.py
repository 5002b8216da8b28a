"""Why a hit was found: the most telling stretch of its text, with the words marked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from expertise.search.analysis import CALLED, EXACT, INITIALS, PART, STOP, clean, exact, part_terms, term

LENGTH = 240
# Enough of a word to be a candidate; what it stands for is then looked up.
_START = 3
_PART_START = 4
_SIGNS = EXACT + PART + CALLED + INITIALS
_AROUND = 60
# A word that tells so little beside the most telling one of a question, and is a stop word somewhere, is not shown as
# the reason of a hit: the "van" of "beheersing van bewapening" in a text that is not known to be Dutch.
_HOLLOW = 0.15
_STOPS = frozenset().union(*STOP.values())
_SPACE = re.compile(r"\s+")
_ACCENTED = {
    "a": "àáâãäå",
    "c": "ç",
    "e": "èéêë",
    "i": "ìíîï",
    "n": "ñ",
    "o": "òóôõöø",
    "u": "ùúûü",
    "y": "ýÿ",
}
_PLAIN = {
    ord(form): plain for plain, accented in _ACCENTED.items() for sign in accented for form in (sign, sign.upper())
}


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    term: str


class Marker:
    """Marks the words of one question in texts."""

    def __init__(self, terms: Iterable[str], weights: Mapping[str, float]) -> None:
        """`terms` as the engine matched them; `weights` says how telling each is."""
        self.terms = frozenset(terms)
        self.weights = weights
        self._least = _HOLLOW * max(weights.values(), default=0.0)
        starts = sorted({found.lstrip(_SIGNS)[:_START] for found in self.terms} - {""})
        parts = sorted({found[1 : 1 + _PART_START] for found in self.terms if found.startswith(PART)} - {""})
        # Dutch participles lose their ge-, so it may stand before the beginning of a term.
        pattern = rf"(?:ge)?(?:{_any_of(starts)})\w*"
        self._part = re.compile(_any_of(parts), re.IGNORECASE) if parts else None
        if parts:
            pattern += rf"|\w+(?:{_any_of(parts)})\w*"
        self._candidate = re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE) if starts else None

    def hits(self, text: str, language: str) -> list[_Hit]:
        """The words of the question in this text."""
        if self._candidate is None:
            return []
        found = []
        # A pattern that allows for every accent takes longer to compile than the text to search. Places stay the same.
        plain = text if text.isascii() else text.translate(_PLAIN)
        for match in self._candidate.finditer(plain):
            word = text[match.start() : match.end()]
            meant = term(word, language)
            if not meant:
                # A stop word between the words of a name is no reason for a hit.
                continue
            meant = meant if meant in self.terms else exact(word)
            # Splitting takes long, so only what may hold a part is split.
            if meant not in self.terms and language == "nl" and self._part and self._part.search(match.group()):
                meant = next((part for part in part_terms(word) if part in self.terms), meant)
            if meant in self.terms:
                found.append(_Hit(match.start(), match.end(), meant))
        return found

    def snippet(self, texts: Iterable[str], language: str) -> list[tuple[str, bool]]:
        """At most LENGTH characters of the first text that holds a word of the question, or of the first text."""
        first = ""
        for raw in texts:
            text = _SPACE.sub(" ", clean(raw)).strip()
            hits = [one for one in self.hits(text, language) if not self._hollow(text, one)] if text else []
            if hits:
                start, end = _window(text, hits, self.weights)
                return _cut(text, start, end, hits)
            first = first or text
        return _cut(first, 0, min(len(first), LENGTH - 1), []) if first else []

    def _hollow(self, text: str, hit: _Hit) -> bool:
        """Whether the word says nothing beside the others of the question."""
        return self.weights.get(hit.term, 0.0) < self._least and text[hit.start : hit.end].lower() in _STOPS


def _any_of(starts: list[str]) -> str:
    return "|".join(map(re.escape, starts))


def _window(text: str, hits: list[_Hit], weights: Mapping[str, float]) -> tuple[int, int]:
    """The stretch that tells most: different words first, then how often."""
    best, chosen = -1.0, hits[0]
    for place, hit in enumerate(hits):
        seen: set[str] = set()
        worth = 0.0
        for later in hits[place:]:
            if later.end - hit.start > LENGTH - _AROUND:
                break
            weight = weights.get(later.term, 0.0) + 0.01
            worth += weight if later.term not in seen else 0.1 * weight
            seen.add(later.term)
        if worth > best:
            best, chosen = worth, hit
    start = max(0, min(chosen.start - _AROUND // 2, len(text) - LENGTH))
    if start:
        space = text.find(" ", start, chosen.start)
        start = space + 1 if space >= 0 else chosen.start
    return start, min(len(text), start + LENGTH - 2)


def _cut(text: str, start: int, end: int, hits: list[_Hit]) -> list[tuple[str, bool]]:
    if end < len(text):
        space = text.rfind(" ", start + LENGTH // 2, end + 1)
        end = space if space > 0 else end
    parts: list[tuple[str, bool]] = []
    at = start
    for hit in hits:
        if hit.start >= at and hit.end <= end:
            parts += [(text[at : hit.start], False), (text[hit.start : hit.end], True)]
            at = hit.end
    parts.append((text[at:end], False))
    if start:
        parts.insert(0, ("…", False))
    if end < len(text):
        parts.append(("…", False))
    return _joined(part for part in parts if part[0])


def _joined(parts: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    joined: list[tuple[str, bool]] = []
    for text, marked in parts:
        if joined and joined[-1][1] == marked:
            joined[-1] = (joined[-1][0] + text, marked)
        else:
            joined.append((text, marked))
    return joined
