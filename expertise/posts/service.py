"""Verbs on posts, positions, postings and duties."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from babel.core import get_global
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import refusing, session
from expertise.base.errors import Refused
from expertise.base.findable import tell_search
from expertise.base.remembering import Replaced
from expertise.people.models import Person
from expertise.posts.models import HIGHEST_GRADE, LONGEST_TOUR, POST_KINDS, Alias, Duty, Position, Post, Posting
from expertise.posts.moving import of_position, of_post

TAKEN: dict[str, tuple[str, Any]] = {
    "uq_post_code": ("code", _("Another post has this code.")),
    "uq_post_external_id": ("external_id", _("Another post has this external id.")),
    "uq_position_external_id": ("external_id", _("Another position has this external id.")),
    "uq_posting_external_id": ("external_id", _("Another posting has this external id.")),
    "ends_after_start": ("ends_on", _("The end is before the start.")),
    "ck_posting_ends_after_start": ("ends_on", _("The end is before the start.")),
}
# Naming somebody, and ending where they are for it: one verb does both, people do the one after the other.
SAME_DEED = timedelta(hours=1)
# What can stand in an address and be read out: letters, digits and - _ .
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")


def zone_of(country: str | None) -> str:
    """The time zone of a country that has one only; that of headquarters where it has several, or is not known."""
    zones = [zone for zone, code in get_global("zone_territories").items() if code == country]
    return str(zones[0]) if len(zones) == 1 else str(clock.HEADQUARTERS)


def open_post(
    viewer: Viewer,
    *,
    code: str,
    name_nl: str,
    name_en: str,
    kind: str = "other",
    country: str | None = None,
    city: str = "",
    time_zone: str | None = None,
    parent: Post | None = None,
    closed_on: date | None = None,
    external_id: str | None = None,
) -> Post:
    """Open a post or a part of headquarters; without a time zone it gets its country's."""
    require(viewer, "post.change")
    post = Post(
        code=code,
        name_nl=name_nl,
        name_en=name_en,
        kind=kind,
        country=country or None,
        city=city,
        time_zone=time_zone or zone_of(country),
        parent=parent,
        closed_on=closed_on,
        external_id=external_id,
    )
    with refusing(TAKEN):
        session().add(post)
        _check_post(post)
        session().flush()
    record(viewer, "post.opened", post)
    tell_search("post", post.id)
    return post


def change_post(viewer: Viewer, post: Post, **fields: Any) -> None:
    """Change what is recorded of a post; `fields` are columns of Post. An empty time zone means its country's."""
    require(viewer, "post.change")
    if "time_zone" in fields and not fields["time_zone"]:
        fields["time_zone"] = zone_of(fields.get("country", post.country))
    before = called(post)
    with refusing(TAKEN), session().no_autoflush:
        for name, value in fields.items():
            setattr(post, name, value)
        _check_post(post)
        session().flush()
    record(viewer, "post.changed", post)
    note_called(post, before)
    tell_search("post", post.id)


def called(post: Post) -> tuple[str, str, str]:
    """What other records show of a post."""
    return post.code, post.name_nl, post.name_en


def note_called(post: Post, before: tuple[str, str, str]) -> None:
    """Where that is another now, its old address leads on, and search reads anew what shows it."""
    if called(post) == before:
        return
    code = before[0].lower()
    if code != post.code.lower():
        session().merge(Alias(kind="post", word=code, record_id=post.id, merged_at=clock.now()))
        session().flush()
    of_post.tell(post.id)


def close_post(viewer: Viewer, post: Post, on: date) -> None:
    """Close a post; who is posted there must have left by then."""
    require(viewer, "post.change")
    if _someone_after(on, Position.post_id == post.id):
        raise Refused(_("Somebody is posted here after that day. End those postings first."), "on")
    post.closed_on = on
    record(viewer, "post.closed", post)
    tell_search("post", post.id)


def reopen_post(viewer: Viewer, post: Post) -> None:
    """Open a closed post again."""
    require(viewer, "post.change")
    post.closed_on = None
    record(viewer, "post.reopened", post)
    tell_search("post", post.id)


