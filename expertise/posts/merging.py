"""Merging two posts or two positions that are the same: what would move, what clashes, and the merge itself."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.base.findable import tell_search
from expertise.posts.models import Alias, Position, Post, Posting
from expertise.posts.moving import Line, Moves, of_position, of_post
from expertise.posts.queries import title_alias

Record = Post | Position
# What the one that stays takes over where it says nothing itself.
TAKEN_OVER = {
    Post: ("external_id", "country", "city"),
    Position: ("external_id", "portfolio", "tour_months", "grade", "languages", "point_of_contact"),
}


@dataclass(frozen=True)
class Clash:
    """Two postings in the same time, one of each position. `same`: of one person from one day, so they become one."""

    kept: Posting
    lost: Posting
    same: bool


@dataclass(frozen=True)
class Plan:
    """What a merge would do. Its `seal` is another when anything of it is."""

    stays: Record
    gone: Record
    lines: Sequence[Line]
    clashes: Sequence[Clash]
    taken_over: Sequence[str]

    @property
    def seal(self) -> str:
        """Told by what the page says."""
        said = [(str(one.label), one.count, one.twins) for one in self.lines]
        ids = [(one.kept.id, one.lost.id) for one in self.clashes]
        text = repr((self.stays.id, self.gone.id, said, ids, list(self.taken_over)))
        return hashlib.sha256(text.encode()).hexdigest()[:20]


def plan_of(viewer: Viewer, stays: Record, gone: Record) -> Plan:
    """What would happen."""
    require(viewer, "post.change")
    if stays.id == gone.id or type(stays) is not type(gone):
        raise Refused(_("Choose two different ones."), "other")
    clashes = _clashes(stays.id, gone.id) if isinstance(stays, Position) else []
    return Plan(stays, gone, list(_moves(stays).lines(stays.id, gone.id)), clashes, list(_taken_over(stays, gone)))


def _moves(record: Record) -> Moves:
    return of_position if isinstance(record, Position) else of_post


def _taken_over(stays: Any, gone: Any) -> list[str]:
    return [name for name in TAKEN_OVER[type(stays)] if getattr(gone, name) and not getattr(stays, name)]


def _clashes(stays: str, gone: str) -> list[Clash]:
    query = select(Posting).where(Posting.position_id.in_((stays, gone)), Posting.status == "held")
    rows = session().scalars(query.order_by(Posting.starts_on, Posting.id)).all()
    kept = [one for one in rows if one.position_id == stays]
    lost = [one for one in rows if one.position_id == gone]
    return [Clash(one, other, _same(one, other)) for other in lost for one in kept if _overlap(one, other)]


def _same(one: Posting, other: Posting) -> bool:
    return one.person_id == other.person_id and one.starts_on == other.starts_on


def _overlap(one: Posting, other: Posting) -> bool:
    begins_in_time = one.starts_on is None or other.ends_on is None or one.starts_on <= other.ends_on
    ends_in_time = one.ends_on is None or other.starts_on is None or other.starts_on <= one.ends_on
    return (begins_in_time and ends_in_time) or _same(one, other)


def merge(viewer: Viewer, stays: Record, gone: Record, *, seal: str) -> None:
    """Make two into one, for good: everything of the second moves, and its address leads to the first.

    `seal` is of the plan that was read; where that has changed since, nothing is done.
    """
    require(viewer, "post.change")
    for one in sorted((stays, gone), key=lambda one: one.id):
        session().refresh(one, with_for_update=True)
    plan = plan_of(viewer, stays, gone)
    if plan.seal != seal:
        raise Refused(_("Something changed since you read this. Read it once more, then merge."))
    words, values = _words_of(gone), {name: getattr(gone, name) for name in plan.taken_over}
    kind, gone_id = gone.__tablename__, gone.id
    try:
        with session().begin_nested():
            moved = _moves(stays).move(stays.id, gone_id)
            session().refresh(gone)
            session().delete(gone)
            session().flush()
    except IntegrityError:
        # The database guards what the rooms may have forgotten, or what somebody added this very moment.
        raise Refused(_("Something was added meanwhile. Read it once more, then merge.")) from None
    for name, value in values.items():
        setattr(stays, name, value)
    now = clock.now()
    for word in words:
        session().merge(Alias(kind=kind, word=word, record_id=stays.id, merged_at=now))
    session().flush()
    told: dict[str, Any] = {**moved, **{f"taken_over.{name}": True for name in values}}
    record(viewer, f"{kind}.merged", stays, merged=gone_id, **told)
    tell_search("post", stays.post_id if isinstance(stays, Position) else stays.id)


def _words_of(gone: Record) -> set[str]:
    words = {gone.id, gone.external_id or ""}
    if isinstance(gone, Post):
        words.add(gone.code)
    else:
        words |= {title_alias(gone.post_id, title) for title in (gone.title_nl, gone.title_en)}
    return {word.lower() for word in words if word}
