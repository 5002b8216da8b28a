"""Positions in and out of files, with their domains (exchange.py says why here)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import new_id, session
from expertise.base.findable import tell_search
from expertise.base.spoken import kept_languages, unknown_languages
from expertise.base.tables import Field, Kind, Report, Row, Type, load_in_batches
from expertise.base.tables.batches import Outcome
from expertise.base.tables.matching import own_id, take_over
from expertise.domains.models import Domain, PositionDomain
from expertise.domains.queries import domains_of, find_domains
from expertise.posts.models import HIGHEST_GRADE, LONGEST_TOUR, Position, Post
from expertise.posts.queries import find_merged, find_posts
from expertise.posts.service import note_titles, titles

FIELDS = (
    Field("external_id", longest=200, example="pos-9", aliases=("position_id", "functienummer", "position number"),
          meaning=_("What your own system calls this position; by it the next import finds it again.")),
    Field("post", needed=True, longest=200, example="GEN-PV", aliases=("post_id", "standplaats"),
          meaning=_("External id, code or name of the post.")),
    Field("title_nl", longest=200, example="Eerste secretaris ontwapening", aliases=("titel", "functie", "functietitel",
          "functienaam")),
    Field("title_en", longest=200, example="First Secretary Disarmament", aliases=("title", "position", "job title"),
          meaning=_("One of the two titles is enough; the other is then the same.")),
    Field("portfolio", Type.LONGTEXT, empty="", aliases=("portefeuille",)),
    Field("domains", Type.LIST, example="arms-control; cyber", aliases=("domeinen",),
          meaning=_("Codes or names of domains, separated by ;")),
    Field("rotates", Type.BOOLEAN, example="yes", aliases=("rouleert", "roulerend")),
    Field("tour_months", Type.INTEGER, example="48", aliases=("tour", "duur in maanden", "termijn in maanden"),
          meaning=_("How long a holder is meant to stay.")),
    Field("grade", Type.INTEGER, example="12", aliases=("schaal", "scale", "salarisschaal"),
          meaning=_("The salary scale of the seat, as a number.")),
    Field("languages", longest=200, empty="", example="French C1", aliases=("talen",)),
    Field("point_of_contact", longest=200, empty="", example="femke@example.org", aliases=("contactpersoon",),
          meaning=_("Whom candidates can ask; empty: its present holder.")),
    Field("abolished_on", Type.DATE, example="2025-07-31", aliases=("opgeheven op", "vervallen op")),
)  # fmt: skip
_SILENT = {"title_nl", "title_en", "rotates"}  # an empty cell says nothing


@dataclass
class _Known:
    posts: dict[str, Post]
    by_id: dict[str, Position]  # external and own
    by_title: dict[tuple[str, str], Position]
    merged: dict[str, Position]  # by what another was called that was merged into it
    words: dict[str, Domain]
    filed: dict[str, set[str]]  # a position's domains, by id
    told: set[tuple[str, str]] = field(default_factory=set)


class _Loading:
    def __init__(self, viewer: Viewer, report: Report) -> None:
        self.viewer = viewer
        self.report = report

    def prepare(self, rows: list[Row]) -> _Known:
        posts = find_posts(self.viewer, [row["post"] for row in rows], by_name=True)
        ids = {row["external_id"] for row in rows if row.get("external_id")}
        words = {word for row in rows for word in row.get("domains") or ()}
        known = _Known(posts, {}, {}, {}, find_domains(self.viewer, words), {})
        places = {post.id for post in posts.values()}
        query = select(Position).where(
            or_(Position.external_id.in_(ids), Position.id.in_(ids), Position.post_id.in_(places))
        )
        for one in session().scalars(query.order_by(Position.created_at, Position.id)):
            known.by_id |= {one.id: one, one.external_id or one.id: one}
            for title in (one.title_en, one.title_nl):
                known.by_title.setdefault((one.post_id, title.casefold()), one)
        known.merged = find_merged(self.viewer, ids - known.by_id.keys())
        filed = domains_of(self.viewer, {one.id for one in known.by_id.values()})
        known.filed = {position_id: {one.id for one in domains} for position_id, domains in filed.items()}
        return known

    def save(self, row: Row, known: _Known) -> Outcome | None:
        post = known.posts.get(row["post"])
        if post is None:
            why = _("No post has this external id or code or, alone, this name. Import the posts first.")
            self.report.error(row, "post", row["post"], why)
            return None
        merged = known.merged.get(row.get("external_id") or "")
        if merged is not None:
            why = _("This position was merged into %(title)s, so the row changes nothing.", title=merged.title_en)
            self.report.warning(row, "external_id", row["external_id"], why)
            return "unchanged"
        values = _columns(row) | {"post_id": post.id}
        position = self._match(row, values, known)
        if position is None and not (values.get("title_nl") or values.get("title_en")):
            self.report.error(row, "title_en", None, _("A title is needed, in Dutch or in English."))
            return None
        months = values.get("tour_months")
        if months is not None and not 1 <= months <= LONGEST_TOUR:
            why = _("Fill in a number of months from 1 to 240.")
            self.report.error(row, "tour_months", months, why)
            return None
        grade = values.get("grade")
        if grade is not None and not 1 <= grade <= HIGHEST_GRADE:
            self.report.error(row, "grade", grade, _("Fill in a grade from 1 to 30."))
            return None
        self._doubt_languages(row)
        outcome: Outcome = "new"
        if position is None:
            position = self._new(values, known)
        else:
            if values.get("external_id") in (None, position.id):
                values.pop("external_id", None)
            outcome = self._changed(position, values)
        if "domains" in row and self._file(row, position, known) and outcome == "unchanged":
            outcome = "changed"
        if outcome != "unchanged":
            record(self.viewer, "position.created" if outcome == "new" else "position.changed", position)
            self._tell(known, "post", post.id)
        return outcome

    def _doubt_languages(self, row: Row) -> None:
        """What is taken all the same, but somebody should look at."""
        for word in unknown_languages(row.get("languages") or ""):
            self.report.warning(row, "languages", word, _("This is no language that we know. Write it as French C1."))

    def _tell(self, known: _Known, kind: str, record_id: str) -> None:
        """Once for each record and batch."""
        if (kind, record_id) not in known.told:
            known.told.add((kind, record_id))
            tell_search(kind, record_id)

    def _match(self, row: Row, values: dict[str, Any], known: _Known) -> Position | None:
        external_id = row.get("external_id")
        if external_id and external_id in known.by_id:
            return known.by_id[external_id]
        for name in ("title_en", "title_nl"):
            same = known.by_title.get((values["post_id"], (values.get(name) or "").casefold()))
            # A position that has no id yet, such as one made from a posting, gets that of the file.
            if same is not None and (not external_id or same.external_id is None):
                return same
        return None

    def _new(self, values: dict[str, Any], known: _Known) -> Position:
        values["title_en"] = values.get("title_en") or values["title_nl"]
        values["title_nl"] = values.get("title_nl") or values["title_en"]
        position = Position(id=new_id(), **values)
        session().add(position)
        known.by_id[values.get("external_id") or position.id] = position
        if not values.get("external_id"):
            known.by_title.setdefault((values["post_id"], values["title_en"].casefold()), position)
        return position

    def _changed(self, position: Position, values: dict[str, Any]) -> Outcome:
        before = titles(position)
        if not take_over(position, values):
            return "unchanged"
        note_titles(position, before)
        return "changed"

    def _file(self, row: Row, position: Position, known: _Known) -> bool:
        """Whether that changed anything."""
        wanted: set[str] = set()
        for word in row["domains"]:
            if word in known.words:
                wanted.add(known.words[word].id)
            else:
                self.report.warning(row, "domains", word, _("No domain is known by this, so it is left out."))
        filed = known.filed.setdefault(position.id, set())
        if wanted == filed:
            return False
        for domain_id in wanted - filed:
            session().add(PositionDomain(position_id=position.id, domain_id=domain_id))
        for domain_id in filed - wanted:
            session().delete(session().get_one(PositionDomain, (position.id, domain_id)))
        for domain_id in wanted ^ filed:
            self._tell(known, "domain", domain_id)
        known.filed[position.id] = wanted
        return True


def _columns(row: Row) -> dict[str, Any]:
    values = {
        key: value
        for key, value in row.values.items()
        if key not in ("post", "domains") and (value not in (None, "") or key not in _SILENT)
    }
    if values.get("abolished_on"):
        values["abolished_on"] = values["abolished_on"].latest
    if values.get("languages"):
        # As they are kept, so that the same file in other words changes nothing.
        values["languages"] = kept_languages(values["languages"])
    return values


def load(viewer: Viewer, rows: Iterator[Row], report: Report) -> None:
    """Take positions in."""
    require(viewer, "post.change")
    loading = _Loading(viewer, report)
    load_in_batches(rows, report, prepare=loading.prepare, save=loading.save)


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All positions."""
    require(viewer, "post.read")
    positions = session().scalars(select(Position).order_by(Position.post_id, Position.title_en, Position.id)).all()
    filed = domains_of(viewer, [one.id for one in positions])
    texts = ("title_nl", "title_en", "portfolio", "languages", "point_of_contact")
    names = (*texts, "rotates", "tour_months", "grade", "abolished_on")
    for one in positions:
        yield {name: getattr(one, name) for name in names} | {
            "external_id": own_id(one),
            "post": own_id(one.post),
            "domains": sorted(domain.code for domain in filed[one.id]),
        }


KIND = Kind("positions", FIELDS, load, dump, natural_keys=(("post", "title_en"), ("post", "title_nl")))