def _check_post(post: Post) -> None:
    # /posts/new is a page already.
    if not CODE.fullmatch(post.code) or post.code.lower() == "new":
        raise Refused(_("Use letters, digits and - _ . only, such as GEN-PV."), "code")
    if post.kind not in POST_KINDS:
        raise Refused(_("This is not a kind of post."), "kind")
    above, seen = post.parent, set()
    while above is not None and above.id not in seen:
        if above is post:
            raise Refused(_("A post cannot be part of itself."), "parent")
        seen.add(above.id)
        above = above.parent


def create_position(
    viewer: Viewer,
    post: Post,
    *,
    title_nl: str,
    title_en: str,
    portfolio: str = "",
    rotates: bool = True,
    tour_months: int | None = None,
    grade: int | None = None,
    languages: str = "",
    point_of_contact: str = "",
    abolished_on: date | None = None,
    external_id: str | None = None,
) -> Position:
    """Make a seat at a post."""
    require(viewer, "post.change")
    position = Position(
        post=post,
        title_nl=title_nl,
        title_en=title_en,
        portfolio=portfolio,
        rotates=rotates,
        tour_months=tour_months,
        grade=grade,
        languages=languages,
        point_of_contact=point_of_contact,
        abolished_on=abolished_on,
        external_id=external_id,
    )
    with refusing(TAKEN), session().no_autoflush:
        session().add(position)
        _check_position(position)
        session().flush()
    record(viewer, "position.created", position)
    tell_search("post", post.id)
    return position


def change_position(viewer: Viewer, position: Position, **fields: Any) -> None:
    """Change what is recorded of a position; `fields` are columns of Position."""
    require(viewer, "post.change")
    before = titles(position)
    with refusing(TAKEN), session().no_autoflush:
        for name, value in fields.items():
            setattr(position, name, value)
        _check_position(position)
        session().flush()
    note_titles(position, before)
    record(viewer, "position.changed", position)
    tell_search("post", position.post_id)


def titles(position: Position) -> tuple[str, str]:
    """What other records show of a position."""
    return position.title_nl, position.title_en


def note_titles(position: Position, before: tuple[str, str]) -> None:
    """Where these are others now, search reads anew what shows them."""
    if titles(position) != before:
        session().flush()
        of_position.tell(position.id)


def _check_position(position: Position) -> None:
    if position.tour_months is not None and not 1 <= position.tour_months <= LONGEST_TOUR:
        raise Refused(_("Fill in a number of months from 1 to 240."), "tour_months")
    if position.grade is not None and not 1 <= position.grade <= HIGHEST_GRADE:
        raise Refused(_("Fill in a grade from 1 to 30."), "grade")


def abolish_position(viewer: Viewer, position: Position, on: date) -> None:
    """Abolish a position; who holds it must have left by then. What it kept stays readable."""
    require(viewer, "post.change")
    if _someone_after(on, Posting.position_id == position.id):
        raise Refused(_("Somebody holds this position after that day. End that posting first."), "on")
    position.abolished_on = on
    record(viewer, "position.abolished", position)
    tell_search("post", position.post_id)


def restore_position(viewer: Viewer, position: Position) -> None:
    """Take back that a position was abolished."""
    require(viewer, "post.change")
    position.abolished_on = None
    record(viewer, "position.restored", position)
    tell_search("post", position.post_id)


def _someone_after(on: date, where: Any) -> bool:
    query = select(Posting.id).join(Position, Posting.position_id == Position.id).where(where)
    return session().scalar(query.where(Posting.not_over(on), Posting.ends_on.is_distinct_from(on))) is not None


def place(
    viewer: Viewer,
    person: Person,
    position: Position,
    *,
    starts_on: date | None,
    ends_on: date | None = None,
    starts_precision: str = "day",
    ends_precision: str = "day",
    status: str = "held",
    acting: bool = False,
    external_id: str | None = None,
) -> Posting:
    """Post a person to a position. An end known to the month is given as its last day."""
    require(viewer, "post.change")
    with refusing(TAKEN), session().no_autoflush:
        posting = Posting(
            person=person,
            position=position,
            starts_on=starts_on,
            starts_precision=starts_precision,
            ends_on=ends_on,
            ends_precision=ends_precision,
            status=status,
            acting=acting,
            external_id=external_id,
        )
        session().add(posting)
        _check_posting(posting)
        session().flush()
    record(viewer, "posting.made", posting)
    _tell_of(posting)
    return posting


