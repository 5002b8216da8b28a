"""Searches that found nothing: the second half of a post's writing list.

Kept are the words, the post and the day; never who, and nothing at all where it would be plain who it was, or where
the words are about a person or carry a number.
"""

import datetime as dt
import re
from contextlib import suppress
from functools import partial

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import changed_rows, own_transaction, session
from expertise.base.marking import find_mark
from expertise.people.queries import match_person
from expertise.posts.models import Position, Post, Posting
from expertise.questions.models import LONGEST_WORDS, SearchMiss
from expertise.questions.queries import Missed
from expertise.search.analysis import words as words_of

# As everywhere: groups of five or more.
SMALLEST_POST = 5
KEPT_FOR = dt.timedelta(days=180)
SHOWN = 30
LETTERS = re.compile(r"[^\W\d_]{3,}")


def words_to_keep(viewer: Viewer, typed: str) -> str:
    """What of a search may be kept, in small letters; empty where nothing may."""
    text = " ".join(words_of(typed)).lower()
    if not LETTERS.search(text) or len(text) > LONGEST_WORDS or "@" in typed or any(one.isdigit() for one in text):
        return ""
    if find_mark(typed) or match_person(viewer, typed, most=1):
        return ""
    return text


def posts_to_keep_for(viewer: Viewer) -> list[str]:
    """The posts of a viewer at which so many are posted that words say of nobody that they looked."""
    query = (
        select(Position.post_id)
        .join(Posting, Posting.position_id == Position.id)
        .where(Position.post_id.in_(viewer.posts), Posting.holding(clock.today()))
        .group_by(Position.post_id)
        .having(func.count(Posting.person_id.distinct()) >= SMALLEST_POST)
    )
    return list(session().scalars(query)) if viewer.posts else []


def to_note(viewer: Viewer, typed: str) -> "partial[None] | None":
    """What the door is to write after this search, in a transaction of its own; None where nothing is to be kept."""
    words = words_to_keep(viewer, typed)
    posts = posts_to_keep_for(viewer) if words else []
    return partial(note, posts, words, clock.today()) if posts else None


def note(post_ids: list[str], words: str, day: dt.date) -> None:
    """Keep it, once a day: how often somebody pressed the button says nothing."""
    # Two who look for the same at the same moment: one of them is enough.
    with suppress(IntegrityError), own_transaction() as own:
        query = select(SearchMiss.post_id).where(
            SearchMiss.post_id.in_(post_ids), SearchMiss.words == words, SearchMiss.on == day
        )
        known = set(own.scalars(query))
        own.add_all(SearchMiss(post_id=one, words=words, on=day) for one in post_ids if one not in known)


def missed_at(viewer: Viewer, post: Post) -> list[Missed]:
    """The words for which colleagues at a post found nothing, by the number of days."""
    require(viewer, "writing_list.read", post)
    days, last = func.count(), func.max(SearchMiss.on)
    query = select(SearchMiss.words, days, last).where(SearchMiss.post_id == post.id).group_by(SearchMiss.words)
    rows = session().execute(query.order_by(days.desc(), last.desc(), SearchMiss.words).limit(SHOWN))
    return [Missed(words, count, day) for words, count, day in rows]


def strike_out(viewer: Viewer, post: Post, words: str) -> int:
    """It is written now, or not worth it: the words leave the list."""
    require(viewer, "writing_list.read", post)
    gone = delete(SearchMiss).where(SearchMiss.post_id == post.id, SearchMiss.words == words)
    return changed_rows(gone)


def forget_old(viewer: Viewer) -> int:
    """For every day: what nobody looked for in half a year goes; says how many rows."""
    require(viewer, "question.carry")
    old = delete(SearchMiss).where(SearchMiss.on < clock.today() - KEPT_FOR)
    return changed_rows(old)
