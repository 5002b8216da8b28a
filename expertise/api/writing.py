"""What a program may write in the name of whose token it carries: dossiers and notes, by the rooms' own verbs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response, current_app, jsonify, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadRequest, Forbidden

from expertise.access.gate import need, viewer
from expertise.api import queries, shapes
from expertise.api.describing import bp, tells
from expertise.api.problems import Wrong
from expertise.api.sent import DOSSIER_FIELDS, ENTRY_FIELDS, NEW_DOSSIER_FIELDS, NEW_ENTRY_FIELDS, WRITTEN
from expertise.base.again import READING
from expertise.base.marking import find_mark, refusal
from expertise.base.tables import Field, Type
from expertise.base.tables.fields import LARGEST_INTEGER, BadValueError, read_value
from expertise.domains.models import Domain
from expertise.domains.queries import find_domains
from expertise.dossiers.entry_service import add_entry, revise_entry
from expertise.dossiers.models import DOSSIER_TEXTS, REACHES
from expertise.dossiers.queries import get_dossier
from expertise.dossiers.service import change_dossier, file_under, open_dossier
from expertise.people import bearing
from expertise.posts.models import Position, Post
from expertise.posts.queries import find_posts, get_position

VERSION = "version"
_SEND_IT = lazy_gettext("Send the version that you read, so that nobody's text is overwritten.")


@bp.before_request
def only_those_that_may() -> None:
    """A token that only reads writes nothing, whatever its person may."""
    token = bearing.present()
    if request.method not in READING and token is not None and not token.may_write:
        raise Forbidden


def read_body(fields: Sequence[Field], *, versioned: bool = False) -> dict[str, Any]:
    """What was sent, field by field as the import reads it. Raises Wrong with all that is wrong at once."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise BadRequest
    known = {one.name: one for one in fields}
    wrong: dict[str, tuple[Any, Any]] = {}
    found: dict[str, Any] = {}
    for name, raw in sent.items():
        try:
            found[name] = _version(raw) if versioned and name == VERSION else _read(known.get(name), raw)
        except BadValueError as why:
            wrong[name] = (raw, why.why)
    if versioned and VERSION not in sent:
        wrong[VERSION] = (None, _SEND_IT)
    if versioned and found.get("title", "-") in ("", None):
        wrong["title"] = (sent["title"], _("This is needed."))
    if wrong:
        raise Wrong(wrong)
    return found


def _version(raw: Any) -> int:
    # To JSON 3.0 is a whole number too.
    if type(raw) not in (int, float) or raw != raw // 1 or not 0 < raw <= LARGEST_INTEGER:
        raise BadValueError(_SEND_IT)
    return int(raw)


def _read(field: Field | None, raw: Any) -> Any:
    if field is None:
        raise BadValueError(_("There is no such field."))
    _refuse_unlike(field, raw)
    value = read_value(field, raw)
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str):
            continue
        if len(text.encode()) > current_app.config["MAX_TEXT_BYTES"]:
            raise BadValueError(_("This text is too long for this installation."))
        if mark := find_mark(text):
            raise BadValueError(refusal(mark, field.name).message)
    return value


def _refuse_unlike(field: Field, raw: Any) -> None:
    """Raise BadValueError where the description says otherwise: the cells of a file are read more kindly."""
    if field.type is Type.LIST:
        if not (isinstance(raw, list) and all(isinstance(one, str) for one in raw)):
            raise BadValueError(_("A list of texts is expected here."))
        return
    if raw is None:
        return
    words = shapes.words_for(field)
    if words and raw not in words:
        raise BadValueError(_("This cannot be read. What fits: %(words)s.", words=", ".join(words)))
    if not isinstance(raw, str):
        raise BadValueError(_("A text is expected here."))
    if field.type is Type.DATE and not re.fullmatch(shapes.DAY, raw):
        raise BadValueError(_("This cannot be read. What fits: %(words)s.", words="2026-11-23, 2026-11, 2026"))


def _posts(codes: Iterable[str] | None) -> list[Post] | None:
    return None if codes is None else _all_of("posts", codes, find_posts(viewer(), set(codes)))


def _domains(codes: Iterable[str] | None) -> list[Domain] | None:
    return None if codes is None else _all_of("domains", codes, find_domains(viewer(), codes))


