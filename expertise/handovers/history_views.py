"""Pages of what a section once said, and the way back."""

from itertools import pairwise
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base.paging import page_number
from expertise.handovers import history, queries, sections, words
from expertise.handovers.sections import Writing
from expertise.handovers.views import bp


@bp.get("/handovers/<handover_id>/edit/<int:number>/history")
@need("handover.write")
def section_history(handover_id: str, number: int) -> str:
    """Every text of a section."""
    return _history(handover_id, number, "")


@bp.get("/handovers/<handover_id>/edit/2/<dossier_id>/history")
@need("handover.write")
def dossier_history(handover_id: str, dossier_id: str) -> str:
    """Every text of what the leaver said of a dossier; what stands in the dossier itself has its own revisions."""
    return _history(handover_id, 2, dossier_id)


@bp.post("/handovers/<handover_id>/edit/<int:number>/history/<int:version>")
@need("handover.write")
def restore_section(handover_id: str, number: int, version: int) -> Response:
    """Take back an earlier text of a section, as a new one."""
    return _restore(handover_id, number, "", version)


@bp.post("/handovers/<handover_id>/edit/2/<dossier_id>/history/<int:version>")
@need("handover.write")
def restore_dossier_item(handover_id: str, dossier_id: str, version: int) -> Response:
    """The same of a dossier."""
    return _restore(handover_id, 2, dossier_id, version)


def _at(handover_id: str, number: int, item: str) -> Writing:
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    return Writing(viewer(), queries.show(viewer(), handover), number, item)


def _history(handover_id: str, number: int, item: str) -> str:
    at = _at(handover_id, number, item)
    versions = history.versions_of(viewer(), at.shown.handover, number, item)
    texts = sections.readable(at, [one.content for one in versions])
    return render_template(
        "handovers/history.html",
        shown=at.shown,
        at=at,
        item=at.shown.note.dossier(item),
        versions=versions,
        changes=[history.compare(old, new) for new, old in pairwise(texts)],
        first=texts[-1] if texts else {},
        labels=sections.labels_of(at),
        back=_back(at),
        words=words,
    )


def _back(at: Writing, **more: Any) -> str:
    endpoint = ".edit_dossier" if at.item else ".edit_section"
    place = {"dossier_id": at.item} if at.item else {"number": at.number}
    return url_for(endpoint, handover_id=at.shown.handover.id, **place, **more)


def _restore(handover_id: str, number: int, item: str, version: int) -> Response:
    at = _at(handover_id, number, item)
    found = history.get_version(viewer(), at.shown.handover, number, item, version)
    sections.restore(at, found.content, version=page_number(request.form.get("version")))
    flash(_("Text %(number)s stands here again; what it replaced is kept.", number=version), "success")
    return redirect(_back(at), 303)
