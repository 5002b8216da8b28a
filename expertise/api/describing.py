"""How a route of the API is declared: what it is for, what may be asked, what is sent and what comes back.

Out of these declarations and the fields of the rooms' own import and export the description for programs is made
(openapi.py); so the one cannot say other than the other does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from expertise.access.gate import View, program
from expertise.api.problems import Wrong, problem
from expertise.base.tables.dates import read_date

VERSION = "v1"
# What a value looks like, in every language.
MOST = 999_999  # of a whole number; none is below 1
WORDS = {"string": "abc", "integer": "1, 2, 3", "date": "2026-11-23"}
bp = Blueprint("api", __name__, url_prefix=f"/api/{VERSION}")


@bp.record_once
def tell_errors(state: BlueprintSetupState) -> None:
    """Below this address no error is a page, also where there is no route."""
    state.app.extensions["error_answers"][f"/api/{VERSION}/"] = problem


READER: Mapping[str, Callable[[str], Any]] = {
    "string": lambda text: text.strip()[:1000],
    "integer": lambda text: int(text) if re.fullmatch(r"0{0,5}[1-9][0-9]{0,5}", text) else None,
    "date": lambda text: read_date(text).date,
}


@dataclass(frozen=True)
class Query:
    """A parameter in the address: string, integer or date; `choices` where only some words will do."""

    name: str
    meaning: str
    kind: str = "string"
    needed: bool = False
    several: bool = False
    choices: tuple[str, ...] = ()

    def read(self) -> Any:
        """What was asked: a list where several may be, else None where nothing was. Raises Wrong."""
        # A word left empty asks nothing; a number, a day or a choice left empty is a slip.
        free = self.kind == "string" and not self.choices
        texts = [one for one in request.args.getlist(self.name) if one.strip() or not free]
        found = [self._read(one) for one in texts]
        if len(found) > 1 and not self.several:
            raise Wrong({self.name: (texts[1], _("This stands here twice."))})
        if self.needed and not found:
            raise Wrong({self.name: ("", _("This is needed."))})
        return found if self.several else next(iter(found), None)

    def _read(self, text: str) -> Any:
        try:
            value = READER[self.kind](text)
        except ValueError:
            value = None
        if value is None or (self.choices and value not in self.choices):
            words = ", ".join(self.choices) or WORDS[self.kind]
            raise Wrong({self.name: (text, _("This cannot be read. What fits: %(words)s.", words=words))})
        return value


PAGE = Query("page", "Which page of the list, from 1.", "integer")


@dataclass(frozen=True)
class Told:
    """What a route says of itself. `answer` and `body` name schemas; `listed`: a page of them."""

    summary: str
    answer: str
    query: tuple[Query, ...] = ()
    listed: bool = False
    body: str = ""
    status: int = 200
    open: bool = field(default=False)  # without a token

    def asked(self) -> dict[str, Any]:
        """What the address asks, by name; a parameter that there is not is refused, so that a slip is not silent."""
        known = {one.name: one for one in self.query}
        if unknown := request.args.keys() - known.keys():
            raise Wrong({name: (request.args[name], _("There is no such parameter.")) for name in sorted(unknown)})
        return {name: one.read() for name, one in known.items()}


def tells(summary: str, answer: str, *query: Query, listed: bool = False, **more: Any) -> Callable[[View], View]:
    """Declare a route for programs."""
    told = Told(summary, answer, (*query, PAGE) if listed else query, listed=listed, **more)

    def declare(view: View) -> View:
        view.told = told  # type: ignore[attr-defined]
        return program(view)

    return declare


def asked_for() -> dict[str, Any]:
    """What the address of this request asks, as its route declares it."""
    told: Told = vars(current_app.view_functions[str(request.endpoint)])["told"]
    return told.asked()
