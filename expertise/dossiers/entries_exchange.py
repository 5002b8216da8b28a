"""Notes in and out of files. A dossier that a row names and that is not there is made, open to all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import lazyload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import new_id, session
from expertise.base.findable import tell_search
from expertise.base.tables import Field, Kind, PartialDate, Report, Row, Type, load_in_batches
from expertise.base.tables.batches import Outcome
from expertise.base.tables.dates import Precision
from expertise.base.tables.matching import own_id, take_over
from expertise.domains.models import Domain
from expertise.domains.queries import find_domains
from expertise.dossiers.entry_service import first_line, language_of
from expertise.dossiers.models import (
    ENTRY_TEXTS,
    LONGEST_TITLE,
    OUTCOMES,
    Dossier,
    DossierReader,
    Entry,
    EntryRevision,
    snapshot,
)
from expertise.people.models import Person
from expertise.people.queries import find_people_by
from expertise.posts.models import Post
from expertise.posts.queries import find_posts

KIND_WORDS = {
    "background": ("achtergrond",),
    "state_of_play": ("stand van zaken",),
    "decision": ("besluit", "beslissing"),
    "commitment": ("toezegging",),
    "meeting_report": ("gespreksverslag", "verslag", "report"),
    "lesson": ("les", "geleerde les"),
    "pitfall": ("valkuil",),
    "how_to": ("werkwijze", "howto"),
}
FIELDS = (
    Field("external_id", longest=200, example="note-2031", aliases=("id", "entry_id"),
          meaning=_("What your own system calls this note; by it the next import finds it again.")),
    Field("title", longest=LONGEST_TITLE, empty="", example="Draft resolution", aliases=("titel",),
          meaning=_("Without one, the first line of the text.")),
    Field("body", Type.LONGTEXT, empty="", example="Eleven states support …", aliases=("text", "tekst"),
          meaning=_("Markdown; may be empty if there is a title.")),
    Field("date", Type.DATE, example="2026-11-23", aliases=("datum",),
          meaning=_("2026-11 or 2026 if no more is known.")),
    Field("language", Type.LANGUAGE, example="nl", aliases=("lang", "taal"), meaning=_("Else it is told by the text.")),
    Field("kind", Type.CHOICE, choices=KIND_WORDS, example="decision", aliases=("soort",),
          meaning=_("Else it is background.")),
    Field("dossier", longest=LONGEST_TITLE, example="Cluster munitions",
          meaning=_("External id or title; one that is not there is made, open to all.")),
    Field("post", longest=200, example="GEN-PV", meaning=_("External id, code or name of the post.")),
    Field("author", longest=254, example="femke@example.org", aliases=("auteur",),
          meaning=_("External id, e-mail address or whole name of the person.")),
    Field("tags", Type.LIST, longest=100, example="CCW; New York", aliases=("trefwoorden",)),
    Field("domains", Type.LIST, longest=200, example="disarmament", aliases=("domain", "domein", "domeinen"),
          meaning=_("Codes or names of domains.")),
    Field("to_whom", longest=200, empty="", example="Chair of the expert group", aliases=("aan wie",),
          meaning=_("Of a commitment.")),
    Field("due_on", Type.DATE, example="2027-01-22", aliases=("due", "uiterlijk")),
    Field("settled_on", Type.DATE, example="2027-01-20"),
    Field("outcome", Type.CHOICE, choices=OUTCOMES, empty="", example="kept"),
)  # fmt: skip
PRECISIONS: tuple[Precision, ...] = ("day", "month", "year")
# Where a row names no dossier.
WITHOUT = "imported-notes"


@dataclass
class _Known:
    """What a batch refers to, and the notes that there are already."""

    dossiers: dict[str, Dossier]  # by own id, external id, and title
    people: dict[str, Person]
    posts: dict[str, Post]
    domains: dict[str, Domain]
    entries: dict[str, Entry] = field(default_factory=dict)  # by external id and own id
    alike: dict[tuple[Any, ...], list[Entry]] = field(default_factory=dict)  # by dossier, title and date


class _Loading:
    def __init__(self, viewer: Viewer, report: Report) -> None:
        self.viewer = viewer
        self.report = report
        # Notes that a row of this file was about: the next row with the same title is about another one.
        self.taken: set[str] = set()

    def prepare(self, rows: list[Row]) -> _Known:
        known = _Known(
            find_dossiers(_words(rows, "dossier") | {WITHOUT}),
            find_people_by(self.viewer, _words(rows, "author"), by_name=True),
            find_posts(self.viewer, _words(rows, "post"), by_name=True),
            find_domains(self.viewer, {word for row in rows for word in row.get("domains") or ()}),
        )
        ids = _words(rows, "external_id")
        query = select(Entry).options(selectinload(Entry.domains).options(lazyload(Domain.terms)))
        if ids:
            for one in session().scalars(query.where(or_(Entry.external_id.in_(ids), Entry.id.in_(ids)))):
                known.entries |= {one.id: one, one.external_id or one.id: one}
        titles = {_title(row) for row in rows if not row.get("external_id")}
        if titles:
            places = {one.id for one in known.dossiers.values()}
            for one in session().scalars(query.where(Entry.dossier_id.in_(places), Entry.title.in_(titles))):
                known.alike.setdefault((one.dossier_id, one.title, one.date), []).append(one)
        return known

    def save(self, row: Row, known: _Known) -> Outcome | None:
        if not _title(row):
            self.report.error(row, "title", None, _("Give a title or a text."))
            return None
        dossier = self._dossier(row, known)
        values = self._columns(row, dossier, known)
        entry = self._match(row, values, known)
        domains = self._domains(row, known)
        if entry is None:
            return self._new(row, values, domains)
        return self._changed(entry, values, domains)

    def _dossier(self, row: Row, known: _Known) -> Dossier:
        word = row.get("dossier") or WITHOUT
        dossier = known.dossiers.get(word) or known.dossiers.get(word.casefold())
        if dossier is None:
            named = word != WITHOUT
            title = word if named else gettext("Imported notes")
            language = row.get("language") or language_of(title, "", otherwise=self.viewer.language)
            dossier = Dossier(id=new_id(), title=title, language=language, external_id=None if named else WITHOUT)
            dossier.reader_rows = [DossierReader(token="all")]  # noqa: S106 (a word of the rules, not a password)
            session().add(dossier)
            record(self.viewer, "dossier.opened", dossier)
            tell_search("dossier", dossier.id)
            known.dossiers |= {word: dossier, word.casefold(): dossier}
        return dossier

    def _columns(self, row: Row, dossier: Dossier, known: _Known) -> dict[str, Any]:
        """What the file says, as columns; a field that it does not give is left as it is."""
        names = ("external_id", "body", "to_whom", "outcome", "tags")
        values = {name: row[name] for name in names if name in row}
        values |= {"dossier_id": dossier.id, "title": _title(row)}
        # An empty kind or language says nothing.
        values |= {name: row[name] for name in ("kind", "language") if row.get(name)}
        for name in ("due_on", "settled_on"):
            if name in row:
                values[name] = row[name].date if row[name] else None
        if "date" in row:
            given: PartialDate | None = row["date"]
            values |= {"date": given.date, "date_precision": given.precision} if given else {"date": None}
        for name, column, found in (("author", "author_id", known.people), ("post", "post_id", known.posts)):
            if name in row:
                values[column] = self._id_of(row, name, found)
        return values

    def _id_of(self, row: Row, name: str, found: Any) -> str | None:
        word = row[name]
        if not word:
            return None
        one = found.get(word)
        if one is None:
            self.report.warning(row, name, word, _("This is not known here, so it is left empty."))
            return None
        return str(one.id)

    def _domains(self, row: Row, known: _Known) -> list[Domain] | None:
        if "domains" not in row:
            return None
        found = {word: known.domains.get(word) for word in row["domains"]}
        for word, domain in found.items():
            if domain is None:
                self.report.warning(row, "domains", word, _("This is not known here, so it is left out."))
        return list(dict.fromkeys(one for one in found.values() if one is not None))

    def _match(self, row: Row, values: dict[str, Any], known: _Known) -> Entry | None:
        external_id = row.get("external_id")
        if external_id:
            return known.entries.get(external_id)
        alike = known.alike.get((values["dossier_id"], values["title"], values.get("date")), ())
        free = [one for one in alike if one.id not in self.taken]
        same = next((one for one in free if one.body == values.get("body", one.body)), None)
        entry = same or (free[0] if len(free) == 1 else None)
        if entry is not None:
            self.taken.add(entry.id)
        return entry

    def _new(self, row: Row, values: dict[str, Any], domains: list[Domain] | None) -> Outcome:
        values.setdefault("language", language_of(values["title"], values.get("body", ""), otherwise="en"))
        entry = Entry(id=new_id(), **values, written_by_id=values.get("author_id"))
        entry.domains = domains or []
        session().add(entry)
        if not row.get("external_id"):
            self.taken.add(entry.id)
        tell_search("entry", entry.id)
        return "new"

    def _changed(self, entry: Entry, values: dict[str, Any], domains: list[Domain] | None) -> Outcome:
        if values.get("external_id") in (None, entry.id):
            values.pop("external_id", None)
        before = snapshot(entry, ENTRY_TEXTS)
        changed = take_over(entry, values)
        if snapshot(entry, ENTRY_TEXTS) != before:
            session().add(
                EntryRevision(
                    entry_id=entry.id,
                    version=entry.version,
                    at=entry.written_at,
                    person_id=entry.written_by_id,
                    content=before,
                )
            )
            entry.version += 1
            entry.written_at, entry.written_by_id = clock.now(), self.viewer.person_id
        if domains is not None and {one.id for one in domains} != {one.id for one in entry.domains}:
            entry.domains, changed = domains, True
        if not changed:
            return "unchanged"
        tell_search("entry", entry.id)
        return "changed"


def _words(rows: list[Row], name: str) -> set[str]:
    return {row[name] for row in rows if row.get(name)}


def _title(row: Row) -> str:
    return row.get("title") or first_line(row.get("body") or "")


def _precision(entry: Entry) -> Precision:
    return next((one for one in PRECISIONS if one == entry.date_precision), "day")


def find_dossiers(words: set[str], *options: ExecutableOption) -> dict[str, Dossier]:
    """Dossiers by own id, external id or title (capitals aside where it is written so), the oldest first. One query."""
    named = select(Dossier).where(or_(Dossier.external_id.in_(words), Dossier.id.in_(words), Dossier.title.in_(words)))
    found: dict[str, Dossier] = {}
    exact: dict[str, Dossier] = {}
    for one in session().scalars(named.options(*options).order_by(Dossier.created_at, Dossier.id)):
        found.setdefault(one.title, one)
        found.setdefault(one.title.casefold(), one)
        exact |= {one.id: one, one.external_id or one.id: one}
    return found | exact


def load(viewer: Viewer, rows: Iterator[Row], report: Report) -> None:
    """Take notes in. One event for the whole file: what each note says of itself is in its history."""
    require(viewer, "dossier.import")
    loading = _Loading(viewer, report)
    load_in_batches(rows, report, prepare=loading.prepare, save=loading.save)
    record(viewer, "entries.imported", None, new=report.counts["new"], changed=report.counts["changed"])


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All notes that the viewer may read, dossier by dossier."""
    require(viewer, "dossier.read")
    query = (
        select(Entry, Dossier, Post, Person)
        .join(Dossier, Entry.dossier_id == Dossier.id)
        .outerjoin(Post, Entry.post_id == Post.id)
        .outerjoin(Person, Entry.author_id == Person.id)
        .where(only(viewer, "entry.read", Entry))
        .order_by(Entry.dossier_id, Entry.id)
        .options(selectinload(Entry.domains).options(lazyload(Domain.terms)))
        .execution_options(yield_per=500)
    )
    for entry, dossier, post, person in session().execute(query):
        yield row_of(entry, dossier, post, person)


def row_of(entry: Entry, dossier: Dossier, post: Post | None, author: Person | None) -> dict[str, Any]:
    """A note under the names of FIELDS."""
    return {name: getattr(entry, name) for name in _SAME} | {
        "external_id": own_id(entry),
        "date": PartialDate(entry.date, _precision(entry)) if entry.date else None,
        "dossier": own_id(dossier),
        "post": own_id(post) if post else None,
        "author": own_id(author) if author else None,
        "domains": [one.code for one in entry.domains],
    }


_SAME = ("title", "body", "language", "kind", "to_whom", "tags", "due_on", "settled_on", "outcome")


KIND = Kind(
    "entries", FIELDS, load, dump, natural_keys=(("dossier", "title", "date", "body"), ("dossier", "title", "body"))
)