def _all_of(name: str, words: Iterable[str], found: Mapping[str, Any]) -> list[Any]:
    if missing := [word for word in words if word not in found]:
        raise Wrong({name: (missing, _("This is not known here."))})
    return [found[word] for word in words]


def _texts(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """As the verbs take them: days as days, urgency as a number, no marking as none."""
    texts = {name: given[name] for name in names if name in given}
    for name in ("line_valid_until", "next_step_on", "due_on"):
        if texts.get(name):
            texts[name] = texts[name].latest
    if "urgency" in texts:
        texts["urgency"] = int(texts["urgency"]) if texts["urgency"] else 2
    if "marking" in texts:
        texts["marking"] = "" if texts["marking"] in (None, "none") else texts["marking"]
    return {name: value for name, value in texts.items() if value is not None or name.endswith(("_on", "_until"))}


def _position(given: Mapping[str, Any]) -> Position | None:
    if given.get("position"):
        return get_position(viewer(), given["position"])
    first = next(iter(viewer().positions), None)
    return get_position(viewer(), first) if first else None


@bp.post("/dossiers")
@need("dossier.open")
@tells("Open a dossier, kept by a position of mine.", "Dossier", body="NewDossier", status=201)
def new_dossier() -> tuple[Response, int]:
    """A new one."""
    given = read_body(NEW_DOSSIER_FIELDS)
    if not given.get("title"):
        raise Wrong({"title": (given.get("title"), _("This is needed."))})
    texts = _texts(given, DOSSIER_TEXTS)
    made = open_dossier(
        viewer(),
        title=texts.pop("title"),
        language=texts.pop("language", None),
        position=_position(given),
        reach=given.get("reach") or REACHES[0],
        posts=_posts(given.get("posts")) or (),
        domains=_domains(given.get("domains")) or (),
        external_id=given.get("external_id"),
        **texts,
    )
    return jsonify(shapes.dossier(made)), 201


@bp.patch("/dossiers/<dossier_id>")
@need("dossier.change")
@tells("Change what a dossier says; what is left out stays.", "Dossier", body="DossierChange")
def edit_dossier(dossier_id: str) -> Response:
    """What is sent is changed, and nothing else."""
    dossier = get_dossier(viewer(), dossier_id, action="dossier.change")
    given = read_body(DOSSIER_FIELDS, versioned=True)
    change_dossier(viewer(), dossier, version=given[VERSION], **_texts(given, DOSSIER_TEXTS))
    file_under(viewer(), dossier, posts=_posts(given.get("posts")), domains=_domains(given.get("domains")))
    return jsonify(shapes.dossier(dossier))


@bp.post("/dossiers/<dossier_id>/entries")
@need("dossier.read")
@tells("Add a note to a dossier, in my name.", "Entry", body="NewEntry", status=201)
def new_entry(dossier_id: str) -> tuple[Response, int]:
    """A new one."""
    dossier = get_dossier(viewer(), dossier_id, action="entry.add")
    given = read_body(NEW_ENTRY_FIELDS)
    if not (given.get("title") or given.get("body")):
        raise Wrong({"title": (given.get("title"), _("A note needs a title or a text."))})
    post = _posts([given["post"]] if given.get("post") else None)
    texts = _texts(given, WRITTEN - {"date"})
    made = add_entry(
        viewer(),
        dossier,
        post=post[0] if post else None,
        domains=_domains(given.get("domains")) or (),
        external_id=given.get("external_id"),
        **_dated(given),
        **texts,
    )
    return jsonify(shapes.entry(queries.get_entry(viewer(), made.id))), 201


@bp.patch("/entries/<entry_id>")
@need("dossier.read")
@tells("Change a note; what is left out stays.", "Entry", body="EntryChange")
def edit_entry(entry_id: str) -> Response:
    """What is sent is changed, and nothing else."""
    entry = queries.get_entry(viewer(), entry_id, "entry.change")
    given = read_body(ENTRY_FIELDS, versioned=True)
    revise_entry(viewer(), entry, version=given[VERSION], **_dated(given), **_texts(given, WRITTEN - {"date"}))
    return jsonify(shapes.entry(entry))


def _dated(given: Mapping[str, Any]) -> dict[str, Any]:
    day = given.get("date")
    return {"date": day.date, "date_precision": day.precision} if day else {}
