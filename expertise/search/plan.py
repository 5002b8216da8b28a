"""What a question asks of an engine: for each word the terms that may stand for it, and what each is worth.

Points are whole numbers, so that a sum is the same in whatever order an engine adds up.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from expertise.search.analysis import (
    EXACT,
    GAP,
    LANGUAGES,
    PART,
    asked_terms,
    called,
    exact,
    initials_term,
    smallest_terms,
)
from expertise.search.engine import Ask
from expertise.search.impact import FULL_LEVEL, OF_PART, USUAL_LEVEL, rarity
from expertise.search.query import Clause, Word

# The points of one level of a term with a rarity of one. All points of a question must fit in 23 bits.
UNIT = 100
OF_INITIALS = 0.8
# A stop word of one language is hardly a word that was meant in another.
OF_STOP_WORD = 0.2
# Words written as one (kst-33694) and found next to each other count for more.
JOINED = 0.5
# Pieces with part of the words fill up a list that is shorter than this.
FILL_BELOW = 20
# They must hold a word that tells this share of what the most telling word tells.
LEAST_SHARE = 0.45
# An expired line to take is found, but lower.
EXPIRED = 0.7
MOST_BEGINNINGS = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """One word: a piece gets the points of the best alternative, times its level there."""

    alternatives: tuple[tuple[str, int], ...]  # term, points of a level
    whole: tuple[tuple[str, ...], ...]  # or, for each smallest part, a term of it
    whole_points: int
    stops: tuple[str, ...]  # languages in which it is a stop word, so that every piece holds it
    telling: float


class Statistics:
    """The figures of the open pieces at one moment."""

    def __init__(self, count: int, by_language: Mapping[str, int], frequency: Callable[[str], int]) -> None:
        """`count` open pieces; `frequency` says in how many of them a term stands."""
        self.count = count
        self.by_language = by_language
        self._frequency = frequency
        self._known: dict[str, int] = {}

    def frequency(self, term: str) -> int:
        """In how many open pieces it stands."""
        if term not in self._known:
            self._known[term] = self._frequency(term)
        return self._known[term]

    def telling(self, terms: Iterator[str] | list[str], stops: tuple[str, ...] = ()) -> float:
        """How rare these are together."""
        often = sum(map(self.frequency, terms)) + sum(self.by_language.get(one, 0) for one in stops)
        return self.rarity(often)

    def rarity(self, often: int) -> float:
        """How rare it is to stand in so many open pieces."""
        return rarity(min(often, self.count), self.count)


def _shares(texts: list[str]) -> dict[str, float]:
    """What each word counts for: one said again, in whatever form, the root of how often, shared by its forms."""
    forms = {text: [found for found in asked_terms(text).items() if found[1]] for text in texts}
    said = Counter(found for text in texts for found in forms[text])
    differ = Counter(found for found_in in forms.values() for found in found_in)
    shares = {}
    for text, found_in in forms.items():
        often, ways = max(((said[found], differ[found]) for found in found_in), default=(1, 1))
        shares[text] = sqrt(often) / ways
    return shares


class Plan:
    """One question, worked out with the figures of one moment."""

    def __init__(self, ask: Ask, figures: Statistics) -> None:
        """Works out each word when it is asked for."""
        self.ask = ask
        self.figures = figures
        self.marks: dict[str, float] = {}
        self._words: dict[str, Asked] = {}
        self._shares = _shares([clause.text for clause in ask.query.must if isinstance(clause, Word)])

    def clauses(self) -> list[Clause]:
        """What must be there, each once."""
        return list(dict.fromkeys(self.ask.query.must))

    def word(self, text: str) -> Asked:
        """What one word stands for."""
        if text not in self._words:
            self._words[text] = self._work_out(text)
        return self._words[text]

    def _work_out(self, text: str) -> Asked:
        by_language = asked_terms(text)
        stops = tuple(one for one in LANGUAGES if by_language[one] == GAP)
        own = sorted({*by_language.values(), exact(text)} - {GAP})
        telling = self.figures.telling(own, stops) * (OF_STOP_WORD if stops else 1.0)
        unit = UNIT * self._shares.get(text, 1.0)
        # What stands in every piece tells next to nothing, but is found.
        found = {term: max(1, round(telling * unit)) for term in own}
        if "nl" not in stops:
            # A word that nobody wrote may still be part of many compounds: then it is not rare.
            part = PART + by_language["nl"]
            found[part] = round(OF_PART * self.figures.telling([*own, part], stops) * unit)
        short = initials_term(text)
        if short:
            found[short] = round(OF_INITIALS * self.figures.telling([short]) * unit)
        others = self.ask.others.get(text.lower(), ())
        for term, sure in others:
            rare = self.figures.telling([term])
            found[term] = max(found.get(term, 0), round(rare * sure * unit))
        if others and not sum(map(self.figures.frequency, own)):
            # Nobody wrote the word itself, so it tells what its translations tell.
            telling = max(sure * self.figures.telling([term]) for term, sure in others)
        whole = smallest_terms(text) if "nl" not in stops else ()
        worth = max((self.figures.telling(list(group)) for group in whole), default=0.0)
        for term in (*found, *(one for group in whole for one in group)):
            self.marks[term] = max(telling, self.marks.get(term, 0.0))
        points = round(OF_PART * min(telling, worth) * unit) * USUAL_LEVEL
        return Asked(tuple((term, one) for term, one in found.items() if one), whole, points, stops, telling)

    def beginning(self, terms: list[str], often: int) -> tuple[float, int]:
        """How telling the beginning of a word is that these terms have, `often` open pieces hold one; its points."""
        telling = self.figures.rarity(often)
        for term in terms:
            self.marks[term] = telling
        return telling, round(telling * UNIT) * USUAL_LEVEL

    def beginnings(self, prefix: str) -> tuple[str, ...]:
        """With what a term begins that a beginning may mean."""
        return exact(prefix).removeprefix(EXACT), exact(prefix)

    def in_order(self, words: tuple[str, ...]) -> list[list[tuple[int, str]]]:
        """The ways in which words stand next to each other: per language, and as they are written."""
        ways: list[list[tuple[int, str]]] = []
        by_word = [asked_terms(word) for word in words]
        for language in LANGUAGES:
            ways.append([(place, found[language]) for place, found in enumerate(by_word) if found[language]])
        ways.append([(place, exact(word)) for place, word in enumerate(words)])
        found: list[list[tuple[int, str]]] = []
        for way in ways:
            if way and way not in found:
                found.append(way)
        return found

    def together(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """Words written as one, and the points for finding them next to each other."""
        for words in self.ask.query.joined:
            yield words, round(JOINED * UNIT * sum(self.word(word).telling for word in words)) * USUAL_LEVEL

    def names(self) -> Iterator[tuple[str, int]]:
        """The whole question as what a piece may be called, and the points for that."""
        query = self.ask.query
        if query.must and all(isinstance(clause, Word) for clause in query.must):
            text = " ".join(clause.text for clause in query.must if isinstance(clause, Word))
            for term in sorted({called(text, language) for language in LANGUAGES} - {None}):  # type: ignore[type-var]
                yield str(term), round(self.figures.telling([str(term)]) * UNIT) * FULL_LEVEL
