"""Pages of questions: what waits for me, one question, and what I do with it. Asking has asking_views.py."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.access.rules import allowed
from expertise.base import clock
from expertise.base.errors import Conflict, Refused
from expertise.base.forms import choices
from expertise.base.pages import Answer, form_page
from expertise.base.paging import page_number
from expertise.dossiers.queries import find_dossier
from expertise.drafts.opening import with_draft
from expertise.posts.managing import meant
from expertise.posts.queries import find_posts, get_post, present_postings_of
from expertise.questions import forms, missed, queries, service, words
from expertise.questions.models import Question

bp = Blueprint("questions", __name__)


@bp.get("/questions")
@need("question.ask")
def index() -> str:
    """What is asked of me, what I asked, and what waits at my posts."""
    posts = find_posts(viewer(), viewer().posts)
    return render_template(
        "questions/index.html",
        to_answer=queries.to_answer(viewer()),
        mine=queries.asked_by_me(viewer()),
        at_posts=queries.at_posts(viewer(), viewer().posts),
        posts=list(posts.values()),
        words=words,
        today=clock.today(),
    )


@bp.get("/questions/<question_id>")
@need("question.read")
def show(question_id: str) -> str:
    """One question: where it stands, the answer, and to whom it was put."""
    question = queries.get_question(viewer(), question_id)
    people = {one.person_id for one in question.steps}
    mine = allowed(viewer(), "question.withdraw", question)
    return render_template(
        "questions/show.html",
        question=question,
        dossier=_dossier_of(question),
        now=present_postings_of(viewer(), people),
        following=service.next_of(viewer(), question) if mine and question.state == "open" else None,
        words=words,
    )


def _dossier_of(question: Question) -> Any:
    """The dossier, for those parties who may know of it."""
    return find_dossier(viewer(), question.dossier_id) if question.dossier_id else None


@bp.route("/questions/<question_id>/answer", methods=["GET", "POST"])
@need("question.answer")
def answer(question_id: str) -> Answer:
    """Answer it."""
    question = queries.get_question(viewer(), question_id)
    if question.state == "answered" and request.method == "GET":
        return redirect(url_for(".show", question_id=question.id), 303)
    if not question.waiting and request.method == "POST" and not allowed(viewer(), "question.withdraw", question):
        return _too_late(question)
    question = queries.get_question(viewer(), question_id, action="question.answer")
    form = forms.AnswerForm(data={"version": str(question.version)})
    _offer_dossiers(form, question)
    with_draft(form)
    if not form.validate_on_submit():
        return _answer_page(form, question)
    chosen = find_dossier(viewer(), form.dossier.data) if form.dossier.data and not question.dossier_id else None
    try:
        service.answer(viewer(), question, form.answer.data, dossier=chosen, version=page_number(form.version.data))
    except Refused as why:
        form.blame(why)
        return _answer_page(form, question)
    except Conflict:
        form.form_errors.append(_("Something changed while you wrote: look at the question, then save again."))
        form.version.data = str(question.version)
        form.version.raw_data = None
        return _answer_page(form, question)
    flash(_("Answered. It stands in the dossier.") if question.entry_id else _("Answered."), "success")
    return redirect(url_for(".show", question_id=question.id), 303)


def _too_late(question: Question) -> Answer:
    """Somebody else answered meanwhile: what was typed is shown beside it, and nothing is lost."""
    typed = request.form.get("answer", "")
    return render_template("questions/too_late.html", question=question, typed=typed, words=words), 409


def _offer_dossiers(form: forms.AnswerForm, question: Question) -> None:
    if question.dossier_id:
        form.dossier.choices = choices({}, empty=_("the dossier of the question"))
        return
    kept = queries.dossiers_to_file_in(viewer(), question)
    form.dossier.choices = choices({one.id: one.title for one in kept}, empty=_("nowhere: only the two of us see it"))


def _answer_page(form: forms.AnswerForm, question: Question) -> Answer:
    return form_page("questions/answer.html", form, question=question, dossier=_dossier_of(question))


@bp.route("/questions/<question_id>/pass-on", methods=["GET", "POST"])
@need("question.refuse")
def pass_on(question_id: str) -> Answer:
    """Hand it to a colleague who knows better."""
    question = queries.get_question(viewer(), question_id, action="question.refuse")
    form = forms.PassOnForm()
    if form.validate_on_submit() and (person := meant(form)) is not None:
        try:
            service.pass_on(viewer(), question, person, why=form.why.data or "")
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Passed on to %(name)s.", name=person.name), "success")
            return redirect(url_for(".show", question_id=question.id), 303)
    return form_page("questions/pass_on.html", form, question=question)


@bp.route("/questions/<question_id>/decline", methods=["GET", "POST"])
@need("question.refuse")
def decline(question_id: str) -> Answer:
    """Say that one does not answer it."""
    question = queries.get_question(viewer(), question_id, action="question.refuse")
    form = forms.DeclineForm()
    if form.validate_on_submit():
        service.decline(viewer(), question, why=form.why.data or "")
        if question.state == "open":
            flash(_("Declined. It is with %(name)s now.", name=question.asked.name))
        else:
            flash(_("Declined. There is nobody else to ask; it stands on the writing list."))
        return redirect(url_for(".show", question_id=question.id), 303)
    return form_page("questions/decline.html", form, question=question, following=service.next_of(viewer(), question))


@bp.post("/questions/<question_id>/next")
@need("question.withdraw")
def put_to_next(question_id: str) -> Response:
    """The asker waits no longer: to the next one."""
    question = queries.get_question(viewer(), question_id, action="question.withdraw")
    try:
        service.put_to_next(viewer(), question)
    except Refused as why:
        flash(str(why.message), "warning")
    else:
        if question.state == "open":
            flash(_("It is with %(name)s now.", name=question.asked.name))
        else:
            flash(_("There is nobody else to ask. It stands on the writing list."))
    return redirect(url_for(".show", question_id=question.id), 303)


@bp.post("/questions/<question_id>/withdraw")
@need("question.withdraw")
def withdraw(question_id: str) -> Response:
    """The asker needs no answer any more."""
    question = queries.get_question(viewer(), question_id, action="question.withdraw")
    try:
        service.withdraw(viewer(), question)
    except Refused as why:
        flash(str(why.message), "warning")
    else:
        flash(_("Withdrawn. Nobody is asked any more."))
    return redirect(url_for(".show", question_id=question.id), 303)


@bp.get("/posts/<code>/writing-list")
@need("writing_list.read")
def writing_list(code: str) -> str:
    """What a post should write down: what nobody answered, and what colleagues looked for in vain."""
    post = get_post(viewer(), code)
    return render_template(
        "questions/writing_list.html",
        post=post,
        questions=queries.unanswered_at(viewer(), post),
        missed=missed.missed_at(viewer(), post),
        smallest=missed.SMALLEST_POST,
        words=words,
    )


@bp.post("/posts/<code>/writing-list/strike-out")
@need("writing_list.read")
def strike_out(code: str) -> Response:
    """It is written now, or not worth it."""
    post = get_post(viewer(), code)
    missed.strike_out(viewer(), post, request.form.get("words", ""))
    flash(_("Struck out."))
    return redirect(url_for(".writing_list", code=post.code), 303)
