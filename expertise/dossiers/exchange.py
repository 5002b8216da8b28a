"""Dossiers in and out of files, with who kept them since when; entries_exchange.py has the notes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import lazyload, selectinload

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import new_id, session
from expertise.base.findable import tell_search
from expertise.base.languages import detect
from expertise.base.tables import Field, Kind, PartialDate, Report, Row, Type, load_in_batches, read_date
from expertise.base.tables.batches import Outcome
from expertise.base.tables.matching import own_id, take_over
from expertise.contacts.models import Contact
from expertise.domains.models import Domain
from expertise.domains.queries import find_domains
from expertise.dossiers import entries_exchange
from expertise.dossiers.entries_exchange import find_dossiers
from expertise.dossiers.models import (
    DOSSIER_TEXTS,
    LONGEST_TITLE,
    REACHES,
    STATUSES,
    Dossier,
    DossierRevision,
    DossierShare,
    Stewardship,
    snapshot,
)
from expertise.dossiers.service import settle_readers, tell_entries, words_of
from expertise.people.models import Person
from expertise.people.queries import find_people_by
from expertise.posts.models import Position, Post
from expertise.posts.queries import find_posts

FIELDS = (
    Field("external_id", longest=200, example="dossier-17", aliases=("id", "dossier_id"),
          meaning=_("What your own system calls this dossier; by it the next import finds it again.")),
    Field("title", needed=True, longest=LONGEST_TITLE, example="Cluster munitions", aliases=("titel",)),
    Field("summary", Type.LONGTEXT, empty="", aliases=("samenvatting",)),
    Field("objectives", Type.LONGTEXT, empty="", aliases=("doelen", "belang")),
    Field("state_of_play", Type.LONGTEXT, empty="", aliases=("stand van zaken",)),
    Field("line_to_take", Type.LONGTEXT, empty="", aliases=("lijn", "spreeklijn")),
    Field("line_valid_until", Type.DATE, example="2027-01-15"),
    Field("line_cleared_by", longest=200, empty="", example="Security Policy Directorate"),
    Field("next_step", longest=500, empty="", aliases=("volgende stap",)),
    Field("next_step_on", Type.DATE, example="2026-12-01"),
    Field("next_step_by", longest=200, empty="", example="Noor Habbema"),
    Field("urgency", Type.CHOICE, choices=("1", "2", "3"), example="2"),
    Field("language", Type.LANGUAGE, example="nl", aliases=("lang", "taal"), meaning=_("Else it is told by the text.")),
    Field("status", Type.CHOICE, choices=STATUSES, example="active"),
    Field("reach", Type.CHOICE, choices=REACHES, example="open",
          meaning=_("restricted: only its keepers and whom it is shared with.")),
    Field("marking", Type.CHOICE, choices=("none", "internal", "dv"), example="none"),
    Field("verified_on", Type.DATE, example="2026-11-12"),
    Field("verified_by", longest=200, example="pos-9", meaning=_("External id of the position.")),
    Field("verified_by_person", longest=254, example="femke@example.org"),
    Field("posts", Type.LIST, longest=200, example="GEN-PV; NYC-PV", aliases=("post",)),
    Field("domains", Type.LIST, longest=200, example="disarmament", aliases=("domain", "domein", "domeinen")),
    Field("kept_by", Type.LIST, longest=250, example="pos-9 2013-08-08/; pos-4 2010/2013-08-07",
          aliases=("positions", "beheer"),
          meaning=_("External ids of positions, each with from/to; without an end: still.")),
    Field("shared_with", Type.LIST, longest=250, example="post:GEN-PV; position:pos-4"),
    Field("contacts", Type.LIST, longest=200, example="contact-8", meaning=_("External ids of contacts.")),
)  # fmt: skip
# What an import compares, loaded with a query per table and batch.
_WHOLE = (
    selectinload(Dossier.reader_rows),
    selectinload(Dossier.stewardships),
    selectinload(Dossier.shares),
    selectinload(Dossier.posts),
    selectinload(Dossier.domains).options(lazyload(Domain.terms)),
    selectinload(Dossier.contacts),
)
# What a row is told from, loaded with a query per table.
TOLD = (
    selectinload(Dossier.stewardships),
    selectinload(Dossier.posts),
    selectinload(Dossier.domains).options(lazyload(Domain.terms)),
    selectinload(Dossier.contacts),
    selectinload(Dossier.shares).options(selectinload(DossierShare.post), selectinload(DossierShare.position)),
    selectinload(Dossier.verified_by_position),
    selectinload(Dossier.verified_by_person),
)
_SAME = [one.name for one in FIELDS if one.name in {*DOSSIER_TEXTS, "status", "reach", "verified_on"}]
_PERIOD = re.compile(r"^(?P<word>.+?)(?: (?P<start>[\d-]*)/(?P<end>[\d-]*))?$")
Period = tuple[str, Any, Any]


@dataclass
class _Known:
    """What a batch refers to, by the words of the file."""

    dossiers: dict[str, Dossier]
    posts: dict[str, Post]
    domains: dict[str, Domain]
    positions: dict[str, Position]
    contacts: dict[str, Contact]
    people: dict[str, Person]


class _Loading:
    def __init__(self, viewer: Viewer, report: Report) -> None:
        self.viewer = viewer
        self.report = report

    def prepare(self, rows: list[Row]) -> _Known:
        words = {word for row in rows for word in (row.get("external_id"), row["title"]) if word}
        shared = [word.partition(":") for row in rows for word in row.get("shared_with") or ()]
        seats = {_PERIOD.match(word)["word"] for row in rows for word in row.get("kept_by") or ()}  # type: ignore[index]
        seats |= {name for kind, _colon, name in shared if kind == "position"}
        seats |= {row["verified_by"] for row in rows if row.get("verified_by")}
        posts = {name for kind, _colon, name in shared if kind == "post"} | _listed(rows, "posts")
        return _Known(
            find_dossiers(words, *_WHOLE),
            find_posts(self.viewer, posts),
            find_domains(self.viewer, _listed(rows, "domains")),
            _by_word(Position, seats),
            _by_word(Contact, _listed(rows, "contacts")),
            find_people_by(self.viewer, [row["verified_by_person"] for row in rows if row.get("verified_by_person")]),
        )

    def save(self, row: Row, known: _Known) -> Outcome | None:
        dossier = self._match(row, known)
        if dossier is None:
            dossier, outcome = Dossier(id=new_id(), title=row["title"], reach="open"), "new"
        else:
            outcome = "unchanged"
        periods = self._periods(row, known) if "kept_by" in row else None
        values = self._columns(row, known)
        if outcome == "new":
            self._write(dossier, values)
            dossier.language = values.get("language") or detect(words_of(dossier), otherwise=self.viewer.language)
            session().add(dossier)
            known.dossiers |= {dossier.title: dossier, dossier.id: dossier}
            changed = True
        else:
            changed = self._revise(dossier, values)
        changed = self._set_links(row, dossier, periods, known) or changed
        settle_readers(dossier)
        if not changed:
            return "unchanged"
        record(self.viewer, "dossier.imported", dossier)
        tell_search("dossier", dossier.id)
        return "new" if outcome == "new" else "changed"

    def _match(self, row: Row, known: _Known) -> Dossier | None:
        external_id, same = row.get("external_id"), known.dossiers.get(row["title"])
        if not external_id:
            return same
        found = known.dossiers.get(external_id)
        if found is not None and external_id in (found.external_id, found.id):
            return found
        # One that a note made under this title gets the id of the file.
        return same if same is not None and same.external_id is None else None

    def _columns(self, row: Row, known: _Known) -> dict[str, Any]:
        texts = (
            "summary",
            "objectives",
            "state_of_play",
            "line_to_take",
            "line_cleared_by",
            "next_step",
            "next_step_by",
        )
        values = {name: row[name] for name in ("external_id", "title", *texts) if name in row}
        values |= {name: row[name] for name in ("language", "status", "reach") if row.get(name)}
        if row.get("urgency"):
            values["urgency"] = int(row["urgency"])
        if row.get("marking"):
            values["marking"] = "" if row["marking"] == "none" else row["marking"]
        for name, end in (("line_valid_until", "latest"), ("next_step_on", "date"), ("verified_on", "date")):
            if name in row:
                given: PartialDate | None = row[name]
                values[name] = getattr(given, end) if given else None
        for name, column, found in (
            ("verified_by", "verified_by_position_id", known.positions),
            ("verified_by_person", "verified_by_person_id", known.people),
        ):
            if name in row:
                values[column] = self._id_of(row, name, row[name], found)
        return values

    def _id_of(self, row: Row, name: str, word: str | None, found: Any) -> str | None:
        if not word:
            return None
        if word not in found:
            self.report.warning(row, name, word, _("This is not known here, so it is left empty."))
            return None
        return str(found[word].id)

    def _write(self, dossier: Dossier, values: dict[str, Any]) -> bool:
        if values.get("external_id") in (None, dossier.id):
            values.pop("external_id", None)
        return take_over(dossier, values)

    def _revise(self, dossier: Dossier, values: dict[str, Any]) -> bool:
        before, title = snapshot(dossier, DOSSIER_TEXTS), dossier.title
        changed = self._write(dossier, values)
        if snapshot(dossier, DOSSIER_TEXTS) != before:
            session().add(
                DossierRevision(
                    dossier_id=dossier.id,
                    version=dossier.version,
                    at=dossier.written_at,
                    person_id=dossier.written_by_id,
                    content=before,
                )
            )
            dossier.version += 1
            dossier.written_at, dossier.written_by_id = clock.now(), self.viewer.person_id
        if dossier.title != title:
            tell_entries(dossier)
        return changed

    def _set_links(self, row: Row, dossier: Dossier, periods: list[Period] | None, known: _Known) -> bool:
        changed = False
        tables: dict[str, Any] = {"posts": known.posts, "domains": known.domains, "contacts": known.contacts}
        for name, found in tables.items():
            if name not in row:
                continue
            wanted = list(dict.fromkeys(one for word in row[name] if (one := self._one(row, name, word, found))))
            if {one.id for one in wanted} != {one.id for one in getattr(dossier, name)}:
                setattr(dossier, name, wanted)
                changed = True
                # Its notes carry its domains.
                if name == "domains" and dossier.created_at is not None:
                    tell_entries(dossier)
        if periods is not None:
            changed = _set_stewardships(dossier, periods, known) or changed
        if "shared_with" in row:
            changed = self._set_shares(row, dossier, known) or changed
        return changed

    def _one(self, row: Row, name: str, word: str, found: Any) -> Any:
        if word not in found:
            self.report.warning(row, name, word, _("This is not known here, so it is left out."))
        return found.get(word)

    def _periods(self, row: Row, known: _Known) -> list[Period]:
        """(position's word, from, to) of each that is known and makes sense."""
        good: list[Period] = []
        for item in row["kept_by"]:
            found = _PERIOD.match(item)
            word, start, end = (found["word"], found["start"], found["end"]) if found else (item, None, None)
            if self._one(row, "kept_by", word, known.positions) is None:
                continue
            try:
                from_on = read_date(start).date if start else None
                to_on = read_date(end).latest if end else None
            except ValueError:
                self.report.warning(row, "kept_by", item, _("This is no period. Write 2013-08-08/2016-08-07."))
                continue
            if to_on and from_on and to_on < from_on:
                self.report.warning(row, "kept_by", item, _("The end is before the start."))
                continue
            good.append((word, from_on, to_on))
        return good

    def _set_shares(self, row: Row, dossier: Dossier, known: _Known) -> bool:
        wanted: dict[str, DossierShare] = {}
        for item in row["shared_with"]:
            kind, _colon, name = item.partition(":")
            found: Any = known.posts if kind == "post" else known.positions if kind == "position" else {}
            one = self._one(row, "shared_with", name, found) if found else None
            if one is None:
                if not found:
                    self.report.warning(row, "shared_with", item, _("This is not known here, so it is left out."))
                continue
            share = DossierShare(post_id=one.id) if kind == "post" else DossierShare(position_id=one.id)
            wanted[share.token] = share
        present = {one.token: one for one in dossier.shares}
        if present.keys() == wanted.keys():
            return False
        dossier.shares = [present.get(token, share) for token, share in wanted.items()]
        return True


def _set_stewardships(dossier: Dossier, periods: Iterable[Period], known: _Known) -> bool:
    """Make the periods those of the file. One without a start, which is still kept, is left as it stands here."""
    wanted = {(known.positions[word].id, start, end) for word, start, end in periods}
    left = []
    changed = False
    for one in dossier.stewardships:
        exact = (one.position_id, one.from_on, one.to_on)
        loose = (one.position_id, None, None)
        if exact in wanted:
            wanted.discard(exact)
        elif one.to_on is None and loose in wanted:
            wanted.discard(loose)
        else:
            session().delete(one)
            changed = True
            continue
        left.append(one)
    by_id = {one.id: one for one in known.positions.values()}
    for position_id, start, end in sorted(wanted, key=lambda one: (one[0], str(one[1]), str(one[2]))):
        left.append(Stewardship(position=by_id[position_id], from_on=start, to_on=end))
        changed = True
    if changed:
        dossier.stewardships = left
    return changed


def _listed(rows: list[Row], name: str) -> set[str]:
    return {word for row in rows for word in row.get(name) or ()}


def _by_word(model: Any, words: set[str]) -> dict[str, Any]:
    """Records by own id or external id, in one query; none for no words."""
    if not words:
        return {}
    found: dict[str, Any] = {}
    for one in session().scalars(select(model).where(or_(model.external_id.in_(words), model.id.in_(words)))):
        found |= {one.id: one, one.external_id or one.id: one}
    return {word: found[word] for word in words if word in found}


def load(viewer: Viewer, rows: Iterator[Row], report: Report) -> None:
    """Take dossiers in."""
    require(viewer, "dossier.import")
    loading = _Loading(viewer, report)
    load_in_batches(rows, report, prepare=loading.prepare, save=loading.save, fields={"position": "kept_by"})


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All dossiers that the viewer may read, without their history."""
    require(viewer, "dossier.read")
    query = (
        select(Dossier)
        .where(only(viewer, "dossier.read", Dossier))
        .order_by(Dossier.title, Dossier.id)
        .options(*TOLD)
        .execution_options(yield_per=500)
    )
    yield from map(row_of, session().scalars(query))


def row_of(one: Dossier) -> dict[str, Any]:
    """A dossier, loaded with TOLD, under the names of FIELDS."""
    return {name: getattr(one, name) for name in _SAME} | {
        "external_id": own_id(one),
        "urgency": str(one.urgency),
        "marking": one.marking or "none",
        "verified_by": own_id(one.verified_by_position) if one.verified_by_position else None,
        "verified_by_person": own_id(one.verified_by_person) if one.verified_by_person else None,
        "posts": [post.code for post in one.posts],
        "domains": [domain.code for domain in one.domains],
        "contacts": sorted(own_id(contact) for contact in one.contacts),
        "kept_by": sorted(map(_period, one.stewardships)),
        "shared_with": sorted(map(_share, one.shares)),
    }


def _period(one: Stewardship) -> str:
    return f"{own_id(one.position)} {one.from_on or ''}/{one.to_on or ''}"


def _share(one: DossierShare) -> str:
    return f"post:{one.post.code}" if one.post else f"position:{own_id(one.position)}"


KINDS = (
    Kind("dossiers", FIELDS, load, dump, natural_keys=(("title",),)),
    entries_exchange.KIND,
)
