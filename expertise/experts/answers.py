"""What answers to questions say of people: only of questions that the asker may read, as questions/ judges."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import ColumnElement, select

from expertise.access.rules import only
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.dossiers.models import Dossier, DossierDomain
from expertise.experts.evidence import Evidence, Source, sources
from expertise.questions.models import Question
from expertise.questions.queries import answers_given

ANSWERED = "answered"


def answered_by(viewer: Viewer, person_ids: Collection[str]) -> Iterator[Evidence]:
    """The answers that these people gave. Two queries."""
    for given in answers_given(viewer, person_ids).values():
        for one in given:
            yield _evidence(one.question_id, one.title, one.person_id, one.on, one.domains)


def answered_about(viewer: Viewer, domain_ids: Collection[str]) -> Iterator[Evidence]:
    """Who answered a question about a dossier on one of these domains that the viewer may read. One query."""
    filed = select(DossierDomain.dossier_id).where(DossierDomain.domain_id.in_(domain_ids))
    read = select(Dossier.id).where(Dossier.id.in_(filed), only(viewer, "dossier.read", Dossier))
    return _answers(viewer, Question.dossier_id.in_(read))


def answerers_of(viewer: Viewer, question_ids: Collection[str]) -> Iterator[Evidence]:
    """Who answered these questions. One query."""
    return _answers(viewer, Question.id.in_(question_ids))


def _answers(viewer: Viewer, where: ColumnElement[bool]) -> Iterator[Evidence]:
    query = select(Question.id, Question.title, Question.answered_by_id, Question.answered_at).where(
        where,
        Question.state == ANSWERED,
        only(viewer, "question.read", Question),
    )
    for row in session().execute(query.order_by(Question.answered_at.desc(), Question.id)):
        if row[2] and row[3]:
            yield _evidence(row[0], row[1], row[2], row[3].date(), ())


def _evidence(question_id: str, title: str, person_id: str, day: dt.date, domains: Iterable[str]) -> Evidence:
    key = f"question:{question_id}"
    return Evidence(
        person_id=person_id,
        role="author",
        kind="answer",
        key=key,
        piece=key,
        title=title,
        url=f"/questions/{question_id}",
        first=day,
        last=day,
        domains=tuple(domains),
    )


sources.add(Source("answer", answered_by, answered_about, of_pieces=answerers_of, pieces="question"))
