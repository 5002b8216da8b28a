"""What a program may ask. Each route asks a room's own question for the person whose token it carries."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.api import openapi, queries, shapes
from expertise.api.describing import Query, asked_for, bp, tells
from expertise.api.problems import Wrong
from expertise.base import clock
from expertise.base.errors import NotFound
from expertise.base.paging import Page
from expertise.contacts.queries import get_contact
from expertise.domains.models import Domain
from expertise.domains.queries import find_domains, get_domain
from expertise.dossiers.models import STATUSES
from expertise.dossiers.queries import get_dossier
from expertise.experts import words
from expertise.experts.finding import Asked, who_knows
from expertise.experts.looking import note_look
from expertise.handovers.exchange import taking
from expertise.handovers.queries import get_handover, show
from expertise.handovers.showing import without_sensitive
from expertise.people.queries import get_person, list_people
from expertise.posts.models import Post
from expertise.posts.queries import get_post
from expertise.rotation.commands import tell
from expertise.search.queries import find

DOMAIN = Query("domain", "Code or name of a theme; with all that stands under it.")
POST = Query("post", "Code of a post.")
KINDS = ("dossier", "entry", "handover", "question", "contact", "person", "post", "file", "domain")
HALF_A_YEAR = timedelta(days=183)


def listed(page: Page[Any], rows: Iterable[dict[str, Any]]) -> Response:
    """A page of a list, and where the next is."""
    onward = None
    if page.has_next:
        asked = request.args.to_dict(flat=False) | {"page": [str(page.number + 1)]}
        onward = url_for(request.endpoint or "", **(request.view_args or {}), **asked)  # type: ignore[arg-type]
    return jsonify(page=page.number, pages=page.pages, total=page.total, next=onward, items=list(rows))


def domain_called(word: str | None) -> Domain | None:
    """The theme that somebody means. Raises NotFound."""
    if word is None:
        return None
    found = find_domains(viewer(), [word]).get(word)
    if found is None:
        raise NotFound(word)
    return found


def post_called(code: str | None) -> Post | None:
    """The post with this code. Raises NotFound."""
    return get_post(viewer(), code) if code else None


@bp.get("/openapi.json")
@need("public")
@tells("This description.", "Description", open=True)
def description() -> Response:
    """What there is to ask, for programs."""
    return jsonify(openapi.description())


@bp.get("/me")
@need("account.own")
@tells("Who I am: the person whose token this is.", "Me")
def me() -> Response:
    """Who asks."""
    own = viewer()
    return jsonify(id=own.person_id, name=own.name, role=own.role, positions=list(own.positions), posts=list(own.posts))


@bp.get("/search")
@need("search")
@costs("search")
@tells(
    "Search all that I may see.",
    "Found",
    Query("q", "What to look for.", needed=True),
    Query("kind", "Kinds of records.", several=True, choices=KINDS),
    DOMAIN,
    POST,
    Query("after", "Not before this day.", "date"),
    Query("before", "Not after this day.", "date"),
    Query("page", "Which page, from 1.", "integer"),
)
def search() -> Response:
    """What is found, best first."""
    asked = asked_for()
    filters = {name: asked[name] if name == "kind" else [asked[name]] for name in ("kind", "domain", "post")}
    found = find(
        viewer(),
        asked["q"],
        filters={name: values for name, values in filters.items() if values and values != [None]},
        after=asked["after"],
        before=asked["before"],
        page=asked["page"] or 1,
    )
    return jsonify(found.as_json())


@bp.get("/who-knows")
@need("expertise.read")
@costs("search")
@tells("Who knows about it, why we think so, and where they are now.", "Experts", Query("q", "The subject."), DOMAIN)
def experts() -> Response:
    """The page's own answer; personnel gets no order and no score."""
    asked = asked_for()
    answer = who_knows(viewer(), Asked(topic=asked["q"] or "", domain=domain_called(asked["domain"])))
    return jsonify(shapes.plain(words.as_json(answer, clock.today())))


@bp.get("/posts")
@need("post.read")
@tells("Posts, by code.", "Post", listed=True)
def posts() -> Response:
    """All of them."""
    page = queries.posts(viewer(), page=asked_for()["page"] or 1)
    return listed(page, map(shapes.post, page.rows))


@bp.get("/posts/<post_code>")
@need("post.read")
@tells("One post.", "Post")
def post(post_code: str) -> Response:
    """By its code."""
    return jsonify(shapes.post(get_post(viewer(), post_code)))


@bp.get("/people")
@need("person.read")
@tells("Colleagues in service, by name.", "Person", Query("q", "Words of a name."), listed=True)
def people() -> Response:
    """Who works here."""
    asked = asked_for()
    page = list_people(viewer(), asked["q"] or "", page=asked["page"] or 1)
    return listed(page, map(shapes.person, page.rows))


