"""Questions about questions: what is asked of me, by me, about a dossier or at a post, and what was answered."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, bindparam, case, or_, select
from sqlalchemy.orm import joinedload

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.domains.models import Domain
from expertise.dossiers.models import Dossier
from expertise.dossiers.queries import kept_by
from expertise.posts.models import Position, Post, Posting
from expertise.questions.models import WAITING, Question

SHOWN = 50
NEWS = dt.timedelta(days=14)
_WAITING_FIRST = case((Question.state.in_(WAITING), 0), else_=1)
_OF_DOSSIER = (
    select(Question)
    .where(Question.dossier_id == bindparam("dossier"), Question.state != "withdrawn")
    .order_by(_WAITING_FIRST, Question.asked_at.desc(), Question.id)
    .limit(20)
)


@dataclass(frozen=True)
class Given:
    """An answer that somebody gave: what it was about, when, and where it stands; for evidence of what they know."""

    question_id: str
    person_id: str
    title: str
    on: dt.date
    dossier_id: str | None
    entry_id: str | None
    domains: tuple[str, ...]  # ids


@dataclass(frozen=True)
class Missed:
    """Words for which nothing was found at a post: on how many days, and when last."""

    words: str
    days: int
    last: dt.date


def get_question(viewer: Viewer, question_id: str, action: str = "question.read") -> Question:
    """One question, for a viewer who may read it and do what `action` says."""
    query = select(Question).where(Question.id == question_id).options(joinedload(Question.dossier))
    question = session().scalars(query).unique().one_or_none()
    if question is None:
        raise NotFound(question_id)
    require(viewer, "question.read", question)
    require(viewer, action, question)
    return question


def to_answer(viewer: Viewer) -> list[Question]:
    """What waits for an answer of this viewer: put to them, or to a position that they hold; the oldest first."""
    if not viewer.signed_in:
        return []
    mine = only(viewer, "question.refuse", Question)
    return _listed(select(Question).where(mine).order_by(Question.since, Question.id))


def asked_by_me(viewer: Viewer) -> list[Question]:
    """What this viewer asked: what waits first, then the latest."""
    if viewer.person_id is None:
        return []
    waits = case((Question.state.in_(WAITING), 0), else_=1)
    query = select(Question).where(Question.asker_id == viewer.person_id)
    return _listed(query.order_by(waits, Question.asked_at.desc(), Question.id).limit(SHOWN))


def news_for(viewer: Viewer) -> list[Question]:
    """Answers to what this viewer asked, of the past two weeks."""
    if viewer.person_id is None:
        return []
    query = select(Question).where(
        Question.asker_id == viewer.person_id, Question.state == "answered", Question.answered_at > clock.now() - NEWS
    )
    return _listed(query.order_by(Question.answered_at.desc(), Question.id))


def at_posts(viewer: Viewer, post_ids: Iterable[str]) -> list[Question]:
    """What waits at positions of these posts, as far as the viewer may read it."""
    seats = select(Position.id).where(Position.post_id.in_(set(post_ids)))
    query = _readable(viewer, Question.position_id.in_(seats), Question.state.in_(WAITING))
    return _listed(query.order_by(Question.asked_at, Question.id).limit(SHOWN))


def unanswered_at(viewer: Viewer, post: Post) -> list[Question]:
    """The first half of a post's writing list: its questions that wait, the oldest first."""
    require(viewer, "writing_list.read", post)
    return at_posts(viewer, [post.id])


def of_dossier(viewer: Viewer, dossier: Dossier) -> list[Question]:
    """The questions about a dossier: what waits first, then the latest answers."""
    require(viewer, "question.ask")
    require(viewer, "dossier.read", dossier)  # who reads it reads what is asked about it
    return list(session().scalars(_OF_DOSSIER, {"dossier": dossier.id}))


def of_position(viewer: Viewer, position: Position, *, limit: int = 20) -> list[Question]:
    """The questions put to the holders of a position that the viewer may read."""
    query = _readable(viewer, Question.position_id == position.id, Question.state != "withdrawn")
    return _listed(query.order_by(_WAITING_FIRST, Question.asked_at.desc(), Question.id).limit(limit))


def of_posting(viewer: Viewer, posting: Posting) -> list[Question]:
    """Questions put to whoever held a position, about their time there, unanswered first: for their handover."""
    waits = case((Question.state.in_(WAITING), 0), else_=1)
    query = _readable(
        viewer,
        Question.position_id == posting.position_id,
        or_(Question.asked_id == posting.person_id, Question.answered_by_id == posting.person_id),
        Question.state != "withdrawn",
    )
    return _listed(query.order_by(waits, Question.asked_at, Question.id).limit(SHOWN))


def of_entry(viewer: Viewer, entry_id: str) -> Question | None:
    """The question to which a note is the answer."""
    query = _readable(viewer, Question.entry_id == entry_id)
    return next(iter(_listed(query.limit(1))), None)


def questions_by_id(viewer: Viewer, ids: Iterable[str]) -> dict[str, Question]:
    """Several questions, as far as the viewer may read them."""
    return {one.id: one for one in _listed(_readable(viewer, Question.id.in_(set(ids))))}


def answers_given(viewer: Viewer, person_ids: Iterable[str]) -> dict[str, list[Given]]:
    """The answers that these people gave and that the viewer may read, the latest first. Two queries."""
    query = _readable(viewer, Question.answered_by_id.in_(set(person_ids)), Question.state == "answered")
    rows = _listed(query.order_by(Question.answered_at.desc(), Question.id))
    readable = _domains_of(viewer, {one.dossier_id for one in rows if one.dossier_id})
    found: dict[str, list[Given]] = {}
    for one in rows:
        if one.answered_by_id is None or one.answered_at is None:
            continue
        # Of a dossier that the viewer may not read, not even which themes it has.
        known = one.dossier_id if one.dossier_id in readable else None
        given = Given(
            one.id,
            one.answered_by_id,
            one.title,
            one.answered_at.date(),
            known,
            one.entry_id if known else None,
            readable.get(known or "", ()),
        )
        found.setdefault(one.answered_by_id, []).append(given)
    return found


def _domains_of(viewer: Viewer, dossier_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The domains of these dossiers, of those that the viewer may read."""
    ids = set(dossier_ids)
    if not ids:
        return {}
    query = (
        select(Dossier.id, Domain.id)
        .outerjoin(Dossier.domains)
        .where(Dossier.id.in_(ids), only(viewer, "dossier.read", Dossier))
        .order_by(Dossier.id, Domain.code)
    )
    found: dict[str, tuple[str, ...]] = {}
    for dossier_id, domain_id in session().execute(query):
        found[dossier_id] = (*found.get(dossier_id, ()), *((domain_id,) if domain_id else ()))
    return found


def dossiers_to_file_in(viewer: Viewer, question: Question) -> list[Dossier]:
    """Where the answerer may file an answer to a question that is about no dossier: what the positions keep."""
    positions = {*viewer.positions, *([question.position_id] if question.position_id else [])}
    return kept_by(viewer, positions)


def _readable(viewer: Viewer, *where: ColumnElement[bool]) -> Select[Question]:
    require(viewer, "question.ask")
    return select(Question).where(only(viewer, "question.read", Question), *where)


def _listed(query: Select[Question]) -> list[Question]:
    return list(session().scalars(query))
