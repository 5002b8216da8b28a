"""The page of the vocabulary: pairs of words to look through, with the texts that they come from."""

from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Response as Download
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.base.paging import page_number
from expertise.base.tables import write_rows
from expertise.search import glossary, pairs
from expertise.search.forms import LANGUAGE_NAMES
from expertise.search.models import ACCEPTED, STATES, WAITING
from expertise.search.pairs_forms import (
    CERTAINTIES,
    STATE_NAMES,
    PairForm,
    arguments,
    read_moment,
    read_wanted,
)
from expertise.search.views import bp


@bp.get("/admin/vocabulary")
@need("vocabulary.manage")
def vocabulary() -> str:
    """The pairs of one state, the surest first."""
    wanted = read_wanted(request.args)
    moment = read_moment(request.args.get("judged"))
    return render_template(
        "search/vocabulary.html",
        wanted=wanted,
        found=pairs.list_pairs(viewer(), wanted, page_number(request.args.get("page"))),
        counts=pairs.counts_by_state(viewer()),
        judged=pairs.judged_at(viewer(), moment) if moment else {},
        moment=moment,
        **_words(),
    )


@bp.post("/admin/vocabulary/judge")
@need("vocabulary.manage")
def judge() -> Answer:
    """Accept, reject or put back: the ticked ones at once, all on the page or all that fit once the number was seen."""
    wanted, sent = read_wanted(request.form), request.form
    state, _sign, which = sent.get("do", "").partition(":")
    ids = sent.getlist("shown" if which == "shown" else "pair")
    if state not in STATES or which not in ("ticked", "shown", "fitting") or (which != "fitting" and not ids):
        flash(_("Tick a pair first, then say what to do with it."), "warning")
        return redirect(_address(sent), 303)
    try:
        done = _judged(state, which, ids)
    except Refused as why:
        flash(str(why), "warning")
        return redirect(_address(sent), 303)
    if done is None:
        count = len(ids) if which == "shown" else pairs.count_pairs(viewer(), wanted)
        return render_template(
            "search/vocabulary_sure.html", wanted=wanted, state=state, which=which, ids=ids, count=count, **_words()
        )
    return redirect(_address(sent, judged=done[1].isoformat()), 303)


def _judged(state: str, which: str, ids: list[str]) -> tuple[int, datetime] | None:
    """What was done, and when; None where somebody must first see of how many that would be."""
    seen = request.form.get("seen", "")
    if which == "ticked" or (which == "shown" and seen == str(len(ids))):
        return pairs.judge(viewer(), state, ids)
    if which == "fitting" and seen.isascii() and seen.isdigit() and len(seen) < 10:
        return pairs.judge_all(viewer(), state, read_wanted(request.form), count=int(seen))
    return None


def _address(sent: Any, **more: Any) -> str:
    """The list as it was, with the same page."""
    number = page_number(sent.get("page"))
    return url_for(".vocabulary", **arguments(read_wanted(sent), page=number if number > 1 else None, **more))


@bp.post("/admin/vocabulary/undo")
@need("vocabulary.manage")
def undo_judging() -> Response:
    """Take the last act back."""
    moment = read_moment(request.form.get("judged"))
    count = pairs.undo(viewer(), moment) if moment else 0
    flash(ngettext("%(num)s pair is as it was.", "%(num)s pairs are as they were.", count))
    return redirect(_address(request.form), 303)


@bp.route("/admin/vocabulary/new", methods=["GET", "POST"])
@need("vocabulary.manage")
def new_pair() -> Answer:
    """Add a pair by hand."""
    form = PairForm()
    if form.validate_on_submit():
        try:
            pairs.add_pair(viewer(), **form.values)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Search uses these two words for each other from now on."), "success")
            word = (form.word.data or "").lower()
            return redirect(url_for(".vocabulary", state=ACCEPTED, word=word), 303)
    return form_page("search/vocabulary_new.html", form)


@bp.get("/admin/vocabulary/glossary.csv")
@need("vocabulary.manage")
@costs("long")
def glossary_csv() -> Download:
    """Every pair in use, as the import takes it."""
    out = BytesIO()
    write_rows(glossary.FIELDS, glossary.dump(viewer()), "csv", out)
    headers = {"Content-Disposition": 'attachment; filename="vocabulary.csv"'}
    return Download(out.getvalue(), mimetype="text/csv", headers=headers)


def _words() -> dict[str, Any]:
    return {
        "arguments": arguments,
        "state_names": STATE_NAMES,
        "language_names": LANGUAGE_NAMES,
        "percents": {one: f"{one} %" if one else _("all") for one in CERTAINTIES},
        "WAITING": WAITING,
    }
