"""Postings in and out of files: who held what from when to when, with every doubt reported at its row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import new_id, session
from expertise.base.findable import tell_search
from expertise.base.tables import Field, Kind, PartialDate, Report, Row, Type, as_known, load_in_batches
from expertise.base.tables.batches import Outcome
from expertise.base.tables.matching import own_id, take_over
from expertise.people.models import Person
from expertise.people.queries import find_people_by
from expertise.posts.models import Position, Post, Posting
from expertise.posts.queries import find_merged, find_posts, merged_into, title_alias

# What other systems call who, where, as what, and from when to when.
PERSON_HEADS = (
    *("medewerker", "employee", "person_id", "personeelsnummer", "e-mail", "email", "e-mailadres", "naam", "name"),
    *("{voornaam} {tussenvoegsel} {achternaam}", "{first name} {last name}"),
)
POST_HEADS = ("post_id", "standplaats")
POSITION_HEADS = ("position_id", "functienummer", "position number")
TITLE_HEADS = ("functie", "functietitel", "functienaam", "role", "job title")
START_HEADS = ("van", "vanaf", "start date", "starts_on", "begindatum", "startdatum", "ingangsdatum", "from")
END_HEADS = ("tot", "tot en met", "t/m", "end date", "ends_on", "einddatum", "until", "to")
FIELDS = (
    Field("external_id", longest=200, example="posting-2023-17", aliases=("posting_id",),
          meaning=_("What your own system calls this posting; by it the next import finds it again.")),
    Field("person", needed=True, longest=254, example="femke@example.org", aliases=PERSON_HEADS,
          meaning=_("External id, e-mail address or whole name of the person.")),
    Field("post", longest=200, example="GEN-PV", aliases=POST_HEADS,
          meaning=_("External id, code or name of the post.")),
    Field("position", longest=200, example="pos-9", aliases=POSITION_HEADS,
          meaning=_("External id of the position; without one it is found, or made, by post and title.")),
    Field("title", longest=200, example="First Secretary Disarmament", aliases=TITLE_HEADS),
    Field("start", Type.DATE, example="2023-08-01", aliases=START_HEADS,
          meaning=_("2023-08 or 2023 if no more is known.")),
    Field("end", Type.DATE, example="2026-12-05", aliases=END_HEADS, meaning=_("The last day, planned or past.")),
    Field("status", Type.CHOICE, choices={"held": ("vervuld",), "never_served": ("nooit aangetreden",)},
          example="held", empty="held", meaning=_("never_served: was named and never came.")),
    Field("acting", Type.BOOLEAN, empty=False, example="no", aliases=("waarnemend",)),
)  # fmt: skip
# A source that has one id twice tells them apart by such a suffix.
SUFFIX = re.compile(r"^(.+)~\d+$")


@dataclass
class _Known:
    """What a batch refers to, and the postings that there are already of its people."""

    people: dict[str, Person]
    posts: dict[str, Post]
    positions: dict[str, Position]  # by external id and own id
    seats: dict[tuple[str, str], Position]  # by post and title
    postings: dict[str, Posting]  # by external id and own id
    of_person: dict[str, list[Posting]]
    told: set[tuple[str, str]]
    merged: set[str] = field(default_factory=set)  # what postings were called that were merged into others

    def seat(self, post: str | None, title: str | None) -> Position | None:
        """The position of this title at the post that is called so."""
        place = self.posts.get(post or "")
        return self.seats.get((place.id, title.casefold())) if place and title else None


class _Loading:
    def __init__(self, viewer: Viewer, report: Report) -> None:
        self.viewer = viewer
        self.report = report

    def prepare(self, rows: list[Row]) -> _Known:
        people = find_people_by(self.viewer, [row["person"] for row in rows], by_name=True)
        posts = find_posts(self.viewer, [row["post"] for row in rows if row.get("post")], by_name=True)
        known = _Known(people, posts, {}, {}, {}, {one.id: [] for one in people.values()}, set())
        self._find_positions(rows, known)
        self._find_postings(rows, known)
        return known

    def _find_positions(self, rows: list[Row], known: _Known) -> None:
        # An organisation's word for a title may be what another calls the id of a position.
        names = {word for row in rows for word in (row.get("position"), row.get("title")) if word}
        places = {post.id for post in known.posts.values()}
        query = select(Position).where(
            or_(Position.external_id.in_(names), Position.id.in_(names), Position.post_id.in_(places))
        )
        # Of several seats with one title the oldest counts, and one that is abolished only if there is no other.
        for one in session().scalars(
            query.order_by(Position.abolished_on.is_not(None), Position.created_at, Position.id)
        ):
            known.positions[one.id] = one
            if one.external_id:
                known.positions[one.external_id] = one
            for title in (one.title_en, one.title_nl):
                known.seats.setdefault((one.post_id, title.casefold()), one)
        known.positions |= find_merged(self.viewer, names - known.positions.keys())
        titles = {
            title_alias(post.id, row["title"]): (post.id, row["title"].casefold())
            for row in rows
            if row.get("title") and (post := known.posts.get(row.get("post") or ""))
        }
        for word, one in find_merged(self.viewer, titles).items():
            known.seats.setdefault(titles[word], one)

    def _find_postings(self, rows: list[Row], known: _Known) -> None:
        ids = {row["external_id"] for row in rows if row.get("external_id")}
        ids |= {found[1] for one in ids if (found := SUFFIX.match(one))}
        query = select(Posting).where(
            or_(Posting.external_id.in_(ids), Posting.id.in_(ids), Posting.person_id.in_(list(known.of_person)))
        )
        for one in session().scalars(query):
            known.postings[one.id] = one
            if one.external_id:
                known.postings[one.external_id] = one
            known.of_person.setdefault(one.person_id, []).append(one)
        known.merged = set(merged_into("posting", ids - known.postings.keys()))

    def save(self, row: Row, known: _Known) -> Outcome | None:
        person = known.people.get(row["person"])
        if person is None:
            why = _(
                "Nobody in the staff list has this external id, e-mail address or, alone, this name. "
                "Import the people first."
            )
            self.report.error(row, "person", row["person"], why)
            return None
        if not self._dates_make_sense(row):
            return None
        position = self._position(row, known)
        if position is None:
            return None
        if row.get("external_id") in known.merged:
            why = _("This posting was merged into the same one of another position, so the row changes nothing.")
            self.report.warning(row, "external_id", row["external_id"], why)
            return "unchanged"
        values = _columns(row) | {"person_id": person.id, "position_id": position.id}
        posting = self._match(row, values, known)
        self._doubts(row, values, posting, known)
        return self._new(values, position, known) if posting is None else self._changed(posting, values, known)

    def _dates_make_sense(self, row: Row) -> bool:
        start, end = row.get("start"), row.get("end")
        if start and end and end.latest < start.date:
            self.report.error(row, "end", str(end), _("The end is before the start (%(start)s).", start=str(start)))
            return False
        return True

    def _position(self, row: Row, known: _Known) -> Position | None:
        given, title, word = row.get("position"), row.get("title"), row.get("post")
        found = known.positions.get(given or title or "") or known.seat(word, given)
        if found is not None:
            return found
        if not word or not title:
            why = _("There is no such position. Import the positions first, or give a post and a title.")
            self.report.error(row, "position" if given else "title" if word else "post", given, why)
            return None
        post = known.posts.get(word)
        if post is None:
            self.report.error(
                row,
                "post",
                word,
                _("No post has this external id or code or, alone, this name. Import the posts first."),
            )
            return None
        return self._seat(row, post, known)

    def _seat(self, row: Row, post: Post, known: _Known) -> Position:
        """The position of this title at the post; made where there is none."""
        title, given = row["title"], row.get("position")
        position = None if given else known.seats.get((post.id, title.casefold()))
        if position is None:
            position = Position(id=new_id(), external_id=given or None, post_id=post.id, title_nl=title, title_en=title)
            session().add(position)
            known.seats.setdefault((post.id, title.casefold()), position)
            known.positions |= {position.id: position, given or position.id: position}
            record(self.viewer, "position.created", position)
            why = _("This position was not there, so it was made at %(post)s.", post=post.name_en)
            self.report.warning(row, "position" if given else "title", given or title, why)
        return position

    def _match(self, row: Row, values: dict[str, Any], known: _Known) -> Posting | None:
        external_id = row.get("external_id")
        posting = known.postings.get(external_id) if external_id else None
        if posting is not None:
            return posting
        # Without an id of its own, or when the posting that is there has none, the same start means the same posting.
        same = _same(known.of_person[values["person_id"]], values)
        return same if same is not None and (not external_id or same.external_id is None) else None

    def _doubts(self, row: Row, values: dict[str, Any], posting: Posting | None, known: _Known) -> None:
        """What is taken all the same, but somebody should look at."""
        for name in ("start", "end"):
            day = row.get(name)
            if day and day.precision != "day":
                known_to = _("Known to the year only.") if day.precision == "year" else _("Known to the month only.")
                self.report.warning(row, name, str(day), known_to)
        if values.get("status", "held") == "held":
            if not row.get("start"):
                self.report.warning(row, "start", None, _("No start is given."))
            if not row.get("end") and (not row.get("start") or row["start"].date <= clock.today()):
                self.report.warning(row, "end", None, _("No end is given, so it counts as going on."))
        self._doubt_identity(row, values, posting, known)
        self._doubt_overlap(row, values, posting, known)

    def _doubt_identity(self, row: Row, values: dict[str, Any], posting: Posting | None, known: _Known) -> None:
        external_id = row.get("external_id") or ""
        suffixed = SUFFIX.match(external_id)
        others = [one for one in known.of_person[values["person_id"]] if one is not posting]
        twin = _same(others, values)
        if suffixed and suffixed[1] in known.postings:
            why = _("Likely a duplicate: its id is that of %(id)s with a suffix.", id=suffixed[1])
        elif twin is not None:
            why = _("Likely a duplicate: the same person, position and start as %(id)s.", id=own_id(twin))
        else:
            return
        self.report.warning(row, "external_id", external_id, why)

    def _doubt_overlap(self, row: Row, values: dict[str, Any], posting: Posting | None, known: _Known) -> None:
        for other in known.of_person[values["person_id"]]:
            if other is not posting and other.position_id != values["position_id"] and _overlap(other, values):
                where = known.positions.get(other.position_id) or other.position
                why = _("This person also holds %(title)s in that time.", title=where.title_en)
                self.report.warning(row, "person", row["person"], why)
                return

    def _new(self, values: dict[str, Any], position: Position, known: _Known) -> Outcome:
        posting = Posting(id=new_id(), **{"status": "held", "acting": False} | values)
        session().add(posting)
        known.of_person[posting.person_id].append(posting)
        known.postings[posting.external_id or posting.id] = posting
        record(self.viewer, "posting.made", posting)
        self._tell(known, posting.person_id, position)
        return "new"

    def _changed(self, posting: Posting, values: dict[str, Any], known: _Known) -> Outcome:
        if values.get("external_id") in (None, posting.id):
            values.pop("external_id", None)
        if not take_over(posting, values):
            return "unchanged"
        record(self.viewer, "posting.changed", posting)
        self._tell(known, posting.person_id, posting.position)
        return "changed"

    def _tell(self, known: _Known, person_id: str, position: Position) -> None:
        """Once for each record and batch."""
        for kind, record_id in (("person", person_id), ("post", position.post_id)):
            if (kind, record_id) not in known.told:
                known.told.add((kind, record_id))
                tell_search(kind, record_id)


def _columns(row: Row) -> dict[str, Any]:
    """What the file says, as columns; a field that it does not give is left as it is."""
    values = {name: row[name] for name in ("external_id", "status", "acting") if name in row}
    for name, day, of in (("start", "starts", "date"), ("end", "ends", "latest")):
        if name in row:
            given: PartialDate | None = row[name]
            values[f"{day}_on"] = getattr(given, of) if given else None
            values[f"{day}_precision"] = given.precision if given else "day"
    return values


def _same(postings: list[Posting], values: dict[str, Any]) -> Posting | None:
    """One of the same position, start and status."""
    for one in postings:
        if (
            one.position_id == values["position_id"]
            and one.starts_on == values.get("starts_on")
            and one.status == values.get("status", "held")
        ):
            return one
    return None


def _overlap(other: Posting, values: dict[str, Any]) -> bool:
    """Whether both were held at once, by more than the day of the change; who acts sits in two seats by design."""
    start, end = values.get("starts_on"), values.get("ends_on")
    if values.get("status", "held") != "held" or other.status == "never_served" or values.get("acting") or other.acting:
        return False
    if start is None or other.starts_on is None:
        return False
    return other.starts_on < (end or date.max) and start < (other.ends_on or date.max)


def load(viewer: Viewer, rows: Iterator[Row], report: Report) -> None:
    """Take postings in."""
    require(viewer, "post.change")
    loading = _Loading(viewer, report)
    fields = {"starts_on": "start", "ends_on": "end", "ends_after_start": "end", "ck_posting_ends_after_start": "end"}
    load_in_batches(rows, report, prepare=loading.prepare, save=loading.save, fields=fields)


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All postings."""
    require(viewer, "post.read")
    for one in session().scalars(select(Posting).order_by(Posting.starts_on, Posting.id)):
        yield {
            "external_id": own_id(one),
            "person": own_id(one.person),
            "post": own_id(one.position.post),
            "position": own_id(one.position),
            "title": one.position.title_en,
            "start": as_known(one.starts_on, one.starts_precision),
            "end": as_known(one.ends_on, one.ends_precision),
            "status": one.status,
            "acting": one.acting,
        }


KIND = Kind(
    "postings",
    FIELDS,
    load,
    dump,
    natural_keys=(("person", "position", "start"), ("person", "post", "title", "start")),
)
