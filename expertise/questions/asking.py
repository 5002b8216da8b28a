"""Whom one may ask: the holder, those before, the head of the post; with what they have had already.

Everybody of a chain is loaded at once: a number of queries that does not grow with the chain.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, func, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.dossiers.models import Dossier
from expertise.dossiers.queries import chain_of as chain_of_dossier
from expertise.people.models import Account, Person
from expertise.posts.chain import Held
from expertise.posts.models import Position, Posting
from expertise.posts.queries import present_postings_of
from expertise.posts.seating import chain_of as chain_of_position
from expertise.questions.models import WAITING, Question, QuestionStep
from expertise.questions.reach import reachable

# Whoever has so many to answer is not the first whom we offer.
MANY = 5
_PEOPLE: BindParameter[str] = bindparam("people", expanding=True)
_LOADS = (
    select(QuestionStep.person_id, Question.state, QuestionStep.outcome, func.count())
    .join(Question, QuestionStep.question_id == Question.id)
    .where(QuestionStep.person_id.in_(_PEOPLE))
    .group_by(QuestionStep.person_id, Question.state, QuestionStep.outcome)
)
_COME_IN = select(Account.person_id).where(Account.person_id.in_(_PEOPLE), Account.disabled_at.is_(None))
HOLDER, EARLIER, HEAD, PERSON = "holder", "earlier", "head", "person"


@dataclass(frozen=True)
class Load:
    """How many questions somebody has had, and how many still want an answer."""

    had: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be asked, or why not."""

    person: Person
    kind: str  # holder, earlier, head, person
    posting: Posting | None  # by which they know it
    now: Posting | None
    until: dt.date | None
    load: Load
    why_not: str  # "", left, no_account, over

    @property
    def position(self) -> Position | None:
        """Of which they are or were the holder."""
        return self.posting.position if self.posting is not None else None

    @property
    def may_be_asked(self) -> bool:
        """Whether a question reaches them."""
        return not self.why_not


@dataclass(frozen=True)
class Line:
    """Everybody who can be asked about something, in the order in which a question goes up; and at which position."""

    candidates: Sequence[Candidate]
    position: Position | None = None

    @property
    def reachable(self) -> list[Candidate]:
        """Those whom a question reaches."""
        return [one for one in self.candidates if one.may_be_asked]

    def first(self, viewer: Viewer) -> Candidate | None:
        """Whom we offer first: the first of the line who is not the asker and has not too many already."""
        others = [one for one in self.reachable if one.person.id != viewer.person_id]
        free = [one for one in others if one.load.waiting < MANY]
        return next(iter(free or others), None)

    def find(self, person_id: str) -> Candidate | None:
        """One of them."""
        return next((one for one in self.candidates if one.person.id == person_id), None)


def line_of_position(viewer: Viewer, position: Position) -> Line:
    """Who holds it, who held it before, and the head of its post."""
    require(viewer, "question.ask")
    spells = [one for one in chain_of_position(viewer, position) if isinstance(one, Held)]
    held = [one.posting for one in reversed(spells) if one.when != "next"]
    return Line(_candidates(viewer, held, {position.post_id}), position)


def line_of_dossier(viewer: Viewer, dossier: Dossier) -> Line:
    """The same of a dossier, through all positions that kept it."""
    require(viewer, "question.ask")
    chain = chain_of_dossier(viewer, dossier)
    held = [one.posting for one in reversed(chain.holders) if one.when != "next"]
    kept = dossier.present_stewardships or dossier.stewardships[-1:]
    position = kept[0].position if kept else None
    posts = {position.post_id} if position is not None else {one.id for one in dossier.posts}
    return Line(_candidates(viewer, held, posts), position)


def line_of_person(viewer: Viewer, person: Person) -> Line:
    """One person, asked for what they know; nobody comes after."""
    require(viewer, "question.ask")
    return Line(_with_facts(viewer, [(PERSON, None, person)]))


def line_of(viewer: Viewer, question: Question) -> Line:
    """The chain that a question goes up."""
    if question.position is not None and question.dossier is None:
        return line_of_position(viewer, question.position)
    if question.dossier is not None:
        return line_of_dossier(viewer, question.dossier)
    return Line([])


def loads_of(viewer: Viewer, person_ids: Iterable[str]) -> dict[str, Load]:
    """How many questions these people have had, in one query; who had none is left out."""
    require(viewer, "question.ask")
    found: dict[str, Load] = {}
    for person_id, state, outcome, count in session().execute(_LOADS, {"people": list(set(person_ids))}):
        known = found.get(person_id, Load())
        waits_now = count if state in WAITING and not outcome else 0
        found[person_id] = Load(known.had + count, known.waiting + waits_now)
    return found


def with_account(person_ids: Iterable[str]) -> set[str]:
    """Who of these people comes in, and so sees what they are asked; one query."""
    asked = list(set(person_ids))
    return set(session().scalars(_COME_IN, {"people": asked})) if asked else set()


def _candidates(viewer: Viewer, held: Sequence[Posting], post_ids: set[str]) -> list[Candidate]:
    """In order: who holds it now, those before from the last on, the heads of the posts. Each person once."""
    today = clock.today()
    present = [one for one in held if one.holds_on(today)]
    # Whoever acts knows less than who holds it.
    present.sort(key=lambda one: one.acting)
    rows: list[tuple[str, Posting | None, Person]] = [(HOLDER, one, one.person) for one in present]
    rows += [(EARLIER, one, one.person) for one in held if one not in present]
    rows += [(HEAD, one, one.person) for one in _heads(post_ids)]
    once = {person.id: (kind, posting, person) for kind, posting, person in reversed(rows)}
    ordered = dict.fromkeys(person.id for _kind, _posting, person in rows)
    return _with_facts(viewer, [once[one] for one in ordered])


def _heads(post_ids: set[str]) -> list[Posting]:
    """Heads of mission posted there today."""
    query = (
        select(Posting)
        .join(Position, Posting.position_id == Position.id)
        .join(Account, Account.person_id == Posting.person_id)
        .where(Position.post_id.in_(post_ids), Account.role == "head", Posting.holding(clock.today()))
        .order_by(Posting.starts_on, Posting.id)
    )
    return list(session().scalars(query))


def _with_facts(viewer: Viewer, rows: Sequence[tuple[str, Posting | None, Person]]) -> list[Candidate]:
    """With where they are, until when they answer, and how many questions they have had: four queries."""
    people = {person.id for _kind, _posting, person in rows}
    if not people:
        return []
    now = present_postings_of(viewer, people)
    loads = loads_of(viewer, people)
    until = reachable.until(posting.id for kind, posting, _person in rows if posting and kind == EARLIER)
    accounts = with_account(people)
    found = []
    for kind, posting, person in rows:
        day = until.get(posting.id) if posting else None
        why_not = _why_not(person, day, has_account=person.id in accounts)
        load = loads.get(person.id, Load())
        found.append(Candidate(person, kind, posting, now.get(person.id), day, load, why_not))
    return found


def _why_not(person: Person, until: dt.date | None, *, has_account: bool) -> str:
    today = clock.today()
    if person.left_on is not None and person.left_on < today:
        return "left"
    if not has_account:
        return "no_account"
    return "over" if until is not None and until < today else ""
