"""Who knows about X, and how well a domain is covered."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base import clock, small_groups
from expertise.base.errors import NotFound, Refused
from expertise.base.forms import choices
from expertise.base.paging import page_number
from expertise.base.tables.countries import find_country
from expertise.domains.models import Domain
from expertise.domains.queries import find_domains
from expertise.experts import coverage, words
from expertise.experts.finding import Asked, who_knows
from expertise.experts.forms import WhoForm
from expertise.experts.views import bp
from expertise.posts.models import Post
from expertise.posts.queries import get_post, list_posts

MOST_COMPARED = 8
ASKED = ("q", "domain", "post", "language", "region")


@bp.get("/who-knows")
@need("expertise.read")
@costs("search")
def who() -> str | tuple[str, int]:
    """Ask who knows."""
    form = WhoForm(request.args)
    form.language.choices = choices(coverage.languages_declared(viewer()), empty=lazy_gettext("any"))
    asked = Asked()
    wrong = False
    if any(form.data.values()):
        wrong = not form.validate()
        if not wrong:
            try:
                asked = _asked(form)
            except Refused as why:
                form.blame(why)
                wrong = True
    found = who_knows(viewer(), asked, page=page_number(request.args.get("page")))
    page = render_template(
        "experts/who.html",
        form=form,
        asked=asked,
        found=found,
        words=words,
        council=small_groups.is_on(),
        page_url=_page_url,
        today=clock.today(),
    )
    return (page, 422) if wrong else page


def _page_url(number: int) -> str:
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name in ASKED}
    return url_for(".who", **kept, page=number)


def _asked(form: WhoForm) -> Asked:
    """What was typed, looked up; says at the field what is not known."""
    return Asked(
        topic=form.q.data or "",
        domain=_domain(form.domain.data or ""),
        post=_post(form.post.data or ""),
        language=form.language.data or "",
        region=find_country(form.region.data or "") or "",
    )


def _domain(typed: str, field: str = "domain") -> Domain | None:
    if not typed:
        return None
    found = find_domains(viewer(), [typed]).get(typed)
    if found is None:
        raise Refused(lazy_gettext("No domain is called “%(name)s”.", name=typed), field)
    return found


def _post(typed: str) -> Post | None:
    if not typed:
        return None
    try:
        return get_post(viewer(), typed)
    except NotFound:
        rows = list_posts(viewer(), typed, with_closed=True)
        if len(rows) == 1:
            return rows[0].post
        if rows:
            codes = ", ".join(row.post.code for row in rows[:5])
            text = lazy_gettext("Several posts are called so; type the code: %(codes)s.", codes=codes)
        else:
            text = lazy_gettext("No post is called “%(name)s”.", name=typed)
        raise Refused(text, "post") from None


@bp.get("/who-knows/coverage")
@need("expertise.read")
@costs("search")
def compare() -> str:
    """How well domains are covered, side by side, and for which there is nobody."""
    typed = [one.strip()[:200] for one in request.args.getlist("domain") if one.strip()][:MOST_COMPARED]
    known = find_domains(viewer(), typed)
    return render_template(
        "experts/coverage.html",
        rows=coverage.compared(viewer(), [known[one] for one in dict.fromkeys(typed) if one in known]),
        unknown=[one for one in typed if one not in known],
        typed=typed,
        nobody=coverage.nobody_for(viewer()),
        council=small_groups.is_on(),
        today=clock.today(),
    )
