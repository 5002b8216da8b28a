"""Errors for programs: problem details as in RFC 9457, with the fields that are wrong."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, json
from werkzeug.exceptions import HTTPException

from expertise.base.database import session
from expertise.base.errors import Conflict, NotFound, Refused, Taken
from expertise.base.pages import code_of, heads_of, words_of

MEDIA_TYPE = "application/problem+json"


class Wrong(Exception):
    """What was asked or sent cannot be read: by field the value and why."""

    def __init__(self, fields: Mapping[str, Sequence[Any]]) -> None:
        """`fields`: name -> (value, why)."""
        super().__init__(", ".join(fields))
        self.fields = fields


def problem(error: Exception) -> Response:
    """The answer to an error on a route for programs."""
    if not isinstance(error, HTTPException):
        session().rollback()
    code = _status(error)
    _title, detail, _todo = words_of(code)
    told: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code, "detail": detail}
    if isinstance(error, Wrong):
        told["errors"] = [
            {"field": name, "value": value, "why": str(why)} for name, (value, why) in error.fields.items()
        ]
    elif isinstance(error, Refused):
        told["detail"] = str(error.message)
        if error.field:
            told["errors"] = [{"field": error.field, "value": None, "why": str(error.message)}]
    elif isinstance(error, Conflict):
        told["version"] = error.theirs.version
    response = Response(json.dumps(told), status=code, mimetype=MEDIA_TYPE, headers=heads_of(error, code))
    if code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="expertise"'
    return response


def _status(error: Exception) -> int:
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, Conflict | Taken):
        return HTTPStatus.CONFLICT
    if isinstance(error, Refused | Wrong):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(error, HTTPException):
        return error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    return code_of(error)
