"""Pages of posts, positions and people: who sits where, who comes, who goes."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.paging import page_number
from expertise.people.queries import get_person, list_people
from expertise.posts import absences, drawing, forms, queries, seating
from expertise.posts.chain import Held
from expertise.posts.panels import chain_columns, on_person, on_position, on_post

bp = Blueprint("posts", __name__)


@bp.get("/posts")
@need("post.read")
def index() -> str:
    """All posts, abroad and at headquarters."""
    text = request.args.get("text", "").strip()[:200]
    with_closed = "closed" in request.args
    rows = queries.list_posts(viewer(), text, with_closed=with_closed)
    return render_template(
        "posts/index.html",
        abroad=[row for row in rows if row.post.abroad],
        headquarters=[row for row in rows if not row.post.abroad],
        total=len(rows),
        text=text,
        with_closed=with_closed,
        kind_names=forms.KIND_NAMES,
        today=clock.today(),
    )


@bp.get("/posts/<code>")
@need("post.read")
def show(code: str) -> str | Response:
    """One post: who sits where now, and the coming year."""
    post, today = queries.get_post(viewer(), code), clock.today()
    if post.code.lower() != code.lower():
        # It was merged into this one.
        return redirect(url_for(".show", code=post.code), 301)
    seats = seating.seats_of(viewer(), post)
    used = [seat for seat in seats if seat.counts_on(today)]
    return render_template(
        "posts/show.html",
        post=post,
        seats=used,
        unused=[seat for seat in seats if seat not in used],
        year=drawing.coming_year([(seat.position, seat.chain) for seat in used], today),
        movements=seating.movements_of(seats, today, drawing.end_of_year(today)),
        gap_label=drawing.gap_label,
        duties=queries.duties_of(viewer(), [seat.position.id for seat in seats]),
        absences=absences.absences_at(viewer(), [seat.position.id for seat in seats]),
        parts=queries.parts_of(viewer(), post),
        panels=on_post.shown(viewer(), post),
        kind_names=forms.KIND_NAMES,
        now=clock.now(),
        # The same as here goes without saying, and is also what is stored where the zone is not known.
        own_time=post.time_zone != str(clock.HEADQUARTERS),
        today=today,
    )


@bp.get("/positions/<position_id>")
@need("post.read")
def position(position_id: str) -> str | Response:
    """One position: the chain of its holders, and what it does again and again."""
    seat = seating.seat(viewer(), queries.get_position(viewer(), position_id))
    if seat.position.id != position_id:
        # It was merged into this one.
        return redirect(url_for(".position", position_id=seat.position.id), 301)
    held = [one.posting for one in seat.chain if isinstance(one, Held)]
    return render_template(
        "posts/position.html",
        position=seat.position,
        seat=seat,
        band=drawing.chain_band(seat.chain, clock.today()),
        gap_label=drawing.gap_label,
        columns=chain_columns.filled(viewer(), held),
        now=queries.present_postings_of(viewer(), [one.person_id for one in held]),
        absences=absences.absences_at(viewer(), [seat.position.id]).get(seat.position.id, []),
        never_served=seating.never_served(viewer(), seat.position),
        duties=queries.duties_of(viewer(), [seat.position.id]),
        panels=on_position.shown(viewer(), seat.position),
        today=clock.today(),
    )


@bp.get("/people")
@need("person.read")
def people() -> str:
    """The staff, and where everybody is."""
    text = request.args.get("text", "").strip()[:200]
    with_left = "left" in request.args
    number = page_number(request.args.get("page"))
    found = list_people(viewer(), text, page=number, with_left=with_left)
    now = queries.present_postings_of(viewer(), [one.id for one in found.rows])
    return render_template("posts/people.html", found=found, text=text, with_left=with_left, now=now)


@bp.get("/people/<person_id>")
@need("person.read")
def person(person_id: str) -> str:
    """One person: where they are now, where they were, how to reach them.

    The page stands in this room and not in people/, because postings are what it is about, and posts/ sees people/.
    """
    someone = get_person(viewer(), person_id)
    postings = queries.postings_of(viewer(), someone)
    return render_template(
        "posts/person.html",
        person=someone,
        postings=postings,
        now=[one for one in postings if one.holds_on(clock.today())],
        coming=[one for one in postings if one.is_to_come(clock.today())],
        panels=on_person.shown(viewer(), someone),
        today=clock.today(),
    )
