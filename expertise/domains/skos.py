"""SKOS in and out: Turtle and RDF/XML, as EuroVoc and ESCO write it and as we do.

https://www.w3.org/TR/skos-reference/. A concept becomes a row of the import of domains, so that matching, report and
"the same file again changes nothing" are those of every import. Of several broader concepts the first by address
counts, and the others are told as a warning.
"""

import io
import re
import xml.sax
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from defusedxml import sax as safe_sax
from defusedxml.common import DefusedXmlException
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.exceptions import Error as RdfError
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from expertise.base.tables import TableError
from expertise.domains.models import LANGUAGES

FORMS = {".ttl": "turtle", ".rdf": "xml", ".xml": "xml"}
LARGEST = 256 * 1024 * 1024
LONGEST = 200
# Our own domains that have no address in another system; a name, not something that can be opened.
OURS = "urn:x-expertise:domain:"
SCHEME = URIRef("urn:x-expertise:domains")
# Relative addresses in a file must not become the path of the file on this machine.
NOWHERE = "urn:x-expertise:file"
DESCRIPTIONS = (SKOS.definition, SKOS.scopeNote, DCTERMS.description, RDFS.comment)
_XL = "http://www.w3.org/2008/05/skos-xl#"


def is_skos(name: str) -> bool:
    """Whether a file is called as SKOS is."""
    return Path(name).suffix.lower() in FORMS


def read(
    name: str, data: bytes, known: Iterable[str] = (), taken: Iterable[str] = ()
) -> tuple[list[dict[str, Any]], list[str]]:
    """The concepts as rows for the import of domains, by address; and what could not be taken over as it is.

    `known` are the external ids of domains that are there: they keep the code that they have. `taken` are codes that
    a new one cannot get.
    """
    graph = _parsed(name, data)
    concepts = sorted({one for one in graph.subjects(RDF.type, SKOS.Concept) if isinstance(one, URIRef)})
    if not concepts:
        raise TableError(_("There is no skos:Concept in this file."))
    told: list[str] = []
    there, codes = set(known), _Codes(taken)
    labels = _Labels(graph)
    rows = [_row(graph, labels, one, told) for one in concepts if not _is_over(graph, one)]
    for row in rows:
        if row["external_id"] in there:
            row.pop("code", None)
        else:
            codes.give(row)
    return rows, told


