"""What is known of what people did: one shape for all of it, and the registry by which rooms hand it in.

An observation is worked out when it is asked for, out of records that the asker may see; nothing of it is stored. So
it is gone with the next request when its record is gone, closed, hidden by its person, or objected to.

A room registers a source in its panels.py, with up to three ways to ask it; each may make a fixed number of queries,
and answers with what `viewer` may see:

    sources.add(Source("entry", of_pieces=..., of_people=..., of_domains=...))
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from expertise.access.viewer import Viewer

# In which way a person stands behind a record, and how much that says: who held it, who wrote it, who is named in it.
ROLES = {"holder": 1.0, "author": 0.8, "mentioned": 0.4}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One person and one record that speaks of what they know."""

    person_id: str
    role: str  # of ROLES
    kind: str  # posting, stewardship, entry, handover, answer
    key: str  # kind and id of the record: what a person hides
    title: str
    url: str
    piece: str = ""  # key of the record that search finds
    within: str = ""  # key of the record that it belongs to, whose holders it speaks of too
    first: dt.date | None = None
    last: dt.date | None = None  # none: goes on, or is not known
    ongoing: bool = False
    place: str = ""
    domains: tuple[str, ...] = ()  # ids
    countries: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()  # ids

    def touched(self, today: dt.date) -> dt.date | None:
        """When it was last true."""
        return today if self.ongoing else self.last or self.first

    @property
    def keys(self) -> tuple[str, ...]:
        """What hides it, once hidden: itself, or a whole domain or country of a person."""
        return (self.key, *(f"domain:{one}" for one in self.domains), *(f"country:{one}" for one in self.countries))


Ask = Callable[[Viewer, Collection[str]], Iterable[Evidence]]


@dataclass(frozen=True)
class Source:
    """One kind of evidence, and how it is asked for."""

    kind: str
    of_people: Ask  # by persons' ids
    of_domains: Ask  # by domains' ids
    of_pieces: Ask | None = None  # by ids of the records that search found
    pieces: str = ""  # which kind of hits those are


@dataclass
class Sources:
    """The sources by name."""

    _sources: dict[str, Source] = field(default_factory=dict)

    def add(self, source: Source) -> None:
        """Register one; a name is taken once."""
        if source.kind in self._sources:
            raise ValueError(f"there is a source {source.kind} already")
        self._sources[source.kind] = source

    def all(self) -> list[Source]:
        """In the order of their names."""
        return [self._sources[name] for name in sorted(self._sources)]

    def piece_kinds(self) -> tuple[str, ...]:
        """Which kinds of hits speak of people."""
        return tuple(sorted({one.pieces for one in self.all() if one.of_pieces}))

    def of_people(self, viewer: Viewer, person_ids: Collection[str]) -> list[Evidence]:
        """All that may be known of these people; a fixed number of queries."""
        return [one for source in self.all() for one in source.of_people(viewer, person_ids)] if person_ids else []

    def of_domains(self, viewer: Viewer, domain_ids: Collection[str]) -> list[Evidence]:
        """All that may be known about these domains; a fixed number of queries."""
        return [one for source in self.all() for one in source.of_domains(viewer, domain_ids)] if domain_ids else []

    def of_pieces(self, viewer: Viewer, keys: Iterable[str]) -> list[Evidence]:
        """Who stands behind these pieces; a fixed number of queries."""
        by_kind: dict[str, list[str]] = {}
        for key in keys:
            kind, identity, *_part = key.split(":", 2)
            by_kind.setdefault(kind, []).append(identity)
        return [
            one
            for source in self.all()
            if source.of_pieces and source.pieces in by_kind
            for one in source.of_pieces(viewer, by_kind[source.pieces])
        ]


sources = Sources()
