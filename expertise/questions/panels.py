"""What this room shows elsewhere: whom to ask beside a chain, questions of a dossier, and the post's writing list."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import exists

from expertise.access.gate import append_apart
from expertise.access.rules import allowed
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.i18n import show_day
from expertise.base.panels import RECORD, Column, Fact, Panel
from expertise.contacts.following import followers
from expertise.dossiers.models import Dossier, Entry
from expertise.dossiers.panels import holder_columns, in_heading, on_dossier, on_entry
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting
from expertise.posts.panels import chain_columns, on_person, on_position, on_post
from expertise.questions import missed, queries, words
from expertise.questions.asking import Load, loads_of, with_account
from expertise.questions.models import Question
from expertise.questions.personal import Mentions
from expertise.questions.reach import reachable
from expertise.search.forms import Asked
from expertise.search.panels import on_nothing, on_results

followers.add("questions", Mentions())


@in_heading.panel("questions", order=10)
def ask_the_holder(viewer: Viewer, dossier: Dossier) -> Panel | None:
    """A button that leads to whom one can ask about this dossier."""
    asks = viewer.person_id is not None
    return (
        Panel("questions/_button.html", url=url_for("questions.ask_dossier", dossier_id=dossier.id)) if asks else None
    )


@on_dossier.panel_where("questions", exists().where(Question.dossier_id == RECORD), order=20)
def questions_of_dossier(viewer: Viewer, dossier: Dossier, there: bool) -> Panel | None:
    """What was asked about it."""
    found = queries.of_dossier(viewer, dossier) if there else []
    return Panel("questions/_list.html", questions=found, words=words) if found else None


@on_position.panel("questions", order=25)
def questions_of_position(viewer: Viewer, position: Position) -> Panel | None:
    """What was put to its holders, and the way to ask them."""
    if viewer.person_id is None:
        return None
    url = url_for("questions.ask_position", position_id=position.id)
    return Panel("questions/_list.html", questions=queries.of_position(viewer, position), words=words, url=url)


@on_person.panel("questions", order=50)
def ask_this_person(viewer: Viewer, person: Person) -> Panel | None:
    """How to ask this colleague, and how much they were asked already."""
    if viewer.person_id in (None, person.id) or _left(person) or not with_account([person.id]):
        return None
    load = loads_of(viewer, [person.id]).get(person.id, Load())
    return Panel("questions/_person.html", load=load, url=url_for("questions.ask_person", person_id=person.id))


def _left(person: Person) -> bool:
    return person.left_on is not None and person.left_on < clock.today()


@on_post.panel("questions", order=80)
def writing_list_of_post(viewer: Viewer, post: Post) -> Panel | None:
    """For whoever is posted there: what should be written down."""
    if not allowed(viewer, "writing_list.read", post):
        return None
    found = queries.unanswered_at(viewer, post)
    return Panel("questions/_post.html", questions=found, missed=missed.missed_at(viewer, post), post=post)


@on_entry.panel("questions", order=10)
def asked_and_answered(viewer: Viewer, entry: Entry) -> Panel | None:
    """Where a note that is an answer comes from: who asked, who answered, when."""
    question = queries.of_entry(viewer, entry.id)
    return Panel("questions/_entry.html", question=question) if question is not None else None


@holder_columns.column("questions", order=30)
def questions_of_holders(viewer: Viewer, postings: Sequence[Posting]) -> Column | None:
    """How many questions each holder has had, and until when they answer."""
    return _load_column(viewer, postings, "questions.ask_dossier")


@chain_columns.column("questions", order=30)
def questions_of_chain(viewer: Viewer, postings: Sequence[Posting]) -> Column | None:
    """The same on the page of a position, with the way to ask."""
    return _load_column(viewer, postings, "questions.ask_position")


def _load_column(viewer: Viewer, postings: Sequence[Posting], endpoint: str) -> Column | None:
    today = clock.today()
    asked = [one for one in postings if not one.is_to_come(today) and not _left(one.person)]
    if not asked:
        return None
    loads = loads_of(viewer, {one.person_id for one in asked})
    until = reachable.until(one.id for one in asked if not one.holds_on(today))
    accounts = with_account({one.person_id for one in asked} - {viewer.person_id})
    cells = {}
    for one in asked:
        load, day = loads.get(one.person_id, Load()), until.get(one.id)
        had = ngettext("%(num)s question", "%(num)s questions", load.had) if load.had else _("none yet")
        small = ""
        if day is not None:
            small = _("answers until %(day)s", day=show_day(day))
            small = _("answered until %(day)s", day=show_day(day)) if day < today else small
        may_ask = one.person_id in accounts and viewer.person_id is not None and (day is None or day >= today)
        asks = {"title": _("Ask %(name)s", name=one.person.name), "endpoint": endpoint} if may_ask else {}
        cells[one.id] = Fact(had, small=small, arguments={"to": one.person_id}, **asks)
    return Column(_("Questions"), cells)


@on_results.panel("questions", order=20)
def ask_instead(viewer: Viewer, asked: Asked) -> Panel | None:
    """Whoever found much and not the answer asks as well."""
    if viewer.person_id is None or not asked.text:
        return None
    return Panel("questions/_ask.html", side=True, url=url_for("questions.new", title=asked.text))


@on_nothing.panel("questions", order=10)
def becomes_a_question(viewer: Viewer, typed: str) -> Panel | None:
    """Whoever found nothing asks; the words, without who, are what the post could write down."""
    if viewer.person_id is None:
        return None
    write = missed.to_note(viewer, typed)
    if write is not None:
        append_apart(write, needed=False)
    return Panel("questions/_nothing.html", url=url_for("questions.new", title=typed))
