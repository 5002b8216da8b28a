"""The words of open pieces in a tantivy index: how often each stands there, and which is near to another."""

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from expertise.search.analysis import fold, guessed_terms
from expertise.search.engine import Broken
from expertise.search.lexicon import LONG, SHORTEST, Lexicon, beginnings, one_edit_away
from expertise.search.plan import MOST_BEGINNINGS
from expertise.search.spelling import correctable, respelled
from expertise.search.tantivy_counting import matching
from expertise.search.tantivy_queries import all_of, term_is
from expertise.search.tantivy_store import AT, level_of

# Postings of so few pieces are counted one by one sooner than by a walk over blocks of them.
FEW = 8_000
# So many terms are kept with their tokens, some 30 MB; then all are looked up again.
MOST_KEPT = 10_000
# So many seconds the words that stood there before a save are enough, where one of them is near.
READ_AGAIN = 60.0


class Words:
    """The words of open pieces at one moment; what was looked up is kept."""

    def __init__(self, searcher: Any, *, gone: int, before: "Words | None" = None) -> None:
        """`searcher` is of an index that still holds postings of so many pieces that are `gone`."""
        self.searcher = searcher
        self._gone = gone
        self._tokens: dict[str, list[str]] = {}
        # By first letter, with when it was read; what stood there before the last save is not read again at once.
        self._by_first: dict[str, tuple[float, Lexicon]] = dict(before._by_first) if before else {}
        self._is_older = bool(self._by_first)

    def tokens(self, term: str) -> list[str]:
        """The tokens of a term, one per level; they say nothing of who may read the pieces that hold them."""
        if term not in self._tokens:
            if len(self._tokens) >= MOST_KEPT:
                self._tokens.clear()
            self._tokens[term] = [token for token, _often in self.searcher.terms_with_prefix("levels", term + AT)]
        return self._tokens[term]

    def frequency(self, term: str) -> int:
        """In how many live open pieces a term stands."""
        often = int(self.searcher.doc_freq("open", term))
        # To ask for live pieces costs a walk, so only what may be gone is asked for so.
        if not often or not self._gone:
            return often
        if often < FEW:
            return int(self._first(term, count=True).count)
        return matching(self.searcher, term_is("open", term))

    def _first(self, term: str, *, count: bool = False) -> Any:
        return self.searcher.search(term_is("open", term), 1, count=count)

    def beginning(self, prefix: str) -> list[str]:
        """Terms with this beginning, in order: the first so many; where there are fewer, some may be gone."""
        held = sorted(self.searcher.terms_with_prefix("open", prefix))
        if len(held) <= MOST_BEGINNINGS:
            return [term for term, _often in held]
        # A term that more pieces hold than are gone is held by one that is there.
        live = (term for term, often in held if often > self._gone or self._first(term).hits)
        return list(islice(live, MOST_BEGINNINGS))

    def all_beginning(self, prefix: str) -> list[str]:
        """All terms with this beginning, of whatever piece."""
        return [term for term, _often in self.searcher.terms_with_prefix("words", prefix)]

    def _lexicon(self, first: str) -> Lexicon:
        read_at, found = self._by_first.get(first, (-READ_AGAIN, None))
        if found is None or read_at < time.monotonic() - READ_AGAIN:
            found = Lexicon(term for term, _often in self.searcher.terms_with_prefix("open", first))
            self._by_first[first] = (time.monotonic(), found)
        return found

    def correct(self, word: str) -> tuple[str, str] | None:
        """A term near to the word and the key of an open piece that holds it, so that it can be shown as written."""
        found = self._nearest(word)
        if found is None and self._is_older:
            # Perhaps it was first written in the last save.
            self._by_first, self._is_older = {}, False
            found = self._nearest(word)
        return found

    def _nearest(self, word: str) -> tuple[str, str] | None:
        found = (self._best(near) for near in self._nearer_first(word))
        return next((best for best in found if best is not None), None)

    def _nearer_first(self, word: str) -> Iterator[dict[str, int]]:
        """Terms and how far they are, in the order in which they are likely (as in `whoosh_words.py`)."""
        asked = correctable(word)
        near: dict[str, int] = {}
        # To ask for each of some five hundred words takes a fraction of what reading all with a first letter does.
        for term in asked:
            if term.isascii():
                near |= {found: 1 for found in one_edit_away(term) if self._is_term(found)}
            else:
                near |= dict(self._lexicon(term[0]).near(term, 1))
        yield near
        yield {term: 1 for term in guessed_terms(respelled(word)) if self._is_term(term)}
        near = {}
        for term in asked:
            if len(term) >= LONG:
                for found, distance in self._lexicon(term[0]).near(term, 2):
                    near[found] = min(distance, near.get(found, distance))
        yield near
        yield {start: len(word) - len(start) for start in beginnings(fold(word.lower())) if self._is_term(start)}

    def _is_term(self, word: str) -> bool:
        return len(word) >= SHORTEST - 1 and word.isalpha() and bool(self.searcher.doc_freq("open", word))

    def _best(self, near: dict[str, int]) -> tuple[str, str] | None:
        for nearest in sorted(set(near.values())):
            found = [(-self.frequency(term), term) for term, distance in near.items() if distance == nearest]
            often, term = min(found)
            if often:
                return term, self._holder(term)
        return None

    def _holder(self, term: str) -> str:
        """The open piece that says most of a term, the newest of several."""
        for token in sorted(self.tokens(term), key=level_of, reverse=True):
            query = all_of([term_is("levels", token), term_is("open", term)])
            for _rank, address in self.searcher.search(query, 1, count=False, order_by_field="rank").hits:
                return str(self.searcher.doc(address).get_first("key"))
        raise Broken(f"{term} stands in no piece")
