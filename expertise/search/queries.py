"""The question of this room: what is there about this, that this viewer may see?"""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from expertise.access.rules import allowed
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.findable import Findable
from expertise.base.tables import text_as_known
from expertise.search.engine import FACETS, Ask, Broken, Found, Page
from expertise.search.query import Query, Word, read
from expertise.search.service import heal
from expertise.search.snippets import Marker
from expertise.search.spelling import as_written
from expertise.search.translating import Widened
from expertise.search.vocabulary import lexicon, themes
from expertise.search.wiring import Search, the_search

PER_PAGE = 20
MOST_PAGES = 500
# Longer ones do not stand whole on the page.
LONG_TITLE = 150
SORTS = ("relevance", "date")
# Facets whose values are people: a count of theirs says how much somebody wrote.
PEOPLE = frozenset({"author"})
# What people type after kind: and language:, in either language.
_KINDS = {
    "dossier": ("dossiers",),
    "entry": ("entries", "note", "notes", "notitie", "notities"),
    "handover": ("handovers", "overdracht", "overdrachten"),
    "contact": ("contacts", "contacten"),
    "person": ("people", "persoon", "personen", "medewerker", "medewerkers"),
    "post": ("posts", "posten"),
    "domain": ("domains", "domein", "domeinen"),
    "question": ("questions", "vraag", "vragen"),
    "file": ("files", "bestand", "bestanden"),
}
_LANGUAGES = {"nl": ("dutch", "nederlands"), "en": ("english", "engels"), "fr": ("french", "frans", "français")}
TYPED = {
    "kind": {word: kind for kind, others in _KINDS.items() for word in (kind, *others)},
    "language": {word: one for one, others in _LANGUAGES.items() for word in (one, *others)},
}


@dataclass(frozen=True)
class Hit:
    """A piece as the database has it now, and why it was found."""

    piece: Findable
    score: float
    complete: bool
    snippet: list[tuple[str, bool]]
    found_by: tuple[str, ...] = ()
    paired: Mapping[str, str] = field(default_factory=dict)  # of these words, the vocabulary's, with their terms

    @property
    def expired(self) -> bool:
        """It holds a line to take that is no longer valid."""
        return self.piece.valid_until is not None and self.piece.valid_until < clock.today()

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        piece = self.piece
        return {
            "kind": piece.kind,
            "id": piece.id,
            "external_id": piece.external_id,
            "title": piece.title,
            "url": piece.url,
            "snippet": "".join(text for text, _marked in self.snippet),
            "language": piece.language,
            "post": piece.post,
            "date": text_as_known(piece.date, piece.date_precision),
            "found_by": list(self.found_by),
        }


