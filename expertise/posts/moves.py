"""What of this room moves when posts or positions are merged."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from expertise.base import clock
from expertise.base.database import session
from expertise.base.findable import tell_search, tell_search_of
from expertise.posts.models import Absence, Alias, Duty, Position, Post, Posting
from expertise.posts.moving import of_position, of_post, of_posting


def fold_posting(kept: Posting, lost: Posting) -> None:
    """The same person from the same day at both: what hangs on the second hangs on the first from now on."""
    of_posting.move(kept.id, lost.id)
    if kept.ends_on is None and lost.ends_on is not None:
        kept.ends_on, kept.ends_precision = lost.ends_on, lost.ends_precision
    for word in (lost.id, lost.external_id):
        if word:
            session().merge(Alias(kind="posting", word=word.lower(), record_id=kept.id, merged_at=clock.now()))
    session().flush()


def _tell_people(position_id: str) -> None:
    """Whoever was posted there is found by the titles of the position."""
    held = select(Posting.person_id).where(Posting.position_id == position_id).distinct()
    tell_search_of("person", held)
    position = session().get_one(Position, position_id)
    tell_search("post", position.post_id)


def _not_above_itself(stays: str, _gone: str) -> None:
    """A post that stood under the one that goes would now stand under itself: it stands by itself."""
    post = session().get_one(Post, stays)
    above, seen = post.parent, {""}
    while above is not None and above is not post and above.id not in seen:
        seen.add(above.id)
        above = above.parent
    if above is post:
        # In SQL: the session cannot order the writing of a post that is its own parent.
        session().execute(update(Post).where(Post.id == stays).values(parent_id=None))
        session().expire_all()


def _tell_post(post_id: str) -> None:
    """The post, and whoever was posted there."""
    seats = select(Position.id).where(Position.post_id == post_id)
    tell_search_of("person", select(Posting.person_id).where(Posting.position_id.in_(seats)).distinct())
    tell_search("post", post_id)


def _tell_gone(_stays: str, gone: str) -> None:
    tell_search("post", gone)


def _earlier_merged(stays: str, gone: str) -> None:
    """What was merged into the one that goes is now found at the one that stays."""
    session().execute(update(Alias).where(Alias.record_id == gone).values(record_id=stays))


of_position.column(
    Posting.position_id,
    _("Postings"),
    once_per=(Posting.person_id, Posting.starts_on, Posting.status),
    fold=fold_posting,
)
of_position.column(Duty.position_id, _("Meetings and reports"))
of_position.column(Absence.position_id, _("Absences"))
of_position.tells(_tell_people)
of_position.also(_earlier_merged)
of_post.column(Position.post_id, _("Positions"))
of_post.column(Post.parent_id, _("Posts that are part of it"))
of_post.also(_not_above_itself)
of_post.also(_tell_gone)
of_post.tells(_tell_post)
of_post.also(_earlier_merged)
of_posting.also(_earlier_merged)