def _parsed(name: str, data: bytes) -> Graph:
    form = FORMS.get(Path(name).suffix.lower(), "turtle")
    if len(data) > LARGEST:
        raise TableError(_("This file is larger than %(size)s MB.", size=LARGEST // 1024**2))
    if form == "xml":
        _refuse_entities(data)
    graph = Graph(bind_namespaces="none")
    try:
        graph.parse(data=data, format=form, publicID=NOWHERE)
    except (BadSyntax, RdfError, xml.sax.SAXException, UnicodeDecodeError, ValueError) as why:
        raise TableError(_("This is not SKOS that can be read: %(why)s", why=_one_line(why))) from None
    return graph


def _one_line(why: Exception) -> str:
    return " ".join(str(getattr(why, "message", why)).split())[:200]


def _refuse_entities(data: bytes) -> None:
    """Nothing in the file may be made of something else, in it or elsewhere: it is refused before it is read."""
    try:
        safe_sax.parse(
            io.BytesIO(data), xml.sax.ContentHandler(), forbid_dtd=False, forbid_entities=True, forbid_external=True
        )
    except DefusedXmlException:
        raise TableError(_("The file defines entities or refers to other files; such XML is not read.")) from None
    except xml.sax.SAXException as why:
        raise TableError(_("This is not SKOS that can be read: %(why)s", why=_one_line(why))) from None


def _is_over(graph: Graph, concept: URIRef) -> bool:
    return any(str(one).lower() in ("true", "1") for one in graph.objects(concept, OWL.deprecated))


def _row(graph: Graph, labels: "_Labels", concept: URIRef, told: list[str]) -> dict[str, Any]:
    names = {one: labels.name(concept, one) for one in LANGUAGES}
    plain = labels.name(concept, "")
    english = names["en"] or plain or names["nl"] or names["fr"] or _tail(concept)
    row: dict[str, Any] = {"external_id": _external_id(concept), "name_en": english, "name_nl": names["nl"] or english}
    row |= {"name_fr": names["fr"] or "", "description": _description(graph, concept)}
    for one in LANGUAGES:
        row[f"synonyms_{one}"] = labels.others(concept, one)
    notation = _first(graph.objects(concept, SKOS.notation))
    if notation:
        row["code"] = notation
    row["parent"] = _parent(graph, concept, told)
    return row


def _external_id(concept: URIRef) -> str:
    text = str(concept)
    return unquote(text.removeprefix(OURS)) if text.startswith(OURS) else text


def _parent(graph: Graph, concept: URIRef, told: list[str]) -> str | None:
    """The broader concept, said by either of the two."""
    above = set(graph.objects(concept, SKOS.broader)) | set(graph.subjects(SKOS.narrower, concept))
    ordered = sorted(one for one in above if isinstance(one, URIRef) and one != concept)
    if len(ordered) > 1:
        what = {"concept": str(concept), "number": len(ordered), "first": str(ordered[0])}
        told.append(gettext("%(concept)s: %(number)s broader concepts; it stands under %(first)s", **what))
    return _external_id(ordered[0]) if ordered else None


class _Labels:
    """The labels of all concepts, gathered in one pass; nl-BE counts as nl. A label may be a resource (SKOS-XL)."""

    def __init__(self, graph: Graph) -> None:
        self._found: dict[tuple[Node, str, str], set[str]] = {}
        for kind in ("prefLabel", "altLabel", "hiddenLabel"):
            for concept, label in graph.subject_objects(SKOS[kind]):
                self._add(concept, kind, label)
            for concept, resource in graph.subject_objects(URIRef(_XL + kind)):
                for label in graph.objects(resource, URIRef(f"{_XL}literalForm")):
                    self._add(concept, kind, label)

    def _add(self, concept: Node, kind: str, label: Node) -> None:
        if isinstance(label, Literal) and (text := " ".join(str(label).split())):
            language = (label.language or "").partition("-")[0].lower()
            self._found.setdefault((concept, kind, language), set()).add(text)

    def name(self, concept: URIRef, language: str) -> str | None:
        """What it is called; of several the first by letter."""
        return min(self._found.get((concept, "prefLabel", language), ()), default=None)

    def others(self, concept: URIRef, language: str) -> list[str]:
        """Other words for it; what is longer than any word is none."""
        kinds = ((concept, kind, language) for kind in ("altLabel", "hiddenLabel"))
        found = {one for key in kinds for one in self._found.get(key, ())}
        return sorted(one for one in found if one != self.name(concept, language) and len(one) <= LONGEST)


def _description(graph: Graph, concept: URIRef) -> str:
    """The definition, else a note; the plain one first, then Dutch, English, French. ESCO's stand one step away."""
    for name in DESCRIPTIONS:
        for language in ("", *LANGUAGES):
            for one in sorted(graph.objects(concept, name), key=str):
                text = one if isinstance(one, Literal) else _first_literal(graph, one, language)
                if isinstance(text, Literal) and (text.language or "").partition("-")[0].lower() == language:
                    return str(text).strip()
    return ""


def _first_literal(graph: Graph, node: Node, language: str) -> Literal | None:
    for name in (URIRef("http://data.europa.eu/esco/model#nodeLiteral"), RDF.value):
        for one in sorted(graph.objects(node, name), key=str):
            if isinstance(one, Literal) and (one.language or language) == language:
                return Literal(str(one), lang=language or None)
    return None


def _first(values: Iterable[Node]) -> str:
    return min((str(one) for one in values if isinstance(one, Literal)), default="")


def _tail(concept: URIRef) -> str:
    return re.split(r"[/#:]", str(concept).rstrip("/#"))[-1][:LONGEST]


class _Codes:
    """Codes for addresses: the notation, else of the English name; each once, whatever order the file is in."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.given = {one.lower() for one in taken}

    def give(self, row: dict[str, Any]) -> None:
        """Put the code into the row."""
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", row.get("code") or row["name_en"].lower()).strip("-_.")[:48]
        code = plain or "domain"
        if code.lower() in self.given or code.lower() == "new":
            tail = re.sub(r"[^A-Za-z0-9]+", "-", _tail(URIRef(row["external_id"]))).strip("-")[-11:] or "2"
            code = f"{code}-{tail}"
        number = 2
        while code.lower() in self.given:
            code, number = f"{plain[:48]}-{number}", number + 1
        self.given.add(code.lower())
        row["code"] = code


def write(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """Domains, as the export gives them, as SKOS; the ending of the file says in which form. Says how many."""
    graph = Graph(bind_namespaces="none")
    graph.bind("skos", SKOS)
    graph.add((SCHEME, RDF.type, SKOS.ConceptScheme))
    count = 0
    for row in rows:
        concept = _address(row["external_id"])
        graph.add((concept, RDF.type, SKOS.Concept))
        graph.add((concept, SKOS.inScheme, SCHEME))
        graph.add((concept, SKOS.notation, Literal(row["code"])))
        for name, value in _literals(row):
            graph.add((concept, name, value))
        if row["parent"]:
            graph.add((concept, SKOS.broader, _address(row["parent"])))
        else:
            graph.add((concept, SKOS.topConceptOf, SCHEME))
        count += 1
    form = FORMS.get(path.suffix.lower(), "turtle")
    graph.serialize(destination=str(path), format=form, encoding="utf-8")
    return count


def _address(external_id: str) -> URIRef:
    """What another system calls it, where that is an address; else our name for it."""
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>\"{}|\\^`]+$", external_id):
        return URIRef(external_id)
    return URIRef(OURS + quote(external_id, safe=""))


def _literals(row: dict[str, Any]) -> Iterator[tuple[URIRef, Literal]]:
    for one in LANGUAGES:
        if row[f"name_{one}"]:
            yield SKOS.prefLabel, Literal(row[f"name_{one}"], lang=one)
        for word in row[f"synonyms_{one}"]:
            yield SKOS.altLabel, Literal(word, lang=one)
    if row["description"]:
        yield SKOS.definition, Literal(row["description"])
