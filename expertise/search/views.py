"""The results page, and the same for programs."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from expertise.access.gate import append_apart, need, viewer
from expertise.access.pace import costs
from expertise.base import clock
from expertise.search.alike import find_alike
from expertise.search.beginning import titles
from expertise.search.forms import (
    KIND_NAMES,
    LANGUAGE_NAMES,
    SUBKIND_NAMES,
    Asked,
    facets_shown,
    read_address,
)
from expertise.search.panels import at_start, on_nothing, on_results
from expertise.search.queries import Results, find, names_of
from expertise.search.recent import forget_searches, note_search, recent_searches

bp = Blueprint("search", __name__)


@dataclass(frozen=True)
class Paging:
    """What the pager needs, and the address of each page."""

    asked: Asked
    number: int
    pages: int

    @property
    def has_prev(self) -> bool:
        """There is one before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """There is one after."""
        return self.number < self.pages

    def url(self, number: int) -> str:
        """The address of a page."""
        return url_for("search.results", **self.asked.arguments(page=number if number > 1 else None))


@bp.get("/search")
@need("search")
@costs("search")
def results() -> str:
    """What was found, with filters."""
    asked = read_address(request.args)
    found = _find(asked)
    asked = replace(asked, filters=found.filters)
    names = names_of(_values_to_name(found))
    person_id = viewer().person_id
    if asked.text and found.total and asked.page == 1 and person_id:
        append_apart(partial(note_search, person_id, asked.text, clock.now()), needed=False)
    start = not asked.text and not asked.filters
    return render_template(
        "search/results.html",
        recent=recent_searches(viewer()) if start else [],
        panels=at_start.shown(viewer(), None) if start else on_results.shown(viewer(), asked),
        asked=asked,
        found=found,
        facets=facets_shown(asked, found, names),
        names=names,
        paging=Paging(asked, found.page, found.pages),
        instead=on_nothing.shown(viewer(), asked.text) if _in_vain(asked, found) else [],
        kind_names=KIND_NAMES,
        subkind_names=SUBKIND_NAMES,
        hit_languages=LANGUAGE_NAMES,
    )


def _in_vain(asked: Asked, found: Results) -> bool:
    """Whether words were looked for everywhere, and nothing was there."""
    told = found.building or found.hurried or found.left_out or any(asked.filters.values())
    return bool(asked.text) and not found.total and not told


@bp.get("/search.json")
@need("search")
@costs("search")
def as_json() -> Response:
    """The same as JSON, with the same rights."""
    return jsonify(_find(read_address(request.args)).as_json())


@bp.get("/search/titles.json")
@need("search")
def beginnings() -> Response:
    """Titles that begin with what is being typed: a comfort of the box, which works without it."""
    found = titles(viewer(), request.args.get("q", ""))
    return jsonify(
        titles=[
            {
                "kind": str(KIND_NAMES.get(one.kind, one.kind)),
                "title": one.title,
                "url": one.url,
                "language": one.language,
            }
            for one in found
        ]
    )


@bp.get("/search/like/<kind>/<record_id>")
@need("search")
@costs("search")
def alike(kind: str, record_id: str) -> str:
    """What is about the same as one record."""
    found = find_alike(viewer(), kind, record_id)
    return render_template(
        "search/alike.html",
        alike=found,
        found=found.found,
        names=names_of(_values_to_name(found.found)),
        kind_names=KIND_NAMES,
        subkind_names=SUBKIND_NAMES,
        hit_languages=LANGUAGE_NAMES,
    )


@bp.post("/search/forget")
@need("search")
def forget() -> AnyResponse:
    """Forget what I searched."""
    forget_searches(viewer())
    flash(_("What you searched is forgotten."))
    return redirect(url_for(".results"), 303)


def _find(asked: Asked) -> Results:
    return find(viewer(), asked.text, filters=asked.filters, sort=asked.sort, page=asked.page)


def _values_to_name(found: Results) -> dict[str, Any]:
    """Every value that the page shows by name: of the filters, and of the hits."""
    values = {facet: set(counts) for facet, counts in found.facets.items()}
    for facet, ticked in found.filters.items():
        values.setdefault(facet, set()).update(ticked)
    for hit in found.hits:
        for facet, value in (("post", hit.piece.post), ("author", hit.piece.author)):
            if value:
                values.setdefault(facet, set()).add(value)
    return values
