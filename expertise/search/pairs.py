"""The vocabulary looked through: which pairs of words wait, and what somebody says of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, func, or_, select, update

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import changed_rows, session
from expertise.base.errors import Refused
from expertise.base.paging import Page, in_pages, page_of
from expertise.search.analysis import LANGUAGES, term, words
from expertise.search.models import ACCEPTED, LONGEST_TERM, REJECTED, STATES, WAITING, VocabularyPair

PER_PAGE = 50
_EVENTS = {ACCEPTED: "vocabulary.accepted", REJECTED: "vocabulary.rejected", WAITING: "vocabulary.put_back"}
# The surest first; what is equally sure by its words, so that a page is the same each time.
_ORDER = (VocabularyPair.sure.desc(), VocabularyPair.word.desc(), VocabularyPair.target_word.desc())


@dataclass(frozen=True)
class Wanted:
    """Which pairs of a list: all states where none is named; `term` is what a hit was found by."""

    state: str = WAITING
    language: str = ""
    target_language: str = ""
    word: str = ""
    at_least: float = 0.0
    term: str = ""

    @property
    def narrowed(self) -> bool:
        """Something besides the state is asked."""
        return replace(self, state="") != Wanted(state="")


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    one = VocabularyPair
    found: list[ColumnElement[bool]] = [one.state == wanted.state] if wanted.state else []
    for column, value in ((one.language, wanted.language), (one.target_language, wanted.target_language)):
        if value:
            found.append(column == value)
    if wanted.at_least > 0:
        found.append(one.sure >= wanted.at_least)
    if wanted.term:
        found.append(one.target_term == wanted.term)
    if wanted.word:
        asked = wanted.word.lower()
        found.append(or_(one.word.contains(asked, autoescape=True), one.target_word.contains(asked, autoescape=True)))
    return found


def list_pairs(viewer: Viewer, wanted: Wanted, number: int) -> Page[VocabularyPair]:
    """One page of the list, the surest first."""
    require(viewer, "vocabulary.manage")
    query = in_pages(select(VocabularyPair).where(*_where(wanted)).order_by(*_ORDER))
    return page_of(query, number, total=count_pairs(viewer, wanted), size=PER_PAGE)


def count_pairs(viewer: Viewer, wanted: Wanted) -> int:
    """How many there are."""
    require(viewer, "vocabulary.manage")
    return session().scalar(select(func.count()).select_from(VocabularyPair).where(*_where(wanted))) or 0


def counts_by_state(viewer: Viewer) -> dict[str, int]:
    """State -> how many pairs, of all languages."""
    require(viewer, "vocabulary.manage")
    one = VocabularyPair
    found = session().execute(select(one.state, func.count()).group_by(one.state)).all()
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in found}


def pairs_of(viewer: Viewer, wanted: Wanted, *, skip: int = 0, limit: int | None = None) -> list[VocabularyPair]:
    """A stretch of the list, for the command line and for a file."""
    require(viewer, "vocabulary.manage")
    query = select(VocabularyPair).where(*_where(wanted)).order_by(*_ORDER).offset(skip).limit(limit)
    return list(session().scalars(query))


def judge(viewer: Viewer, state: str, ids: Sequence[str]) -> tuple[int, datetime]:
    """Accept, reject or put back the pairs with these ids; how many that changed, and the moment, by which to undo."""
    require(viewer, "vocabulary.manage")
    one = VocabularyPair
    known = set(session().scalars(select(one.id).where(one.id.in_(ids))))
    missing = sorted(set(ids) - known)
    if missing:
        raise Refused(lazy_gettext("There is no pair %(id)s.", id=missing[0]))
    return _judge(viewer, state, [one.id.in_(ids)])


def judge_all(viewer: Viewer, state: str, wanted: Wanted, *, count: int | None = None) -> tuple[int, datetime] | None:
    """The same of all that are wanted; None, and nothing is done, where they are no longer as many as was said."""
    require(viewer, "vocabulary.manage")
    if count is not None and count_pairs(viewer, wanted) != count:
        return None
    return _judge(viewer, state, _where(wanted))


def _judge(viewer: Viewer, state: str, which: Iterable[ColumnElement[bool]]) -> tuple[int, datetime]:
    one, now = VocabularyPair, clock.now()
    values: dict[Any, Any] = {one.before: one.state, one.state: state}
    values |= {one.judged_at: now, one.judged_by_id: viewer.person_id}
    count = changed_rows(update(one).where(*which, one.state != state).values(values))
    if count:
        record(viewer, _EVENTS[state], pairs=count)
    return count, now


def judged_at(viewer: Viewer, moment: datetime) -> dict[str, int]:
    """What this viewer did to pairs in one act, as far as it stands: state -> how many."""
    require(viewer, "vocabulary.manage")
    one = VocabularyPair
    found = session().execute(select(one.state, func.count()).where(*_act(viewer, moment)).group_by(one.state)).all()
    return {row[0]: row[1] for row in found}


def undo(viewer: Viewer, moment: datetime) -> int:
    """Put the pairs of one act of this viewer back to what they were before it."""
    require(viewer, "vocabulary.manage")
    one = VocabularyPair
    values: dict[Any, Any] = {one.state: one.before, one.before: one.state, one.judged_at: clock.now()}
    count = changed_rows(update(one).where(*_act(viewer, moment)).values(values))
    if count:
        record(viewer, "vocabulary.undone", pairs=count)
    return count


def _act(viewer: Viewer, moment: datetime) -> list[ColumnElement[bool]]:
    one = VocabularyPair
    return [one.state.in_(STATES), one.judged_at == moment, one.judged_by_id == viewer.person_id]


def add_pair(
    viewer: Viewer, *, language: str, word: str, target_language: str, target_word: str
) -> tuple[int, datetime]:
    """Use two words for each other from now on, in both directions; how many directions that changed, and when."""
    require(viewer, "vocabulary.manage")
    for one in (language, target_language):
        if one not in LANGUAGES:
            raise Refused(lazy_gettext("Choose a language."), "language")
    if language == target_language:
        raise Refused(lazy_gettext("Choose another language than that of the first word."), "target_language")
    here, there = _side(language, word, "word"), _side(target_language, target_word, "target_word")
    now = clock.now()
    changed = sum(_accept(viewer, *both, now) for both in ((here, there), (there, here)))
    if changed:
        record(viewer, "vocabulary.added", pairs=changed)
    return changed, now


def _side(language: str, word: str, field: str) -> tuple[str, str, str]:
    """A language, the term of a word in it, and the word as it is written."""
    said = words(word)
    if len(said) != 1 or len(word.strip()) > LONGEST_TERM:
        raise Refused(lazy_gettext("This must be one word, without spaces."), field)
    found = term(said[0], language)
    if not found:
        raise Refused(
            lazy_gettext("Search leaves this word out in that language, because it stands everywhere."), field
        )
    return language, found, word.strip().lower()


def _accept(viewer: Viewer, here: tuple[str, str, str], there: tuple[str, str, str], now: datetime) -> bool:
    """One direction; whether that is new."""
    one = VocabularyPair
    names = dict(zip(("language", "term", "target_language", "target_term"), (*here[:2], *there[:2]), strict=True))
    known = session().scalars(select(one).filter_by(**names)).one_or_none()
    if known is None:
        known = one(**names, word=here[2], target_word=there[2], sure=1.0, state=WAITING)
        session().add(known)
    elif known.state == ACCEPTED:
        return False
    known.before, known.state = known.state, ACCEPTED
    known.judged_at, known.judged_by_id = now, viewer.person_id
    return True
