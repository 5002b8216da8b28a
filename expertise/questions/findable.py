"""What search may show of questions, and to whom: the readers of the dossier and both parties."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from expertise.base.database import session
from expertise.base.findable import Findable, Source, follow
from expertise.base.markdown import to_text
from expertise.domains.models import Domain
from expertise.dossiers.models import Dossier
from expertise.questions.models import Question


def load(ids: Iterable[str]) -> Iterator[Findable]:
    """These questions."""
    of_dossier = joinedload(Question.dossier)
    query = (
        select(Question)
        .where(Question.id.in_(list(ids)))
        .options(
            of_dossier.selectinload(Dossier.reader_rows),
            of_dossier.selectinload(Dossier.domains).options(lazyload(Domain.terms)),
            selectinload(Question.steps),
        )
    )
    for question in session().scalars(query):
        yield _question(question)


def _question(question: Question) -> Findable:
    # A party finds their question also where they may not know of the dossier: then it does not name it either.
    dossier = question.dossier if question.dossier is not None and question.dossier.reach == "open" else None
    # A filed answer is found as the note that it is.
    answer = "" if question.entry_id else question.answer
    return Findable(
        kind="question",
        id=question.id,
        title=question.title,
        url=f"/questions/{question.id}",
        readers=question.readers,
        body="\n".join(filter(None, (to_text(question.body), to_text(answer)))),
        language=question.language,
        date=(question.answered_at or question.asked_at).date(),
        post=question.position.post.code if question.position is not None else None,
        dossier=dossier.id if dossier else None,
        domains=tuple(one.code for one in dossier.domains) if dossier else (),
    )


def ids() -> Iterator[str]:
    """All of them, for a rebuild."""
    yield from session().scalars(select(Question.id))


def _of_dossier(dossier_id: str) -> Select[str]:
    return select(Question.id).where(Question.dossier_id == dossier_id)


follow("dossier", "question", _of_dossier)
SOURCES = (Source("question", load, ids),)
