"""What search asks of an engine, and what it gets: the protocol that each engine fulfils.

An engine stores pieces already analysed. It keeps pieces that everyone may read apart from the others: every
statistic that can move a score comes from the open ones alone, so that nothing hidden shows in what is found.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from expertise.search.query import Query

OPEN = "all"
# Facets in the order of the page; the values of a piece are ids or codes, and names are looked up when shown.
FACETS = ("kind", "post", "domain", "author", "dossier", "year", "language")
FIELDS = ("title", "summary", "body", "names")


def record_of(key: str) -> str:
    """The record that a piece is part of: kind and id."""
    kind, identity, *_part = key.split(":", 2)
    return f"{kind}:{identity}"


def rank_of(key: str, day: int | None) -> int:
    """Orders pieces of equal score: newest first, then by a number that says nothing of when it was written."""
    mixed = int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=5).digest(), "big")
    return ((day or 0) << 40) | mixed


class Broken(Exception):
    """The index cannot be read: it is to be built again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece as an engine stores it: terms by field and position, readers, and what it can be filtered by."""

    key: str
    readers: frozenset[str]
    language: str
    terms: Mapping[str, list[str]]  # by field, in order of position; "" is a gap
    parts: Mapping[str, list[str]]  # by field, of compounds
    halves: Mapping[str, list[str]]  # by field, of words with a hyphen
    labels: tuple[str, ...]  # what it is called, and the initials of that
    values: Mapping[str, tuple[str, ...]]  # by facet
    day: int | None = None  # date.toordinal()
    valid_until: int | None = None
    digest: str = ""  # of all that was indexed

    @property
    def is_open(self) -> bool:
        """Everyone may read it."""
        return OPEN in self.readers


@dataclass(frozen=True)
class Ask:
    """One question to an engine."""

    query: Query
    tokens: frozenset[str]  # of who asks
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # ticked: values of one facet add up
    fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # typed in the query
    after: date | None = None
    before: date | None = None
    others: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)  # word -> terms, how sure
    sort: str = "relevance"  # or date
    start: int = 0
    limit: int = 20
    today: date | None = None
    seconds: float = 1.0  # then a marked partial answer
    counted: bool = True  # whether the facets are wanted


@dataclass(frozen=True, slots=True)
class Found:
    """One hit."""

    key: str
    score: float
    complete: bool  # holds every word asked for


@dataclass(frozen=True)
class Page:
    """One page of an answer. Everything in it is about pieces that the asker may read."""

    hits: list[Found] = field(default_factory=list)
    total: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    relaxed: bool = False  # pieces with only some of the words fill it up
    complete: int = 0  # pieces with all words
    corrections: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # unknown word -> term, an open piece
    more: frozenset[str] = frozenset()  # facets with more values than are counted here
    marks: frozenset[str] = frozenset()  # terms that a snippet marks
    weights: Mapping[str, float] = field(default_factory=dict)  # of those terms, how telling they are
    hurried: bool = False  # the time was up


TWICE = "twice"
# An answer counts so many values of a facet, the most frequent ones; a page shows eight of them.
MOST_COUNTED = 50


def most_frequent(counted: Mapping[str, Mapping[str, int]]) -> tuple[dict[str, dict[str, int]], frozenset[str]]:
    """The values of each facet, most frequent first, and the facets of which there are more than are named."""
    found: dict[str, dict[str, int]] = {}
    for facet, values in counted.items():
        # Of thousands of values the few that are shown are taken first: counts alone are sorted quickly.
        least = sorted(values.values(), reverse=True)[:MOST_COUNTED][-1] if values else 0
        order = sorted((-count, value) for value, count in values.items() if count >= least)
        found[facet] = {value: -count for count, value in order[:MOST_COUNTED]}
    return found, frozenset(facet for facet, values in counted.items() if len(values) > MOST_COUNTED)


class Engine(Protocol):
    """What keeps the index."""

    def create(self) -> None:
        """Make the index, empty."""

    def write(self, adds: Iterable[Piece], removes: Iterable[str] = ()) -> None:
        """Replace whole records by these pieces, and remove records; may be repeated after a crash."""

    def build(self, pieces: Iterable[Piece]) -> None:
        """Fill an index that was just created."""

    def search(self, ask: Ask) -> Page:
        """Answer; raises Broken where the index cannot be read."""

    def telling(self, term: str) -> float:
        """How rare a term is among open pieces."""

    def contents(self) -> dict[str, str]:
        """Every key with its digest; TWICE where more than one piece has it, which is never as it should be."""

    def verify(self) -> None:
        """Raise Broken unless everything that was written is there."""

    def close(self) -> None:
        """Let go of files."""
