"""The description for programs (OpenAPI 3.1), made out of the routes' declarations and the rooms' own fields."""

import re
from typing import Any

from flask import current_app

from expertise.api import shapes
from expertise.api.describing import MOST, VERSION, Query, Told, bp
from expertise.api.problems import MEDIA_TYPE
from expertise.api.sent import DOSSIER_FIELDS, ENTRY_FIELDS, NEW_DOSSIER_FIELDS, NEW_ENTRY_FIELDS
from expertise.base.tables.fields import LARGEST_INTEGER
from expertise.contacts import exchange as contacts
from expertise.domains import exchange as domains
from expertise.dossiers import entries_exchange as entries
from expertise.people import exchange as people
from expertise.posts import exchange as posts

JSON = "application/json"
_ID = {"type": "string", "description": "Random; the same in addresses, exports and here."}
_URL = {"type": "string", "description": "The address of its page."}
_VERSION = {"type": "integer", "description": "Send it back with a change."}
_WORDS = {"type": ["string", "null"]}
_OBJECT: dict[str, Any] = {"type": "object"}
Row = dict[str, Any]


def description() -> Row:
    """All of it."""
    paths: dict[str, Row] = {}
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda one: one.rule):
        told: Told | None = getattr(current_app.view_functions[rule.endpoint], "told", None)
        if told is None:
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(bp.url_prefix or ""))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            name = rule.endpoint.partition(".")[2]
            paths.setdefault(path, {})[method.lower()] = _operation(name, told, sorted(rule.arguments))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Expertise",
            "version": VERSION,
            "description": "With a token of the account page, and the rights of the person who made it. Forbidden and "
            "missing look the same (404). Errors are problem details (RFC 9457).",
        },
        "servers": [{"url": bp.url_prefix}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _operation(name: str, told: Told, arguments: list[str]) -> Row:
    answer: Row = _ref(told.answer)
    if told.listed:
        answer = {"allOf": [_ref("Page"), {"properties": {"items": {"type": "array", "items": answer}}}]}
    made: Row = {
        "operationId": name,
        "summary": told.summary,
        "parameters": [
            *({"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in arguments),
            *map(_parameter, told.query),
        ],
        "responses": {
            str(told.status): {"description": "Done.", "content": {JSON: {"schema": answer}}},
            "default": {
                "description": "What was wrong: 401 no token that works, 403 it only reads, 404 not there or not for "
                "you, 409 changed by somebody else or taken by another record, 422 with the fields, 429 too many "
                "wrong tokens.",
                "content": {MEDIA_TYPE: {"schema": _ref("Problem")}},
            },
        },
    }
    if told.body:
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": _ref(told.body)}}}
    if told.open:
        made["security"] = []
    return made


def _ref(name: str) -> Row:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(one: Query) -> Row:
    value: Row = {"type": "string", "format": "date"} if one.kind == "date" else {"type": one.kind}
    if one.kind == "integer":
        value |= {"minimum": 1, "maximum": MOST}
    if one.choices:
        value["enum"] = list(one.choices)
    elif one.needed:
        value |= shapes.FILLED
    if one.several:
        value = {"type": "array", "items": value}
    return {"name": one.name, "in": "query", "required": one.needed, "description": one.meaning, "schema": value}


def _rows(**names: Any) -> Row:
    return {"type": "object", "required": sorted(names), "properties": names}


def _many(value: Row) -> Row:
    return {"type": "array", "items": value}


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}


def _schemas() -> dict[str, Row]:
    return {**_answers(), **_records(), **_sent()}


def _answers() -> dict[str, Row]:
    """What is told around records, and of a search."""
    return {
        "Description": _OBJECT,
        "Page": _rows(page=_NUMBER, pages=_NUMBER, total=_NUMBER, next=_WORDS, items=_many(_OBJECT)),
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                **dict.fromkeys(("type", "title", "detail"), _TEXT),
                "status": _NUMBER,
                "version": _NUMBER,
                "errors": _many(_rows(field=_TEXT, value={}, why=_TEXT)),
            },
        },
        "Me": _rows(id=_WORDS, name=_TEXT, role=_TEXT, positions=_many(_TEXT), posts=_many(_TEXT)),
        "Found": _rows(
            query=_TEXT,
            total=_NUMBER,
            took_ms=_NUMBER,
            relaxed={"type": "boolean"},
            suggestion=_WORDS,
            hits=_many(_rows(kind=_TEXT, id=_TEXT, title=_TEXT, url=_TEXT, snippet=_TEXT, language=_WORDS)),
            facets=_OBJECT,
        ),
        "Experts": _rows(
            topic=_TEXT,
            people=_many(
                _rows(
                    id=_TEXT,
                    name=_TEXT,
                    score={"type": ["number", "null"]},
                    now=_TEXT,
                    reasons=_many(_rows(kind=_TEXT, text=_TEXT, url=_TEXT, when=_WORDS)),
                )
            ),
        ),
    }


def _records() -> dict[str, Row]:
    """The records of the rooms."""
    return {
        "Post": shapes.schema(posts.FIELDS, url=_URL),
        "Person": shapes.schema(people.FIELDS, id=_ID, url=_URL),
        "PersonWithPostings": {"allOf": [_ref("Person"), _rows(postings=_many(_OBJECT))]},
        "Domain": shapes.schema(domains.FIELDS, url=_URL),
        "Dossier": shapes.schema(shapes.DOSSIER_FIELDS, id=_ID, url=_URL, version=_VERSION),
        "Entry": shapes.schema(entries.FIELDS, id=_ID, url=_URL, version=_VERSION),
        "Contact": shapes.schema(contacts.FIELDS, id=_ID, url=_URL),
        "HandoverInShort": _rows(id=_ID, posting=_TEXT, url=_URL),
        "Handover": _rows(
            id=_ID,
            posting=_TEXT,
            title=_TEXT,
            person=_TEXT,
            state=_TEXT,
            sections=_many(_rows(level=_NUMBER, heading=_TEXT, text=_TEXT)),
        ),
        "Rotation": _rows(
            **{"from": _TEXT, "to": _TEXT},
            **dict.fromkeys(("departures", "arrivals", "gaps", "handovers", "at_risk"), _many(_OBJECT)),
        ),
    }


def _sent() -> dict[str, Row]:
    version = {"version": _VERSION | {"minimum": 1, "maximum": LARGEST_INTEGER}}
    title = ["title"]
    either = [
        {"required": [one], "properties": {one: {"type": "string", **shapes.FILLED}}} for one in ("title", "body")
    ]
    return {
        "NewDossier": shapes.sent(NEW_DOSSIER_FIELDS, title, filled=title),
        "DossierChange": shapes.sent(DOSSIER_FIELDS, ["version"], filled=title, **version),
        "NewEntry": shapes.sent(NEW_ENTRY_FIELDS) | {"anyOf": either},
        "EntryChange": shapes.sent(ENTRY_FIELDS, ["version"], filled=title, **version),
    }