@dataclass(frozen=True)
class Results:
    """One page of what was found."""

    query: str
    page: int = 1
    per_page: int = PER_PAGE
    sort: str = "relevance"
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    total: int = 0
    complete: int = 0  # with all words
    took_ms: int = 0
    relaxed: bool = False  # filled up with pieces that have some of the words
    suggestion: str | None = None
    hits: list[Hit] = field(default_factory=list)
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    uncounted: frozenset[str] = frozenset()  # facets with more values than are counted
    cut: bool = False  # the query was too long
    hurried: bool = False  # the time was up
    building: bool = False  # the index is being built
    left_out: tuple[str, ...] = ()  # filters that this viewer may not use
    also: tuple[str, ...] = ()  # names of the same themes, in other words or languages, that were looked for as well
    literally: str = ""  # how to ask the same without them

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return min(MOST_PAGES, -(-self.total // self.per_page))

    def as_json(self) -> dict[str, Any]:
        """For programs; the form is fixed."""
        found = {
            "query": self.query,
            "total": self.total,
            "took_ms": self.took_ms,
            "relaxed": self.relaxed,
            "suggestion": self.suggestion,
            "hits": [hit.as_json() for hit in self.hits],
            "facets": {name: dict(values) for name, values in self.facets.items()},
        }
        # Said only where it is so, because others rely on the form of a whole answer.
        said = {"partial": self.hurried, "building": self.building, "left_out": list(self.left_out)}
        return found | {name: value for name, value in said.items() if value}


def find(
    viewer: Viewer,
    text: str,
    *,
    filters: Mapping[str, Iterable[str]] | None = None,
    after: date | None = None,
    before: date | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
    sort: str = "relevance",
) -> Results:
    """What the viewer may see about this, best first."""
    began = time.perf_counter()
    search = the_search()
    number = min(max(1, page), MOST_PAGES)
    query, ticked, left_out = _permitted(viewer, read(text), filters or {})
    ask = replace(
        _asked(search, viewer, query, ticked, after, before),
        sort=sort if sort in SORTS else SORTS[0],
        start=(number - 1) * per_page,
        limit=per_page,
    )
    results = Results(text, number, per_page, ask.sort, ask.filters, cut=ask.query.cut, left_out=left_out)
    asked = ask.query
    ask, widened = _widened(ask)
    found = _ask(search, ask)
    suggestion = _suggestion(search, viewer, ask.query, found) if found is not None else None
    if suggestion is not None:
        # Nobody wrote it like this, so the answer is to what was probably meant, and says so.
        asked = read(suggestion)
        # Both questions together have the time of one.
        left = max(0.0, ask.seconds - (time.perf_counter() - began))
        ask, widened = _widened(replace(ask, query=asked, seconds=left))
        found = _ask(search, ask)
    if found is None:
        return replace(results, building=True)
    hits, gone = _look_again(search, viewer, found, widened)
    return replace(
        results,
        total=max(0, found.total - gone),
        complete=max(0, min(found.complete, found.total - gone)),
        took_ms=round((time.perf_counter() - began) * 1000),
        relaxed=found.relaxed or suggestion is not None,
        suggestion=suggestion,
        hits=hits,
        facets=_facets_for(viewer, found),
        uncounted=found.more,
        hurried=found.hurried,
        also=widened.said(),
        literally=_literally(asked),
    )


def _literally(query: Query) -> str:
    """The same question with each word between quotes, where it is made of words alone."""
    words_only = [one.text for one in query.must if isinstance(one, Word)]
    plain = len(words_only) == len(query.must) and not (query.never or query.filters or query.after or query.before)
    return " ".join(f'"{one}"' for one in words_only) if plain else ""


def found_keys(
    viewer: Viewer, text: str, *, filters: Mapping[str, Iterable[str]], limit: int, seconds: float = Ask.seconds
) -> list[str] | None:
    """The keys of the newest pieces that hold all of this, without looking at them; None where not all was asked.

    So it is while there is no index, and where the time was up: a job, for which nobody waits, takes more of it.
    """
    search = the_search()
    query, ticked, _left_out = _permitted(viewer, read(text), filters)
    ask = replace(
        _asked(search, viewer, query, ticked, None, None), sort="date", limit=limit, counted=False, seconds=seconds
    )
    found = _ask(search, _widened(ask)[0])
    return None if found is None or found.hurried else [hit.key for hit in found.hits if hit.complete]


def still_readable(viewer: Viewer, keys: Iterable[str]) -> set[str]:
    """Which of these pieces are there and may be seen by the viewer now; one query for each kind."""
    wanted = set(keys)
    pieces = the_search().load([tuple(key.split(":", 2)[:2]) for key in sorted(wanted)])  # type: ignore[misc]
    return {one.key for one in pieces if one.key in wanted and not viewer.tokens.isdisjoint(one.readers)}


def _facets_for(viewer: Viewer, found: Page) -> Mapping[str, Mapping[str, int]]:
    """Counts by author put people in order: personnel does not get them."""
    return {facet: values for facet, values in found.facets.items() if facet not in _withheld(viewer)}


def _withheld(viewer: Viewer) -> frozenset[str]:
    """The facets that count people one by one, for those who judge people."""
    return frozenset() if allowed(viewer, "expertise.observed") else PEOPLE


def _permitted(
    viewer: Viewer, query: Query, filters: Mapping[str, Iterable[str]]
) -> tuple[Query, Mapping[str, Iterable[str]], tuple[str, ...]]:
    """The question without the filters that this viewer may not use, and their names (ADR 68)."""
    withheld = _withheld(viewer)
    left_out = {facet for facet in (*query.filters, *filters) if facet in withheld}
    if not left_out:
        return query, filters, ()
    typed = {facet: values for facet, values in query.filters.items() if facet not in withheld}
    ticked = {facet: values for facet, values in filters.items() if facet not in withheld}
    return replace(query, filters=typed), ticked, tuple(sorted(left_out))


@dataclass(frozen=True)
class Pool:
    """The best pieces about a subject, for a room that asks who stands behind them and judges the records itself."""

    hits: list[Found] = field(default_factory=list)
    marker: Marker = field(default_factory=lambda: Marker((), {}))  # tells which texts hold words of the subject
    themes: frozenset[str] = frozenset()  # codes of the domains that the subject names
    suggestion: str | None = None
    building: bool = False


def pool(viewer: Viewer, text: str, *, kinds: Iterable[str], limit: int) -> Pool:
    """The best pieces of these kinds about a subject, as keys with scores; no facets, no snippets, no texts."""
    search = the_search()
    ask = replace(_asked(search, viewer, read(text), {}, None, None), limit=limit, counted=False)
    # What was typed as a filter holds as well; a kind that speaks of nobody finds nothing.
    wanted = tuple(kinds)
    typed = ask.fixed.get("kind")
    kept = tuple(one for one in wanted if typed is None or one in typed) or ("",)
    ask, _widened_by = _widened(replace(ask, fixed={**ask.fixed, "kind": kept}))
    found = _ask(search, ask)
    if found is None:
        return Pool(building=True)
    suggestion = _suggestion(search, viewer, ask.query, found)
    if suggestion is not None:
        ask, _widened_by = _widened(replace(ask, query=read(suggestion)))
        found = _ask(search, ask)
    if found is None:
        return Pool(building=True)
    named = themes().named(read(suggestion or text))
    return Pool(found.hits, Marker(found.marks, found.weights), named, suggestion)


def _asked(
    search: Search,
    viewer: Viewer,
    query: Query,
    filters: Mapping[str, Iterable[str]],
    after: date | None,
    before: date | None,
) -> Ask:
    """The question to the engine: what was typed and what was ticked together."""
    return Ask(
        query=query,
        tokens=viewer.tokens,
        filters={facet: values for facet, values in filters_now(filters).items() if facet in FACETS},
        fixed={facet: _resolved(search, facet, values) for facet, values in query.filters.items()},
        after=max((day for day in (after, query.after) if day), default=None),
        before=min((day for day in (before, query.before) if day), default=None),
        today=clock.today(),
    )


def filters_now(filters: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Ticked values, each once; for those of what was merged or renamed since, what they are called now."""
    ticked = {facet: tuple(values) for facet, values in filters.items()}
    renamed = the_search().renamed
    known = {facet: renamed[facet](values) for facet, values in ticked.items() if values and facet in renamed}
    return {
        facet: tuple(dict.fromkeys(known.get(facet, {}).get(value, value) for value in values))
        for facet, values in ticked.items()
        if values
    }


def _ask(search: Search, ask: Ask) -> Page | None:
    """The engine's answer; a broken index is healed first, and None where that takes longer than a reader waits."""
    for attempt in (_as_it_is, _as_it_is, _healed):
        try:
            return attempt(search, ask)
        except Broken:
            # Perhaps another process just swapped the index; the second look sees the new one.
            continue
    return None


def _as_it_is(search: Search, ask: Ask) -> Page:
    return search.engine().search(ask)


def _healed(search: Search, ask: Ask) -> Page | None:
    return search.engine().search(ask) if heal() else None


def _resolved(search: Search, facet: str, typed: tuple[str, ...]) -> tuple[str, ...]:
    """The values that a typed filter means: a code, an id, or what is called so."""
    meant: list[str] = []
    for word in typed:
        meant += [word, word.upper(), word.lower()]
        known = TYPED.get(facet, {}).get(word.lower())
        meant += [known] if known else []
        meant += search.renamed[facet]([word]).values() if facet in search.renamed else []
        if facet in search.lookups:
            meant += search.lookups[facet](word)
    return tuple(dict.fromkeys(meant))


def _widened(ask: Ask) -> tuple[Ask, Widened]:
    """The question with what its words may stand for in other languages."""
    query, names = themes().widen(ask.query)
    others = lexicon().others(query)
    return replace(ask, query=query, others=others), Widened.of(ask.query, names, others)


def _look_again(search: Search, viewer: Viewer, found: Page, widened: Widened) -> tuple[list[Hit], int]:
    """The hits as the database has them now, and how many of them are gone or no longer for this viewer."""
    records = [tuple(hit.key.split(":", 2)[:2]) for hit in found.hits]
    pieces = {piece.key: piece for piece in search.load(records)}  # type: ignore[arg-type]
    marker = Marker(found.marks, found.weights)
    hits = []
    for hit in found.hits:
        piece = pieces.get(hit.key)
        if piece is not None and not viewer.tokens.isdisjoint(piece.readers):
            # Of a title of many lines the page shows the first ones, so what was found in it may not be seen there.
            title = piece.title if len(piece.title) > LONG_TITLE else ""
            snippet = marker.snippet((piece.body, piece.summary, title), piece.language)
            said = widened.found_by(piece, marker)
            paired = {word: term_of for word, term_of in said.items() if term_of}
            hits.append(Hit(piece, hit.score, hit.complete, snippet, tuple(said), paired))
    return hits, len(found.hits) - len(hits)


def _suggestion(search: Search, viewer: Viewer, query: Query, found: Page) -> str | None:
    """The query with the words that nobody wrote replaced by the nearest that somebody did."""
    text = query.text
    for word, (meant, key) in found.corrections.items():
        kind, identity, *_part = key.split(":", 2)
        for piece in search.load([(kind, identity)]):
            if piece.key == key and not viewer.tokens.isdisjoint(piece.readers):
                written = as_written(piece, meant, word)
                if written:
                    text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", written, text)
    return text if text != query.text else None


def names_of(facets: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """The names of values, for the facets whose rooms registered how to name them."""
    search = the_search()
    return {
        facet: dict(search.labels[facet](list(values))) for facet, values in facets.items() if facet in search.labels
    }
