"""A vocabulary in use: what else a word of a question may stand for, in another language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from expertise.base.findable import Findable
from expertise.search.analysis import LANGUAGES, asked_terms, terms, words
from expertise.search.query import AnyOf, Clause, Every, Phrase, Query, Simple, Word
from expertise.search.snippets import Marker


@dataclass(frozen=True)
class Lexicon:
    """Terms by language and term, each with how sure it is."""

    pairs: dict[tuple[str, str], tuple[tuple[str, float], ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, str, float]]) -> "Lexicon":
        """Of rows (term, language, term, language, how sure)."""
        found: dict[tuple[str, str], list[tuple[str, float]]] = {}
        for source, language, target, _target_language, sure in rows:
            found.setdefault((language, source), []).append((target, sure))
        return cls({name: tuple(others) for name, others in found.items()})

    def others(self, query: Query) -> dict[str, tuple[tuple[str, float], ...]]:
        """For each word of a question the terms that it may also stand for."""
        if not self.pairs:
            return {}
        found: dict[str, tuple[tuple[str, float], ...]] = {}
        for text in _words(query.must, literal=False):
            best: dict[str, float] = {}
            by_language = asked_terms(text)
            if not all(by_language.values()):
                # A stop word of one language says nothing by what it may mean in another.
                continue
            for language, term in by_language.items():
                for other, sure in self.pairs.get((language, term), ()):
                    best[other] = max(sure, best.get(other, 0.0))
            if best:
                found[text.lower()] = tuple(sorted(best.items()))
        return found


def _words(clauses: Iterable[Clause], *, literal: bool = True) -> Iterator[str]:
    for clause in clauses:
        if isinstance(clause, Word):
            if literal or not clause.literal:
                yield clause.text
        elif isinstance(clause, AnyOf):
            yield from _words(clause.options, literal=literal)
        elif isinstance(clause, Every):
            yield from clause.words


LONGEST_THEME = 5
MOST_REASONS = 3


@dataclass(frozen=True)
class Widened:
    """What a question was widened with, so that a hit can say what it was found by."""

    own: frozenset[str] = frozenset()  # terms of the words as they were asked
    names: tuple[tuple[str, frozenset[str]], ...] = ()  # a name of a theme, and its terms in one language
    others: frozenset[str] = frozenset()  # terms of the vocabulary

    @classmethod
    def of(cls, query: Query, names: Iterable[str], others: Mapping[str, tuple[tuple[str, float], ...]]) -> "Widened":
        """`names` of themes, `others` as the vocabulary has them."""
        own = {term for text in _words(query.must) for term in asked_terms(text).values() if term}
        by_name = [
            (name, frozenset(found))
            for name in names
            for found in dict.fromkeys(tuple(one for one in terms(name, language) if one) for language in LANGUAGES)
            if found
        ]
        return cls(
            frozenset(own), tuple(by_name), frozenset(term for found in others.values() for term, _sure in found) - own
        )

    def said(self) -> tuple[str, ...]:
        """The first names that were looked for as well, each once however it is written."""
        said: dict[str, str] = {}
        for name, _held in self.names:
            said.setdefault(name.lower(), name)
        return tuple(said.values())[:MOST_REASONS]

    def found_by(self, piece: Findable, marker: Marker) -> dict[str, str]:
        """The words in another language by which a piece was found, where it holds none that was asked.

        With each its term in the vocabulary, empty where it is the name of a theme.
        """
        if not (self.names or self.others):
            return {}
        text = f"{piece.title}\n{piece.summary}\n{piece.body}"
        written: dict[str, str] = {}
        for hit in marker.hits(text, piece.language):
            if hit.term in self.own:
                return {}
            written.setdefault(hit.term, text[hit.start : hit.end])
        # A name is the reason where all of it is there, and not where it shares a word with the one that is.
        said = {name: "" for name, held in self.names if held <= written.keys()}
        for found, word in written.items():
            if found in self.others:
                said.setdefault(word, found)
        return dict(list(said.items())[:MOST_REASONS])


class Themes:
    """The words for each theme in every language, so that "wapenbeheersing" finds "arms control"."""

    def __init__(self, named: Iterable[tuple[str, str, str]]) -> None:
        """`named` are (theme, language, words)."""
        self._by_terms: dict[tuple[str, ...], set[str]] = {}
        self._names: dict[str, list[str]] = {}
        for theme, language, name in named:
            found = tuple(one for one in terms(name, language) if one)
            if 0 < len(found) <= LONGEST_THEME:
                self._by_terms.setdefault(found, set()).add(theme)
                self._names.setdefault(theme, []).append(name)

    def widen(self, query: Query) -> tuple[Query, tuple[str, ...]]:
        """The question with the other names of the themes that it names, and these names."""
        if not self._by_terms:
            return query, ()
        clauses = list(query.must)
        widened: list[Clause] = []
        names: dict[str, None] = {}
        place = 0
        while place < len(clauses):
            length, themes = self._named_at(clauses, place)
            if not themes:
                widened.append(clauses[place])
                place += 1
                continue
            asked = [clause.text for clause in clauses[place : place + length] if isinstance(clause, Word)]
            options: dict[Simple, None] = {Word(asked[0]) if length == 1 else Every(tuple(asked)): None}
            for theme in sorted(themes):
                for name in self._names[theme]:
                    said = tuple(words(name))
                    if [one.lower() for one in said] != [one.lower() for one in asked]:
                        options[Word(said[0]) if len(said) == 1 else Phrase(said)] = None
                        names[name] = None
            widened.append(AnyOf(tuple(options)) if len(options) > 1 else clauses[place])
            if len(options) == 1:
                widened += clauses[place + 1 : place + length]
            place += length
        return replace(query, must=tuple(widened)), tuple(names)

    def named(self, query: Query) -> frozenset[str]:
        """The themes that a question names, by any of their words."""
        clauses, found, place = list(query.must), set(), 0
        while place < len(clauses):
            length, themes = self._named_at(clauses, place)
            found |= themes
            place += max(1, length)
        return frozenset(found)

    def _named_at(self, clauses: list[Clause], place: int) -> tuple[int, set[str]]:
        """How many words from here name a theme, and which."""
        run: list[dict[str, str]] = []
        for clause in clauses[place : place + LONGEST_THEME]:
            if not isinstance(clause, Word) or clause.literal:
                break
            run.append(asked_terms(clause.text))
        for length in range(len(run), 0, -1):
            themes: set[str] = set()
            for language in ("nl", "en", "fr"):
                found = tuple(one[language] for one in run[:length])
                if all(found):
                    themes |= self._by_terms.get(found, set())
            if themes:
                return length, themes
        return 0, set()
