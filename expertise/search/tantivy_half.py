"""Open or restricted pieces in a tantivy index, and the queries that only add up whole points."""

from collections.abc import Iterable
from typing import Any

from tantivy import FieldType, Occur, Query

from expertise.search.plan import MOST_BEGINNINGS
from expertise.search.tantivy_counting import Codes, Question, matching
from expertise.search.tantivy_store import AT, SCHEMA
from expertise.search.tantivy_words import Words

MUST, SHOULD, NOT = Occur.Must, Occur.Should, Occur.MustNot
# So many hits more are asked for than are wanted, because the last ones may tie.
MARGIN = 20


def term_is(name: str, value: str) -> Any:
    """Pieces with this value in a field."""
    return Query.term_query(SCHEMA, name, value, "basic")


def one_of(terms: list[str]) -> Any:
    """Pieces that hold one of these terms."""
    return any_of([worth_of(term_is("words", term), 0) for term in terms])


def worth_of(query: Any, points: float) -> Any:
    """The same pieces, at so many points."""
    return Query.const_score_query(query, float(points))


def any_of(queries: list[Any]) -> Any:
    """One of these, with the points of all that match."""
    return Query.boolean_query([(SHOULD, one) for one in queries]) if queries else Query.empty_query()


def all_of(queries: Iterable[Any]) -> Any:
    """All of these, with their points."""
    return Query.boolean_query([(MUST, one) for one in queries])


def best_of(queries: list[Any]) -> Any:
    """One of these, with the points of the best."""
    return Query.disjunction_max_query(queries) if queries else Query.empty_query()


def between(name: str, low: int, high: int) -> Any:
    """From `low` until just below `high`."""
    return Query.range_query(SCHEMA, name, FieldType.Unsigned, low, high, True, False)


class Half:
    """Open or restricted pieces: what a term is there, who may read, and what is asked of tantivy."""

    def __init__(self, searcher: Any, words: Words, codes: Codes, readers: frozenset[str] | None = None) -> None:
        """Everyone may read all of it where no `readers` are given; `words` are those of open pieces."""
        self.searcher = searcher
        self.words = words
        self.codes = codes
        self.is_open = readers is None
        self.visible = None if readers is None else Query.term_set_query(SCHEMA, "reader", sorted(readers))
        self._tokens: dict[str, list[str]] = {}
        self._expired: dict[int, bool] = {}

    def tokens(self, term: str) -> list[str]:
        """The tokens of a term, one per level."""
        if self.is_open:
            return [token for token, _often in self.words.tokens(term)]
        if term not in self._tokens:
            self._tokens[term] = [token for token, _often in self.searcher.terms_with_prefix("levels", term + AT)]
        return self._tokens[term]

    def beginning(self, prefix: str) -> list[str]:
        """Terms of this half: so many of open ones, and all of the others, which may not count."""
        if self.is_open:
            return self.words.beginning(prefix, MOST_BEGINNINGS)
        return [term for term, _often in self.searcher.terms_with_prefix("words", prefix)]

    def count(self, query: Any) -> int:
        """How many match."""
        return matching(self.searcher, query)

    def question(self, query: Any) -> Question:
        """It, to be counted here."""
        return Question(self.searcher, self.codes, query)

    def reads_any(self, query: Any) -> bool:
        """Whether the asker may read one that matches."""
        if self.visible is not None:
            query = all_of([query, self.visible])
        return bool(self.searcher.search(query, 1, count=False).hits)

    def has_expired(self, today: int) -> bool:
        """Whether a piece of this half expired before today."""
        if today not in self._expired:
            self._expired[today] = today > 1 and self.count(between("valid", 1, today)) > 0
        return self._expired[today]

    def newest(self, query: Any, wanted: int) -> list[tuple[int, Any]]:
        """The first so many by rank."""
        return list(self.searcher.search(query, wanted, count=False, order_by_field="rank").hits)

    def best(self, query: Any, wanted: int, *, alike: bool = False) -> list[tuple[float, int, Any]]:
        """The first so many by points, then by rank: points, rank, address; `alike` where all have the same points."""
        if alike:
            points = [one[0] for one in self.searcher.search(query, 1, count=False).hits]
            return [(points[0], rank, address) for rank, address in self.newest(query, wanted)] if points else []
        limit = wanted + MARGIN
        while True:
            hits = self.searcher.search(query, limit, count=False).hits
            # tantivy breaks ties by where a piece happens to be stored; so all that tie with the last are looked at.
            if len(hits) < limit or hits[wanted - 1][0] > hits[-1][0]:
                break
            limit *= 4
        if len(hits) > wanted:
            least = hits[wanted - 1][0]
            hits = [hit for hit in hits if hit[0] >= least]
        ranks = self.searcher.fast_field_values("rank", [address for _points, address in hits])
        found = [(points, rank, address) for (points, address), rank in zip(hits, ranks, strict=True)]
        found.sort(key=lambda one: one[:2], reverse=True)
        return found[:wanted]

    def key(self, address: Any) -> str:
        """The key of a piece."""
        return str(self.searcher.doc(address).get_first("key"))
