"""What the address of a search says, and the words of the page. GET only: each state of the page has an address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from expertise.search.engine import FACETS
from expertise.search.queries import MOST_PAGES, SORTS, Results

FACET_NAMES = {
    "kind": lazy_gettext("Kind"),
    "post": lazy_gettext("Post"),
    "domain": lazy_gettext("Domain"),
    "author": lazy_gettext("Author"),
    "dossier": lazy_gettext("Dossier"),
    "year": lazy_gettext("Year"),
    "language": lazy_gettext("Language"),
}
KIND_NAMES = {
    "dossier": lazy_gettext("Dossier"),
    "entry": lazy_gettext("Note"),
    "handover": lazy_gettext("Handover"),
    "contact": lazy_gettext("Contact"),
    "person": lazy_gettext("Person"),
    "post": lazy_gettext("Post"),
    "domain": lazy_gettext("Domain"),
    "question": lazy_gettext("Question"),
    "file": lazy_gettext("File"),
}
SUBKIND_NAMES = {
    "background": lazy_gettext("background"),
    "state_of_play": lazy_gettext("state of play"),
    "decision": lazy_gettext("decision"),
    "commitment": lazy_gettext("commitment"),
    "report": lazy_gettext("report"),
    "meeting_report": lazy_gettext("report"),
    "lesson": lazy_gettext("lesson"),
    "pitfall": lazy_gettext("pitfall"),
    "how_to": lazy_gettext("how-to"),
    "person": lazy_gettext("person"),
    "organisation": lazy_gettext("organisation"),
}
LANGUAGE_NAMES = {"nl": lazy_gettext("Dutch"), "en": lazy_gettext("English"), "fr": lazy_gettext("French")}
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
    count: int | None  # where it is not known
    ticked: bool


@dataclass(frozen=True)
class FacetShown:
    """One filter of the page: the values worth showing, and how many more there are, where that is counted."""

    facet: str
    name: Any
    choices: list[Choice]
    more: int
    uncounted: bool


def facets_shown(asked: Asked, found: Results, names: Mapping[str, Mapping[str, str]]) -> list[FacetShown]:
    """The filters: most frequent first, years newest first, ticked ones always."""
    shown = []
    for facet in FACETS:
        values: dict[str, int | None] = dict(found.facets.get(facet, {}))
        uncounted = facet in found.uncounted
        ticked = asked.filters.get(facet, ())
        for value in ticked:
            values.setdefault(value, None if uncounted else 0)
        if len(values) < 2 and not ticked:
            continue
        order = sorted(values, reverse=True) if facet == "year" else list(values)
        first = order[:MOST_VALUES] + [value for value in order[MOST_VALUES:] if value in ticked]
        known = _fixed_names(facet) | dict(names.get(facet, {}))
        choices = [Choice(value, known.get(value, value), values[value], value in ticked) for value in first]
        shown.append(FacetShown(facet, FACET_NAMES[facet], choices, len(values) - len(first), uncounted))
    return shown


def _fixed_names(facet: str) -> dict[str, Any]:
    return {"kind": dict(KIND_NAMES), "language": dict(LANGUAGE_NAMES)}.get(facet, {})
