"""Verbs on questions: ask, answer and file, pass on, decline, withdraw, and up the chain where nobody answers."""

import datetime as dt

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from expertise.access.rules import allowed, require
from expertise.access.viewer import Viewer, system
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import claim, session
from expertise.base.errors import Refused
from expertise.base.findable import tell_search
from expertise.base.mail import send_later
from expertise.dossiers.entry_service import add_entry, language_of
from expertise.dossiers.models import Dossier, Entry
from expertise.people.models import Account, Person
from expertise.posts.viewers import viewer_for
from expertise.questions.asking import EARLIER, HOLDER, Candidate, Line, line_of
from expertise.questions.models import Question, QuestionStep


def ask(
    viewer: Viewer,
    line: Line,
    to: Candidate,
    *,
    title: str,
    body: str = "",
    dossier: Dossier | None = None,
) -> Question:
    """Put a question to somebody of a line; about a dossier where one is given."""
    require(viewer, "question.ask")
    if dossier is not None:
        require(viewer, "dossier.read", dossier)
    if viewer.person_id is None:
        raise Refused(_("Only a person can ask."))
    if not to.may_be_asked:
        raise Refused(_("A question does not reach this colleague. Choose somebody else."), "to")
    if to.person.id == viewer.person_id:
        raise Refused(_("That is you. Choose somebody else."), "to")
    position = to.position if to.kind in (HOLDER, EARLIER) else line.position
    question = Question(
        title=title.strip(),
        body=body,
        language=language_of(title, body, otherwise=viewer.language),
        asker_id=viewer.person_id,
        dossier_id=dossier.id if dossier is not None else None,
        position_id=position.id if position is not None else None,
        asked_id=to.person.id,
        as_holder=to.kind == HOLDER,
    )
    if not question.title:
        raise Refused(_("Write your question in one line."), "title")
    question.steps.append(QuestionStep(number=1, person_id=to.person.id))
    session().add(question)
    session().flush()
    record(viewer, "question.asked", question)
    _tell(question, is_new=True)
    return question


def _tell(question: Question, *, is_new: bool = False) -> None:
    """Search, and by mail the one with whom it is now."""
    tell_search("question", question.id, is_new=is_new)
    if question.state == "open":
        _write_to(question.asked_id, "question", question)


def _write_to(person_id: str, kind: str, question: Question) -> None:
    query = select(Account.id).where(Account.person_id == person_id, Account.disabled_at.is_(None))
    account_id = session().scalar(query.where(Account.mail != "none"))
    if account_id is not None:
        send_later(kind, account_id, question.id)


def answer(
    viewer: Viewer, question: Question, text: str, *, dossier: Dossier | None = None, version: int | None = None
) -> Question:
    """Answer it; the answer is filed as a note in its dossier, or in the one that is given."""
    require(viewer, "question.answer", question)
    claim(question, version)
    if not text.strip():
        raise Refused(_("Write the answer."), "answer")
    target = question.dossier or dossier
    if question.dossier is None and dossier is not None:
        require(viewer, "entry.add", dossier)
        question.dossier_id = dossier.id
    _close_step(question, "answered", mine=viewer.person_id)
    question.state, question.answer = "answered", text
    question.answered_by_id, question.answered_at = viewer.person_id, clock.now()
    if target is not None:
        question.entry_id = _file(viewer, question, target).id
    session().flush()
    session().expire(question)
    record(viewer, "question.answered", question)
    tell_search("question", question.id)
    _write_to(question.asker_id, "answer", question)
    return question


def _file(viewer: Viewer, question: Question, dossier: Dossier) -> Entry:
    """The answer as a note in its writer's name.

    Whoever held a position long ago may answer about a restricted dossier that they no longer read: then the
    installation files it, and the event of the answer says whose it is.
    """
    writer = viewer if allowed(viewer, "entry.add", dossier) else system(viewer.language)
    author = session().get(Person, viewer.person_id) if viewer.person_id else None
    quoted = "\n".join(f"> {line}" for line in question.body.splitlines())
    return add_entry(
        writer,
        dossier,
        kind="background",
        title=question.title,
        body=f"{quoted}\n\n{question.answer}" if quoted else question.answer,
        language=language_of(question.title, question.answer, otherwise=question.language),
        post=question.position.post if question.position is not None else None,
        author=author,
    )


