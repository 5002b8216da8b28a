"""Posts in and out of files; postings_exchange.py has the postings. (Positions carry domains: domains/exchange.py.)"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import new_id, session
from expertise.base.findable import tell_search
from expertise.base.tables import Field, Kind, Report, Row, Type, load_in_batches
from expertise.base.tables.batches import Outcome
from expertise.base.tables.matching import own_id, take_over
from expertise.posts import postings_exchange
from expertise.posts.models import POST_KINDS, Post
from expertise.posts.queries import find_posts
from expertise.posts.service import CODE, called, note_called, zone_of

_KINDS = dict.fromkeys(POST_KINDS, ()) | {
    "embassy": ("ambassade",),
    "permanent-representation": ("permanente vertegenwoordiging", "PV"),
    "consulate-general": ("consulaat-generaal",),
    "consulate": ("consulaat",),
    "office": ("kantoor",),
    "mission": ("missie",),
    "directorate": ("directie",),
    "department": ("afdeling",),
    "other": ("anders", "overig"),
}
FIELDS = (
    Field("external_id", longest=200, example="post-17", aliases=("post_id",),
          meaning=_("What your own system calls this post; by it the next import finds it again.")),
    Field("code", longest=60, example="GEN-PV", aliases=("afkorting",),
          meaning=_("Short, as in an address; made of the external id or the name where it is missing.")),
    Field("name_nl", longest=200, example="PV Genève", aliases=("naam", "post")),
    Field("name_en", longest=200, example="PR Geneva", aliases=("name",),
          meaning=_("One of the two names is enough; the other is then the same.")),
    Field("kind", Type.CHOICE, choices=_KINDS, example="embassy", aliases=("soort", "type")),
    Field("country", Type.COUNTRY, example="CH", aliases=("land", "landcode", "country code")),
    Field("city", longest=100, empty="", example="Genève", aliases=("plaats", "stad")),
    Field("time_zone", longest=50, example="Europe/Zurich", aliases=("tijdzone",)),
    Field("parent", longest=200, example="DMM", aliases=("valt onder", "onderdeel van", "part of"),
          meaning=_("External id, code or name of the post that it is part of.")),
    Field("closed_on", Type.DATE, example="2020-12-31", aliases=("gesloten op",)),
)  # fmt: skip


@dataclass
class _Known:
    posts: dict[str, Post]
    codes: set[str]


class _Loading:
    def __init__(self, viewer: Viewer, report: Report) -> None:
        self.viewer = viewer
        self.report = report
        # A post may be part of one that comes later in the file: row -> the post's id, the parent's
        # word, and what has become of the row so far.
        self.parents: dict[int, tuple[Row, str, str | None, Outcome]] = {}

    def prepare(self, rows: list[Row]) -> _Known:
        words = [word for row in rows for word in (row.get("external_id"), _code(row))]
        posts = find_posts(self.viewer, words)
        return _Known(posts, {post.code.lower() for post in posts.values()})

    def save(self, row: Row, known: _Known) -> Outcome | None:
        values = _columns(row)
        word = row.get("external_id") or _code(row)
        merged = known.posts.get(word)
        if merged is not None and word.lower() not in _names_of(merged):
            why = _("This post was merged into %(name)s, so the row changes nothing.", name=merged.name_en)
            self.report.warning(row, "external_id" if row.get("external_id") else "code", word, why)
            return "unchanged"
        post = self._match(row, known)
        if post is None and not (values.get("name_nl") or values.get("name_en")):
            self.report.error(row, "name_en", None, _("A name is needed, in Dutch or in English."))
            return None
        if "code" in values and not CODE.fullmatch(values["code"]):
            self.report.error(row, "code", values["code"], _("Use letters, digits and - _ . only, such as GEN-PV."))
            return None
        outcome = self._new(row, values, known) if post is None else self._changed(post, values)
        post = post or known.posts[_code(row)]
        if "parent" in row:
            self.parents[row.number] = (row, post.id, row["parent"], outcome)
        return outcome

    def _match(self, row: Row, known: _Known) -> Post | None:
        external_id = row.get("external_id")
        if not external_id:
            return known.posts.get(_code(row))
        post = known.posts.get(external_id)
        if post is not None and external_id in (post.external_id, post.id):
            return post
        # A post that was opened by hand under this code gets the id of the file.
        same = known.posts.get(_code(row))
        return same if same is not None and same.external_id is None else None

    def _new(self, row: Row, values: dict[str, Any], known: _Known) -> Outcome:
        values.setdefault("code", _code(row))
        values.setdefault("time_zone", zone_of(values.get("country")))
        values["name_en"] = values.get("name_en") or values["name_nl"]
        values["name_nl"] = values.get("name_nl") or values["name_en"]
        post = Post(id=new_id(), **values)
        session().add(post)
        known.posts[_code(row)] = post
        record(self.viewer, "post.opened", post)
        tell_search("post", post.id, is_new=True)
        return "new"

    def _changed(self, post: Post, values: dict[str, Any]) -> Outcome:
        if values.get("external_id") in (None, post.id):
            values.pop("external_id", None)
        names, before = {"name_nl", "name_en"}, called(post)
        if not take_over(post, {key: value for key, value in values.items() if value or key not in names}):
            return "unchanged"
        record(self.viewer, "post.changed", post)
        session().flush()
        note_called(post, before)
        tell_search("post", post.id)
        return "changed"

    def set_parents(self) -> None:
        """Once all posts are there."""
        waiting = list(self.parents.values())
        for start in range(0, len(waiting), 500):
            part = waiting[start : start + 500]
            above = find_posts(self.viewer, (word for _row, _post, word, _was in part if word), by_name=True)
            ids = [post_id for _row, post_id, _word, _was in part]
            posts = {one.id: one for one in session().scalars(select(Post).where(Post.id.in_(ids)))}
            for row, post_id, word, was in part:
                if self._set_parent(row, posts[post_id], above.get(word or "")) and was == "unchanged":
                    self.report.changed(row)
        session().flush()

    def _set_parent(self, row: Row, post: Post, parent: Post | None) -> bool:
        """Whether that changed anything."""
        if row["parent"] and (parent is None or parent is post):
            why = _("No other post is known by this, so it stands by itself.")
            self.report.warning(row, "parent", row["parent"], why)
            parent = None
        return take_over(post, {"parent_id": parent.id if parent else None})


def _columns(row: Row) -> dict[str, Any]:
    """Only what the file says: an empty code, kind or time zone says nothing."""
    silent = {"code", "kind", "time_zone"}
    values = {key: value for key, value in row.values.items() if key != "parent" and (value or key not in silent)}
    if values.get("closed_on"):
        values["closed_on"] = values["closed_on"].latest
    return values


def _names_of(post: Post) -> set[str]:
    """By what a file may call a post that is there."""
    return {name.lower() for name in (post.external_id, post.id, post.code) if name}


def _code(row: Row) -> str:
    """The code, or what is made in its place of the external id or the name."""
    given = row.get("code")
    if given:
        return str(given)
    source = row.get("external_id") or row.get("name_en") or row.get("name_nl") or ""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", str(source)).strip("-_.")[:60]


def load(viewer: Viewer, rows: Iterator[Row], report: Report) -> None:
    """Take posts in."""
    require(viewer, "post.change")
    loading = _Loading(viewer, report)
    load_in_batches(rows, report, prepare=loading.prepare, save=loading.save)
    loading.set_parents()


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All posts."""
    require(viewer, "post.read")
    posts = session().scalars(select(Post).order_by(Post.code)).all()
    named = {post.id: own_id(post) for post in posts}
    for post in posts:
        yield row_of(post, named.get(post.parent_id or ""))


def row_of(post: Post, parent: str | None) -> dict[str, Any]:
    """A post under the names of FIELDS."""
    names = [field.name for field in FIELDS if field.name != "parent"]
    return {name: getattr(post, name) for name in names} | {"external_id": own_id(post), "parent": parent}


KINDS = (
    Kind("posts", FIELDS, load, dump, natural_keys=(("code",), ("name_en",), ("name_nl",))),
    postings_exchange.KIND,
)
