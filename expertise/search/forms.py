"""What the address of a search says, and the words of the page. GET only: each state of the page has an address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from expertise.search.engine import FACETS
from expertise.search.queries import MOST_PAGES, SORTS

FACET_NAMES = {
    "kind": _l("Kind"),
    "post": _l("Post"),
    "domain": _l("Domain"),
    "author": _l("Author"),
    "dossier": _l("Dossier"),
    "year": _l("Year"),
    "language": _l("Language"),
}
KIND_NAMES = {
    "dossier": _l("Dossier"),
    "entry": _l("Note"),
    "handover": _l("Handover"),
    "contact": _l("Contact"),
    "person": _l("Person"),
    "post": _l("Post"),
    "domain": _l("Domain"),
    "question": _l("Question"),
    "file": _l("File"),
}
SUBKIND_NAMES = {
    "background": _l("background"),
    "state_of_play": _l("state of play"),
    "decision": _l("decision"),
    "commitment": _l("commitment"),
    "report": _l("report"),
    "meeting_report": _l("report"),
    "lesson": _l("lesson"),
    "pitfall": _l("pitfall"),
    "how_to": _l("how-to"),
}
LANGUAGE_NAMES = {"nl": _l("Dutch"), "en": _l("English"), "fr": _l("French")}
# A page shows so many values of a facet; a long list is no help in choosing.
MOST_VALUES = 8
LONGEST_VALUE = 80


@dataclass(frozen=True)
class Asked:
    """One state of the page."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = SORTS[0]
    page: int = 1

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The address of this state, or of one that differs in something; the first page unless asked."""
        whole: dict[str, Any] = {"q": self.text, **{name: list(values) for name, values in self.filters.items()}}
        whole |= {"sort": self.sort} | changes
        if whole["sort"] == SORTS[0]:
            del whole["sort"]
        return {name: value for name, value in whole.items() if value}


def read_address(args: MultiDict[str, str]) -> Asked:
    """Whatever the address says; what makes no sense is left out."""
    filters = {
        facet: tuple(dict.fromkeys(value for value in args.getlist(facet) if 0 < len(value) <= LONGEST_VALUE))
        for facet in FACETS
    }
    page = args.get("page", "")
    return Asked(
        text=args.get("q", "").strip(),
        filters={facet: values for facet, values in filters.items() if values},
        sort=args["sort"] if args.get("sort") in SORTS else SORTS[0],
        page=min(max(1, int(page)), MOST_PAGES) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


@dataclass(frozen=True)
class Choice:
    """One box of a filter."""

    value: str
    name: Any
    count: int
    ticked: bool


@dataclass(frozen=True)
class FacetShown:
    """One filter of the page: the values worth showing, and how many there are beside them."""

    facet: str
    name: Any
    choices: list[Choice]
    more: int


def facets_shown(
    asked: Asked, counts: Mapping[str, Mapping[str, int]], names: Mapping[str, Mapping[str, str]]
) -> list[FacetShown]:
    """The filters: most frequent first, years newest first, ticked ones always."""
    shown = []
    for facet in FACETS:
        values = dict(counts.get(facet, {}))
        ticked = asked.filters.get(facet, ())
        for value in ticked:
            values.setdefault(value, 0)
        if len(values) < 2 and not ticked:
            continue
        order = sorted(values, reverse=True) if facet == "year" else list(values)
        first = order[:MOST_VALUES] + [value for value in order[MOST_VALUES:] if value in ticked]
        known = _fixed_names(facet) | dict(names.get(facet, {}))
        choices = [Choice(value, known.get(value, value), values[value], value in ticked) for value in first]
        shown.append(FacetShown(facet, FACET_NAMES[facet], choices, len(values) - len(first)))
    return shown


def _fixed_names(facet: str) -> dict[str, Any]:
    return {"kind": dict(KIND_NAMES), "language": dict(LANGUAGE_NAMES)}.get(facet, {})
