"""Pages on which one asks: of a dossier, of a position, of a person, or out of a search that found nothing."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from expertise.access.gate import need, viewer
from expertise.access.viewer import Viewer
from expertise.base.errors import Refused
from expertise.base.forms import choices
from expertise.base.pages import Answer
from expertise.dossiers.models import Dossier
from expertise.dossiers.queries import get_dossier, titles_of
from expertise.drafts.opening import with_draft
from expertise.people.models import Person
from expertise.people.queries import find_people, get_person
from expertise.posts.models import Position
from expertise.posts.queries import find_positions, get_position, list_posts, present_postings_of
from expertise.posts.seating import seats_of
from expertise.questions import asking, forms, service, words
from expertise.questions.asking import Line
from expertise.questions.models import LONGEST_TITLE
from expertise.questions.similar import answered_before
from expertise.questions.views import bp
from expertise.search.queries import find

FOUND = 6
POSTS_FOUND = 3


@bp.route("/dossiers/<dossier_id>/ask", methods=["GET", "POST"])
@need("dossier.read")
def ask_dossier(dossier_id: str) -> Answer:
    """Ask about a dossier: its holder, or who held it before."""
    dossier = get_dossier(viewer(), dossier_id)
    return _ask(asking.line_of_dossier(viewer(), dossier), dossier=dossier)


@bp.route("/positions/<position_id>/ask", methods=["GET", "POST"])
@need("question.ask")
def ask_position(position_id: str) -> Answer:
    """Ask whoever holds a position, or held it."""
    position = get_position(viewer(), position_id)
    return _ask(asking.line_of_position(viewer(), position), position=position)


@bp.route("/people/<person_id>/ask", methods=["GET", "POST"])
@need("question.ask")
def ask_person(person_id: str) -> Answer:
    """Ask a person for what they know; `?title=` is the topic."""
    person = get_person(viewer(), person_id)
    return _ask(asking.line_of_person(viewer(), person), person=person)


def _ask(
    line: Line, *, dossier: Dossier | None = None, position: Position | None = None, person: Person | None = None
) -> Answer:
    form = forms.QuestionForm(data={"title": request.args.get("title", "")[:LONGEST_TITLE], "to": _offered(line)})
    # Whoever is asked must be one of those whom a question reaches; the page says the rest beside each name.
    form.to.choices = choices({one.person.id: one.person.name for one in _others(line)})
    with_draft(form)
    # Who comes from a search or from "who knows" has named the topic already.
    named = "" if form.is_submitted() else form.title.data or ""
    known = answered_before(viewer(), named, notes=False) if named else []
    if form.validate_on_submit():
        known = [] if form.seen.data == form.title.data else answered_before(viewer(), form.title.data)
        to = line.find(form.to.data)
        if not known and to is not None:
            try:
                question = service.ask(
                    viewer(), line, to, title=form.title.data, body=form.body.data or "", dossier=dossier
                )
            except Refused as why:
                form.blame(why)
            else:
                flash(_("Asked. %(name)s sees it at once.", name=to.person.name), "success")
                return redirect(url_for(".show", question_id=question.id), 303)
    if known:
        form.seen.data = form.title.data
    page = render_template(
        "questions/ask.html",
        form=form,
        line=line,
        others=_others(line),
        dossier=dossier,
        position=position,
        person=person,
        known=known,
        words=words,
        many=asking.MANY,
    )
    return (page, 422) if form.is_submitted() and not known else page


def _others(line: Line) -> list[asking.Candidate]:
    return [one for one in line.reachable if one.person.id != viewer().person_id]


def _offered(line: Line) -> str:
    """Who is chosen to begin with: named in the address, else the first who has not too many already."""
    asked = request.args.get("to", "")
    if asked in {one.person.id for one in _others(line)}:
        return asked
    first = line.first(viewer())
    return first.person.id if first is not None else ""


@bp.get("/questions/new")
@need("question.ask")
def new() -> str:
    """Whom to ask: out of a search that found nothing, or from the list of questions."""
    title = request.args.get("title", "").strip()[:LONGEST_TITLE]
    looked = request.args.get("q", "").strip()[:LONGEST_TITLE]
    text = looked or title
    own = find_positions(viewer(), (*viewer().positions, *viewer().incoming))
    seats = _seats(viewer(), text) if text else []
    people = find_people(viewer(), text, limit=FOUND) if text else []
    return render_template(
        "questions/new.html",
        title=title,
        looked=looked,
        own=sorted(own.values(), key=lambda one: one.title(viewer().language)),
        dossiers=_dossiers(viewer(), text) if text else {},
        seats=seats,
        people=people,
        now=present_postings_of(viewer(), [one.id for one in people]) if people else {},
    )


def _dossiers(reader: Viewer, text: str) -> dict[str, str]:
    """The dossiers in which something stands about this, by what is found: id -> title."""
    found = find(reader, text, filters={"kind": ["dossier", "entry"]}, per_page=3 * FOUND)
    ids = list(dict.fromkeys(hit.piece.dossier for hit in found.hits if hit.piece.dossier))[:FOUND]
    titles = titles_of(reader, ids)
    return {one: titles[one] for one in ids if one in titles}


def _seats(reader: Viewer, text: str) -> list[Position]:
    """The positions of the posts that are called so."""
    posts = [row.post for row in list_posts(reader, text)[:POSTS_FOUND]]
    return [seat.position for post in posts for seat in seats_of(reader, post) if not seat.position.abolished_on]
