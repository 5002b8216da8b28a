"""Why a hit was found: the most telling stretch of its text, with the words marked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase

from expertise.search.analysis import (
    CALLED,
    EXACT,
    INITIALS,
    LANGUAGES,
    PART,
    STOP,
    clean,
    exact,
    fold,
    halves,
    part_terms,
    term,
    written_words,
)
from expertise.search.british import british_starts

LENGTH = 240
# Enough of a word to be looked at; what it stands for is then looked up.
_START = 2
_PART_START = 4
# Shorter words are no compounds.
_SHORTEST_WHOLE = 6
_SIGNS = EXACT + PART + CALLED + INITIALS
_AROUND = 60
# A word that tells so little beside the most telling one of a question, and is a stop word somewhere, is not shown as
# the reason of a hit: the "van" of "beheersing van bewapening" in a text that is not known to be Dutch.
_HOLLOW = 0.15
_STOPS = frozenset().union(*STOP.values())
# A word of Dutch loses a vowel and hardens its last letter where it stands alone: zaken, zaak; huizen, huis.
_LONG_VOWEL = re.compile(r"([aeou])\1")
_HARDENED = {"s": "sz", "f": "fv"}


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
        bare = {found.lstrip(_SIGNS) for found in self.terms} - {""}
        starts = {start for one in bare for start in _beginnings(one)}
        # Dutch participles lose their ge-.
        self._starts = {
            language: _in_any_case(starts | ({"ge"} if language == "nl" else set())) for language in LANGUAGES
        }
        parts = {found[1 : 1 + _PART_START] for found in self.terms if found.startswith(PART)}
        self._parts = sorted({spoken for part in parts for spoken in _spoken(part)})
        # By language: what was looked at, as it stands between spaces, and what words of the question there stand for.
        self._seen: dict[str, set[str]] = {}
        self._meant: dict[str, dict[str, str]] = {}

    def hits(self, text: str, language: str) -> list[_Hit]:
        """The words of the question in this text, in order."""
        return self._hits(text, text.split(), language)

    def _hits(self, text: str, spaced: list[str], language: str) -> list[_Hit]:
        if not self.terms:
            return []
        seen, meant = self._seen.setdefault(language, set()), self._meant.setdefault(language, {})
        # Most of a text stood in those before it, and to tell words apart takes longer than to see that.
        new = set(spaced) - seen
        plain = {word for word in new if word.isalnum()}
        for word in self._likely(plain.union(written_words(" ".join(new - plain))), language):
            found = self._look_up(word, language)
            if found:
                meant[word] = found
        seen |= new
        said = [word for word in meant if word in text]
        hits = [_Hit(start, start + len(word), meant[word]) for word in said for start in _places(word, text)]
        hits.sort(key=lambda hit: hit.start)
        return hits

    def _likely(self, words: set[str], language: str) -> set[str]:
        """Those that may be of the question; the others are most of a text, so they are told apart by little."""
        starts = self._starts[language]
        found = {word for word in words if word[:_START] in starts}
        joined = " ".join(words)
        if "-" in joined:
            found |= {word for word in words if "-" in word}
        if not joined.isascii():
            foreign = {word for word in words if not word.isascii()}
            found |= {word for word in foreign if not word[:_START].isascii() or self._may_hold_part(word, language)}
            joined = " ".join(words - foreign)
        if self._parts and language == "nl":
            found.update(self._holding_part(joined))
        return found

    def _holding_part(self, joined: str) -> Iterator[str]:
        """Of words with a space between them those that hold the beginning of a part."""
        # A text is searched for some signs sooner than each of its words, and than by a pattern.
        lowered = f" {joined.lower()} "
        for part in self._parts:
            place = lowered.find(part)
            while place >= 0:
                end = lowered.find(" ", place)
                yield joined[lowered.rfind(" ", 0, place) : end - 1]
                place = lowered.find(part, end)

    def _may_hold_part(self, word: str, language: str) -> bool:
        if language != "nl" or len(word) < _SHORTEST_WHOLE:
            return False
        bare = fold(word.lower())
        return any(part in bare for part in self._parts)

    def _look_up(self, word: str, language: str) -> str:
        """The term of the question that a word stands for, or nothing."""
        meant = term(word, language)
        if meant in self.terms:
            return meant
        # A stop word between the words of a name is no reason for a hit.
        if meant and exact(word) in self.terms:
            return exact(word)
        for half in halves(word):
            if term(half, language) in self.terms:
                return term(half, language)
        # Splitting takes long, so only what may hold a part is split.
        if self._may_hold_part(word, language):
            return next((part for part in part_terms(word) if part in self.terms), "")
        return ""

    def snippet(self, texts: Iterable[str], language: str) -> list[tuple[str, bool]]:
        """At most LENGTH characters of the first text that holds a word of the question, or of the first text."""
        first = ""
        for raw in texts:
            spaced = clean(raw).split()
            text = " ".join(spaced)
            hits = [one for one in self._hits(text, spaced, language) if not self._hollow(text, one)]
            if hits:
                start, end = _window(text, hits, self.weights)
                return _cut(text, start, end, hits)
            first = first or text
        return _cut(first, 0, min(len(first), LENGTH - 1), []) if first else []

    def _hollow(self, text: str, hit: _Hit) -> bool:
        """Whether the word says nothing beside the others of the question."""
        return self.weights.get(hit.term, 0.0) < self._least and text[hit.start : hit.end].lower() in _STOPS


def _beginnings(term: str) -> Iterator[str]:
    """With what a word begins that may have this term, in small letters."""
    yield term[:_START]
    # An abbreviation may be written with dots.
    yield f"{term[0]}."
    yield from british_starts(term)
    if term[0] == term[1:2]:
        # Of eed and oog the plurals are eden and ogen.
        yield from (term[0] + sign for sign in ascii_lowercase)


def _in_any_case(starts: Iterable[str]) -> frozenset[str]:
    """These, and each with one capital or more."""
    return frozenset("".join(signs) for start in starts for signs in product(*((one, one.upper()) for one in start)))


def _spoken(part: str) -> Iterator[str]:
    """The beginning of a part, also as it stands within a compound."""
    if _LONG_VOWEL.fullmatch(part[-2:]):
        # It was cut within a long vowel, of which the text may have one: staat, staten.
        part = part[:-1]
    begin, last = part[:-1], part[-1:]
    for start in {begin, _LONG_VOWEL.sub(r"\1", begin)}:
        yield from (start + sign for sign in _HARDENED.get(last, last))


def _places(word: str, text: str) -> Iterator[int]:
    """Where a word stands in a text by itself."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum():
            yield start
        start = text.find(word, end)


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
