"""Pages of transfer rounds: proposals, what they would do, two side by side, and the decision."""

from datetime import date
from io import BytesIO

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base.errors import NotFound, Refused
from expertise.base.pages import Answer, form_page
from expertise.base.paging import page_number
from expertise.base.tables.writing import write_rows
from expertise.people.models import Person
from expertise.posts.managing import meant
from expertise.posts.models import Position
from expertise.posts.queries import find_position
from expertise.rotation import forms, moves_exchange, round_queries, service, showing
from expertise.rotation.models import Proposal, TransferRound
from expertise.rotation.views import bp

MOST_MATCHES = 10


@bp.get("/rotation/rounds")
@need("rotation.plan")
def rounds() -> str:
    """All rounds."""
    return render_template("rotation/rounds.html", rounds=round_queries.list_rounds(viewer()))


@bp.route("/rotation/rounds/new", methods=["GET", "POST"])
@need("rotation.plan")
def new_round() -> Answer:
    """Begin a round."""
    form = forms.RoundForm()
    if form.validate_on_submit():
        try:
            made = service.open_round(
                viewer(), name=form.name.data or "", starts_on=form.starts_on.data, ends_on=form.ends_on.data
            )
        except Refused as why:
            form.blame(why)
        else:
            return redirect(url_for(".show_round", round_id=made.id), 303)
    return form_page("rotation/round_form.html", form, around=None)


@bp.route("/rotation/rounds/<round_id>", methods=["GET", "POST"])
@need("rotation.plan")
def show_round(round_id: str) -> Answer:
    """The proposals of a round; and a form for one more."""
    around = round_queries.get_round(viewer(), round_id)
    form = forms.ProposalForm()
    form.like.choices = [("", _("no moves")), *((one.id, one.name) for one in around.proposals)]
    if form.validate_on_submit():
        like = next((one for one in around.proposals if one.id == form.like.data), None)
        try:
            made = service.add_proposal(viewer(), around, name=form.name.data or "", like=like)
        except Refused as why:
            form.blame(why)
        else:
            return redirect(url_for(".show_proposal", proposal_id=made.id), 303)
    return form_page("rotation/round.html", form, around=around)


@bp.route("/rotation/rounds/<round_id>/change", methods=["GET", "POST"])
@need("rotation.plan")
def change_round(round_id: str) -> Answer:
    """Another name or other days for a round."""
    around = round_queries.get_round(viewer(), round_id)
    form = forms.ChangeRoundForm(obj=around)
    if form.validate_on_submit():
        said = {"starts_on": form.starts_on.data, "ends_on": form.ends_on.data}
        try:
            service.change_round(viewer(), around, name=form.name.data or "", version=_version(form.version), **said)
        except Refused as why:
            form.blame(why)
        else:
            return redirect(url_for(".show_round", round_id=around.id), 303)
    return form_page("rotation/round_form.html", form, around=around)


@bp.route("/rotation/proposals/<proposal_id>/rename", methods=["GET", "POST"])
@need("rotation.plan")
def rename_proposal(proposal_id: str) -> Answer:
    """Another name for a proposal."""
    proposal = round_queries.get_proposal(viewer(), proposal_id)
    form = forms.RenameForm(obj=proposal)
    if form.validate_on_submit():
        try:
            service.rename_proposal(viewer(), proposal, name=form.name.data or "", version=_version(form.version))
        except Refused as why:
            form.blame(why)
        else:
            return redirect(url_for(".show_proposal", proposal_id=proposal.id), 303)
    return form_page("rotation/rename.html", form, proposal=proposal)


def _version(field: HiddenField) -> int | None:
    """The version that the form was filled in from."""
    return int(field.data) if str(field.data or "").isdigit() else None


@bp.get("/rotation/rounds/<round_id>/compare")
@need("rotation.plan")
@costs("long")
def compare(round_id: str) -> str:
    """Two proposals side by side, beside what is planned already."""
    around = round_queries.get_round(viewer(), round_id)
    one, other = (_of_round(around, request.args.get(name, "")) for name in ("one", "other"))
    found = round_queries.compare(viewer(), one, other)
    return render_template(
        "rotation/compare.html", around=around, one=one, other=other, lines=showing.measures(found), found=found,
        differences=showing.differences(found, viewer().language),
    )  # fmt: skip


def _of_round(around: TransferRound, proposal_id: str) -> Proposal:
    found = next((one for one in around.proposals if one.id == proposal_id), None)
    if found is None:
        raise NotFound(proposal_id)
    return found


