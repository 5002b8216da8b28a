"""The results page, and the same for programs."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from expertise.access.gate import need, viewer
from expertise.search.forms import (
    KIND_NAMES,
    LANGUAGE_NAMES,
    SUBKIND_NAMES,
    Asked,
    facets_shown,
    read_address,
)
from expertise.search.panels import on_nothing
from expertise.search.queries import Results, find, names_of

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
def results() -> str:
    """What was found, with filters."""
    asked = read_address(request.args)
    found = _find(asked)
    names = names_of(_values_to_name(found))
    return render_template(
        "search/results.html",
        asked=asked,
        found=found,
        facets=facets_shown(asked, found.facets, names),
        names=names,
        paging=Paging(asked, found.page, found.pages),
        panels=on_nothing.shown(viewer(), asked.text) if _in_vain(asked, found) else [],
        kind_names=KIND_NAMES,
        subkind_names=SUBKIND_NAMES,
        hit_languages=LANGUAGE_NAMES,
    )


def _in_vain(asked: Asked, found: Results) -> bool:
    """Whether words were looked for everywhere, and nothing was there."""
    return bool(asked.text) and not found.total and not found.building and not any(asked.filters.values())


@bp.get("/search.json")
@need("search")
def as_json() -> Response:
    """The same as JSON, with the same rights."""
    return jsonify(_find(read_address(request.args)).as_json())


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