def change_posting(viewer: Viewer, posting: Posting, **fields: Any) -> None:
    """Change a posting; `fields` are columns of Posting. Ending one is `end_posting`."""
    require(viewer, "post.change")
    with refusing(TAKEN), session().no_autoflush:
        for name, value in fields.items():
            setattr(posting, name, value)
        _check_posting(posting)
        session().flush()
    record(viewer, "posting.changed", posting)
    _tell_of(posting)


def end_posting(viewer: Viewer, posting: Posting, ends_on: date | None, *, ends_precision: str = "day") -> None:
    """Set the last day of a posting, planned or past; None where it is not known any more."""
    change_posting(viewer, posting, ends_on=ends_on, ends_precision=ends_precision)


def put_back_ends(viewer: Viewer, posting: Posting) -> list[Posting]:
    """Somebody never came: where they sat until then gets back the end that was taken from it for this posting.

    That is an end that was put forward to before this posting, in the same deed or within an hour of it by hand, and
    that nothing which they do come to has since made true. Answers the postings that got theirs back.
    """
    require(viewer, "post.change")
    starts = posting.starts_on
    query = select(Posting).where(Posting.person_id == posting.person_id, Posting.status == "held")
    held = list(session().scalars(query.where(Posting.acting.is_(False)).order_by(Posting.starts_on, Posting.id)))
    found = []
    for one in held:
        before = _end_before(one, posting.created_at)
        if starts is None or before is None or one.ends_on is None or one.ends_on >= starts:
            continue
        ends_on, precision = before
        later = (other.starts_on for other in held if other is not one and other.starts_on)
        taken = any(one.ends_on < day <= (ends_on or day) for day in later)
        if not taken and (ends_on is None or ends_on >= starts):
            end_posting(viewer, one, ends_on, ends_precision=precision)
            found.append(one)
    return found


def _end_before(posting: Posting, named_at: datetime) -> tuple[date | None, str] | None:
    """The end that was replaced when somebody was named elsewhere, with how exactly it was known."""
    query = select(Replaced).where(Replaced.kind == Posting.__tablename__, Replaced.record_id == posting.id)
    for one in session().scalars(query.order_by(Replaced.number)):
        if abs(one.replaced_at - named_at) <= SAME_DEED:
            ends_on = one.facts["ends_on"]
            return ends_on and date.fromisoformat(ends_on), one.facts.get("ends_precision", "day")
    return None


def _check_posting(posting: Posting) -> None:
    starts, ends = posting.starts_on, posting.ends_on
    if starts and ends and ends < starts:
        raise Refused(_("The end is before the start."), "ends_on")
    abolished = posting.position.abolished_on
    if abolished and posting.status == "held" and (ends is None or ends > abolished):
        raise Refused(_("This position was abolished before that day."), "ends_on" if ends else "starts_on")
    same = select(Posting.id).where(
        Posting.person_id == posting.person.id,
        Posting.position_id == posting.position.id,
        Posting.status == posting.status,
        Posting.id != (posting.id or ""),
        Posting.starts_on.is_not_distinct_from(starts),
    )
    if session().scalar(same) is not None:
        raise Refused(_("This person is recorded in this position from that day already."), "starts_on")


def _tell_of(posting: Posting) -> None:
    """A posting shows on the person's page and on the post's: both are found by other words now."""
    tell_search("person", posting.person_id)
    tell_search("post", posting.position.post_id)


def note_duty(
    viewer: Viewer,
    position: Position,
    *,
    name: str,
    when_where: str = "",
    purpose: str = "",
    focal_point: str = "",
) -> Duty:
    """Note a recurring meeting or report of a position, by whoever holds it."""
    require(viewer, "duty.change", position)
    duty = Duty(position=position, name=name, when_where=when_where, purpose=purpose, focal_point=focal_point)
    session().add(duty)
    session().flush()
    record(viewer, "duty.noted", duty)
    return duty


def change_duty(viewer: Viewer, duty: Duty, **fields: Any) -> None:
    """Change a duty; `fields` are columns of Duty."""
    require(viewer, "duty.change", duty)
    for name, value in fields.items():
        setattr(duty, name, value)
    record(viewer, "duty.changed", duty)


def drop_duty(viewer: Viewer, duty: Duty) -> None:
    """Strike out a duty that is no more."""
    require(viewer, "duty.change", duty)
    record(viewer, "duty.dropped", duty)
    session().delete(duty)