@bp.get("/rotation/proposals/<proposal_id>")
@need("rotation.plan")
def show_proposal(proposal_id: str) -> str:
    """A proposal: its moves and what they would do."""
    proposal = round_queries.get_proposal(viewer(), proposal_id)
    now, found = round_queries.outcome_of(viewer(), proposal)
    return render_template(
        "rotation/proposal.html",
        proposal=proposal,
        found=found,
        lines=showing.measures_of(now, found),
        most=showing.MOST,
        page=showing.page_of(proposal.moves, page_number(request.args.get("page"))),
        page_url=lambda number: url_for(".show_proposal", proposal_id=proposal.id, page=number, _anchor="moves"),
        take_over=forms.TakeOverForm(data={"version": proposal.version}),
    )


@bp.post("/rotation/proposals/<proposal_id>/drop")
@need("rotation.plan")
def drop_proposal(proposal_id: str) -> AnyResponse:
    """Strike it out."""
    proposal = round_queries.get_proposal(viewer(), proposal_id)
    round_id = proposal.round_id
    service.drop_proposal(viewer(), proposal)
    flash(_("The proposal is gone."), "success")
    return redirect(url_for(".show_round", round_id=round_id), 303)


@bp.get("/rotation/proposals/<proposal_id>/moves.csv")
@need("rotation.plan")
@costs("long")
def moves_csv(proposal_id: str) -> Response:
    """The moves as a file that can be read again."""
    proposal = round_queries.get_proposal(viewer(), proposal_id)
    out = BytesIO()
    write_rows(moves_exchange.FIELDS, (moves_exchange.as_row(one) for one in proposal.moves), "csv", out)
    headers = {"Content-Disposition": 'attachment; filename="moves.csv"'}
    return Response(out.getvalue(), mimetype="text/csv", headers=headers)


@bp.route("/rotation/proposals/<proposal_id>/moves/new", methods=["GET", "POST"])
@need("rotation.plan")
def new_move(proposal_id: str) -> Answer:
    """Propose that somebody goes somewhere."""
    proposal = round_queries.get_proposal(viewer(), proposal_id)
    seat = find_position(viewer(), request.args.get("position", ""))
    given = {"position": _called(seat), "position_id": seat.id} if seat is not None else {}
    form = forms.MoveForm(data=given | {"starts_on": _day(request.args.get("on", ""))})
    if form.validate_on_submit():
        person, position = meant(form), _seat_meant(form)
        if person is not None and position is not None and _proposed(form, proposal, person, position):
            return redirect(url_for(".show_proposal", proposal_id=proposal.id), 303)
    return form_page("rotation/move_form.html", form, proposal=proposal)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _called(position: Position) -> str:
    return f"{position.title(viewer().language)}, {position.post.name(viewer().language)}"


def _proposed(form: forms.MoveForm, proposal: Proposal, person: Person, position: Position) -> bool:
    try:
        service.propose(viewer(), proposal, person, position, starts_on=form.starts_on.data, ends_on=form.ends_on.data)
    except Refused as why:
        form.blame(why)
        return False
    flash(_("%(name)s stands in the proposal.", name=person.name), "success")
    return True


def _seat_meant(form: forms.MoveForm) -> Position | None:
    """The position that the typed words mean; else the form says what is missing."""
    found = round_queries.match_positions(viewer(), form.position.data or "", most=MOST_MATCHES)
    chosen = [one for one in found if one.id == form.position_id.data] or found
    if len(chosen) == 1:
        return chosen[0]
    if not found:
        form.position.errors = [_("No position has all of these words in its title or its post.")]
        return None
    form.position_id.choices = [(one.id, _called(one)) for one in found]
    form.position_id.errors = [_("More than one position fits. Choose one.")]
    return None


@bp.post("/rotation/moves/<move_id>/withdraw")
@need("rotation.plan")
def withdraw(move_id: str) -> AnyResponse:
    """Strike a move out."""
    move = round_queries.get_move(viewer(), move_id)
    proposal_id = move.proposal_id
    service.withdraw(viewer(), move)
    flash(_("The move is out of the proposal."), "success")
    return redirect(url_for(".show_proposal", proposal_id=proposal_id), 303)


@bp.route("/rotation/proposals/<proposal_id>/take-over", methods=["GET", "POST"])
@need("rotation.plan")
@costs("long")
def take_over(proposal_id: str) -> Answer:
    """Decide: the moves become postings."""
    proposal = round_queries.get_proposal(viewer(), proposal_id)
    form = forms.TakeOverForm(data={"version": proposal.version})
    if form.validate_on_submit():
        try:
            made = service.take_over(viewer(), proposal, reason=form.reason.data or "", version=_version(form.version))
        except Refused as why:
            form.blame(why)
        else:
            number = len(made)
            flash(ngettext("%(num)s posting is planned.", "%(num)s postings are planned.", number), "success")
            return redirect(url_for(".show_proposal", proposal_id=proposal.id), 303)
    return form_page("rotation/take_over.html", form, proposal=proposal)