@bp.get("/people/<person_id>")
@need("person.read")
@tells("One colleague, with where they were, are and will be.", "PersonWithPostings")
def person(person_id: str) -> Response:
    """One of them; that somebody looked is told to that colleague, as of the page."""
    found = get_person(viewer(), person_id)
    note_look(viewer(), found)
    held = [shapes.posting(one) for one in queries.postings(viewer(), found)]
    return jsonify(shapes.person(found) | {"postings": held})


@bp.get("/domains")
@need("domain.read")
@tells("Themes, by code.", "Domain", listed=True)
def domains() -> Response:
    """The themes."""
    page = queries.domains(viewer(), page=asked_for()["page"] or 1)
    above = queries.parents(page.rows)
    return listed(page, (shapes.domain(one, above.get(one.parent_id or "")) for one in page.rows))


@bp.get("/domains/<domain_code>")
@need("domain.read")
@tells("One theme, also by a code that it once had.", "Domain")
def domain(domain_code: str) -> Response:
    """One of them."""
    found = get_domain(viewer(), domain_code)
    return jsonify(shapes.domain(found, queries.parents([found]).get(found.parent_id or "")))


@bp.get("/dossiers")
@need("dossier.read")
@tells(
    "Dossiers that I may read, by title.",
    "Dossier",
    DOMAIN,
    POST,
    Query("status", "active or archived.", choices=tuple(STATUSES)),
    listed=True,
)
def dossiers() -> Response:
    """A page of them."""
    asked = asked_for()
    page = queries.dossiers(
        viewer(),
        domain=domain_called(asked["domain"]),
        post=post_called(asked["post"]),
        status=asked["status"],
        page=asked["page"] or 1,
    )
    return listed(page, map(shapes.dossier, page.rows))


@bp.get("/dossiers/<dossier_id>")
@need("dossier.read")
@tells("One dossier.", "Dossier")
def dossier(dossier_id: str) -> Response:
    """One of them."""
    return jsonify(shapes.dossier(get_dossier(viewer(), dossier_id)))


@bp.get("/dossiers/<dossier_id>/entries")
@need("dossier.read")
@tells("The notes of a dossier, the latest first.", "Entry", listed=True)
def entries(dossier_id: str) -> Response:
    """A page of them."""
    asked = asked_for()
    page = queries.entries(viewer(), get_dossier(viewer(), dossier_id), page=asked["page"] or 1)
    return listed(page, map(shapes.entry, page.rows))


@bp.get("/entries/<entry_id>")
@need("dossier.read")
@tells("One note.", "Entry")
def entry(entry_id: str) -> Response:
    """One of them."""
    return jsonify(shapes.entry(queries.get_entry(viewer(), entry_id)))


@bp.get("/contacts")
@need("contact.read")
@tells("Contacts, by name.", "Contact", Query("q", "Beginnings of words of a name."), listed=True)
def contacts() -> Response:
    """A page of them."""
    asked = asked_for()
    page = queries.contacts(viewer(), asked["q"] or "", page=asked["page"] or 1)
    return listed(page, map(shapes.contact, page.rows))


@bp.get("/contacts/<contact_id>")
@need("contact.read")
@tells("One contact; of one that was merged, what it is now.", "Contact")
def contact(contact_id: str) -> Response:
    """One of them."""
    found = get_contact(viewer(), contact_id)
    return jsonify(shapes.contact(get_contact(viewer(), found.merged_into_id) if found.merged_into_id else found))


@bp.get("/handovers")
@need("handover.read")
@tells("Handovers that I may read, the latest posting first.", "HandoverInShort", POST, listed=True)
def handovers() -> Response:
    """A page of them."""
    asked = asked_for()
    page = queries.handovers(viewer(), post=post_called(asked["post"]), page=asked["page"] or 1)
    return listed(page, ({"id": one.id, "posting": one.posting_id, "url": f"/handovers/{one.id}"} for one in page.rows))


@bp.get("/handovers/<handover_id>")
@need("handover.read")
@tells("One handover, as I may see it, without what is sensitive about contacts: its text by heading.", "Handover")
def handover(handover_id: str) -> Response:
    """One of them."""
    shown = show(viewer(), get_handover(viewer(), handover_id))
    shown = replace(shown, note=without_sensitive(shown.note))
    document = taking.document_of(viewer(), shown)
    return jsonify(taking.about(shown, document) | {"sections": shapes.sections(document)})


@bp.get("/rotation")
@need("rotation.board")
@costs("long")
@tells(
    "Who leaves and comes at the posts that I oversee, gaps, handovers, and what is at risk.",
    "Rotation",
    Query("from", "The first day; today unless said.", "date"),
    Query("to", "The last day; half a year later unless said.", "date"),
)
def rotation() -> Response:
    """Between two days."""
    asked = asked_for()
    first: date = asked["from"] or clock.today()
    last: date = asked["to"] or first + HALF_A_YEAR
    if last < first:
        raise Wrong({"to": (last.isoformat(), _("This is before the first day."))})
    return jsonify(tell(viewer(), first, last))