def pass_on(viewer: Viewer, question: Question, person: Person, *, why: str = "") -> None:
    """Hand it to a colleague who knows better."""
    require(viewer, "question.refuse", question)
    if person.id in {question.asker_id, question.asked_id}:
        raise Refused(_("This colleague has the question already. Choose somebody else."), "person")
    account = session().scalar(select(Account).where(Account.person_id == person.id))
    if account is None or account.shut_on(clock.today()):
        raise Refused(_("A question does not reach this colleague. Choose somebody else."), "person")
    if question.dossier is not None and not _may_hear_of(account, question.dossier):
        raise Refused(_("This question is about a restricted dossier that this colleague does not read."), "person")
    _close_step(question, "passed_on", why=why)
    _put_to(question, person, way="passed_on", as_holder=False)
    record(viewer, "question.passed_on", question, person=person.id)
    _tell(question)


def _may_hear_of(account: Account, dossier: Dossier) -> bool:
    return allowed(viewer_for(account, account.language or "en"), "dossier.read", dossier)


def decline(viewer: Viewer, question: Question, *, why: str = "") -> None:
    """Say that one does not answer it; it goes to the next one."""
    require(viewer, "question.refuse", question)
    _to_next(viewer, question, "declined", why)
    record(viewer, "question.declined", question)


def put_to_next(viewer: Viewer, question: Question) -> None:
    """The asker does not want to wait any longer: it goes to the next one."""
    require(viewer, "question.withdraw", question)
    if question.state != "open":
        raise Refused(_("There is nobody else to ask."))
    _to_next(viewer, question, "silent", "")
    record(viewer, "question.went_up", question)


def withdraw(viewer: Viewer, question: Question) -> None:
    """The asker needs no answer any more."""
    require(viewer, "question.withdraw", question)
    if not question.waiting:
        raise Refused(_("This question is closed already."))
    _close_step(question, "withdrawn")
    question.state = "withdrawn"
    record(viewer, "question.withdrawn", question)
    tell_search("question", question.id)


def next_of(viewer: Viewer, question: Question) -> Candidate | None:
    """Who comes after those who had it: the next of the chain whom a question reaches."""
    had = {one.person_id for one in question.steps} | {question.asker_id}
    # A party may no longer read the dossier whose chain it goes up.
    line = line_of(system(viewer.language), question)
    return next((one for one in line.reachable if one.person.id not in had), None)


def go_up_due(viewer: Viewer, *, days: int) -> int:
    """For every day: what nobody answered in so many days goes to the next one; says how many."""
    require(viewer, "question.carry")
    before = clock.now() - dt.timedelta(days=days)
    query = (
        select(Question).where(Question.state == "open", Question.since < before).options(joinedload(Question.dossier))
    )
    due = session().scalars(query.order_by(Question.since, Question.id)).unique().all()
    for question in due:
        _to_next(viewer, question, "silent", "")
        record(viewer, "question.went_up", question)
    return len(due)


def _to_next(viewer: Viewer, question: Question, outcome: str, why: str) -> None:
    """Up the chain; where nobody is left, it stays unanswered, and stands on the writing list."""
    following = next_of(viewer, question)
    _close_step(question, outcome, why=why)
    if following is None:
        question.state, question.as_holder = "unanswered", False
        session().flush()
    else:
        if following.kind in (HOLDER, EARLIER) and following.position is not None:
            question.position_id = following.position.id
        _put_to(question, following.person, way="went_up", as_holder=following.kind == HOLDER)
    _tell(question)


def _put_to(question: Question, person: Person, *, way: str, as_holder: bool) -> None:
    question.asked_id, question.as_holder, question.since, question.state = person.id, as_holder, clock.now(), "open"
    number = len(question.steps) + 1
    question.steps.append(QuestionStep(number=number, person_id=person.id, way=way))
    session().flush()
    session().expire(question)


def _close_step(question: Question, outcome: str, *, why: str = "", mine: str | None = None) -> None:
    """What became of it at the last one to whom it was put; an answer by somebody else leaves that one as silent."""
    last = question.steps[-1] if question.steps else None
    if last is None or last.outcome:
        return
    last.outcome = "silent" if outcome == "answered" and mine != last.person_id and not question.as_holder else outcome
    last.ended_at, last.why = clock.now(), why
