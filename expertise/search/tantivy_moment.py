"""A tantivy index as last committed, and what is asked of it."""

from typing import Any

from tantivy import Query

from expertise.search.analysis import LANGUAGES
from expertise.search.engine import OPEN
from expertise.search.plan import Statistics
from expertise.search.tantivy_counting import Codes, matching
from expertise.search.tantivy_queries import MUST, NOT, between, term_is, with_any
from expertise.search.tantivy_store import AT, RESTRICTED
from expertise.search.tantivy_words import Words

# So many hits more are asked for than are wanted, because the last ones may tie.
MARGIN = 20


class Moment:
    """What is there at one moment, and the figures of the open pieces among it."""

    def __init__(self, searcher: Any, words: Words, codes: Codes) -> None:
        """`words` are those of open pieces; `codes` what is known of the codes of values."""
        self.searcher = searcher
        self.words = words
        self.codes = codes
        by_language = {one: words.frequency(AT + one) for one in LANGUAGES}
        self.figures = Statistics(sum(by_language.values()), by_language, words.frequency)
        self._expired: dict[int, bool] = {}

    def visible(self, tokens: frozenset[str]) -> list[tuple[Any, Any]]:
        """What limits a question to the pieces that may be read with these tokens."""
        mine = with_any("reader", sorted(tokens))
        if OPEN not in tokens:
            return [(MUST, mine)]
        # Nine of ten pieces are open, so those that are not are left out sooner than the others are taken.
        others = Query.boolean_query([(MUST, term_is("reader", RESTRICTED)), (NOT, mine)])
        return [(NOT, others)] if self.searcher.doc_freq("reader", RESTRICTED) else []

    def count(self, query: Any) -> int:
        """How many match."""
        return matching(self.searcher, query)

    def holds_any(self, query: Any) -> bool:
        """Whether any matches."""
        return bool(self.searcher.search(query, 1, count=False).hits)

    def has_expired(self, today: int) -> bool:
        """Whether a piece expired before today."""
        if today not in self._expired:
            self._expired[today] = today > 1 and self.holds_any(between("valid", 1, today))
        return self._expired[today]

    def newest(self, query: Any, wanted: int) -> list[tuple[int, Any]]:
        """The first so many by rank."""
        return list(self.searcher.search(query, wanted, count=False, order_by_field="rank").hits)

    def best(self, query: Any, wanted: int) -> list[tuple[float, int, Any]]:
        """The first so many by points, then by rank: points, rank, address."""
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
