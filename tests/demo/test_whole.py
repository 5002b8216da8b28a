"""The ministry of real size: one part in sixty of it, around the small demo. The whole is in tests/drills."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from expertise.base.database import begin, session
from expertise.base.findable import to_be_rebuilt
from expertise.demo import whole
from expertise.demo.reading import TODAY, seeded_ids
from expertise.dossiers.models import Dossier, Entry
from expertise.handovers.models import Handover
from expertise.handovers.sealing import altered_in
from expertise.people.models import Person
from expertise.pilots.models import Pilot
from expertise.posts.models import Position, Posting
from expertise.questions.models import Question
from tests.conftest import Template

PART = 60


def load() -> None:
    with seeded_ids("ministry"), to_be_rebuilt():
        whole.load(part=PART)


def count(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def test_a_part_of_it_hangs_together(loaded: Flask) -> None:
    with loaded.app_context():
        begin("write")
        before = {model: count(model) for model in (Dossier, Entry, Handover, Pilot, Question)}
        load()
        assert count(Dossier) - before[Dossier] == whole.DOSSIERS // PART
        assert count(Entry) - before[Entry] > 20 * (whole.DOSSIERS // PART)
        # Each tour that ended left a note that is as it was sealed; and people ask, and run pilots.
        ended = select(func.count()).select_from(Posting).where(Posting.ends_on < TODAY)
        new = select(Position.id).join(Position.post).where(Position.created_at == whole.at_noon(whole.BEGAN))
        rotating = ended.where(Posting.position_id.in_(new.where(Position.rotates.is_(True))))
        assert count(Handover) - before[Handover] == session().scalar(rotating)
        assert not any(altered_in(one) for one in session().scalars(select(Handover)).unique())
        assert count(Question) - before[Question] > 0.8 * (whole.QUESTIONS // PART)
        assert count(Pilot) - before[Pilot] == 5
        # Nobody sits in two seats at once, and no seat has two holders.
        one, other = aliased(Posting), aliased(Posting)
        together = (
            select(func.count())
            .select_from(one)
            .join(other, (one.id < other.id) & (one.starts_on <= other.ends_on) & (other.starts_on <= one.ends_on))
            .where(one.position_id.in_(new), other.position_id.in_(new))
        )
        assert session().scalar(together.where(one.person_id == other.person_id)) == 0
        assert session().scalar(together.where(one.position_id == other.position_id)) == 0
        # Who left the service holds nothing any more.
        left = select(func.count()).select_from(Posting).join(Person).where(Posting.starts_on > Person.left_on)
        assert session().scalar(left) == 0
        # Recorded on the day on which it happened, by somebody, and in the languages of these two posts.
        notes = session().execute(select(Entry.date, Entry.created_at, Entry.author_id, Entry.language)).all()
        notes = [row for row in notes if row.created_at.hour == 11]
        assert all(row.date == row.created_at.date() <= TODAY and row.author_id for row in notes)
        assert {row.language for row in notes} == {"nl", "fr"}
        session().rollback()


def test_it_is_the_same_each_time(loaded: Flask, make_app: Callable[..., Flask], demo_template: Template) -> None:
    seen = []
    for app in (loaded, make_app(demo_template)):
        with app.app_context():
            begin("write")
            load()
            seen.append(session().execute(select(Entry.id, Entry.title, Entry.body).order_by(Entry.id)).all())
            session().rollback()
    assert seen[0] == seen[1]
