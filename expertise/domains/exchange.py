"""Domains and positions in and out of files.

Positions stand here and not in posts/, because a position's domains are kept in this room, and a file of positions
names them in the same row.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _
from sqlalchemy import func, or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import new_id, session
from expertise.base.findable import tell_search
from expertise.base.tables import Field, Kind, Report, Row, Type, load_in_batches
from expertise.base.tables.batches import Outcome
from expertise.base.tables.matching import own_id, take_over
from expertise.domains import positions_exchange, skos
from expertise.domains.models import LANGUAGES, Domain
from expertise.domains.service import CODE, called, note_called, set_synonyms

_SYNONYMS = _("Other words for it, separated by ;")
FIELDS = (
    Field("external_id", longest=200, example="http://example.org/themes/12", aliases=("domain_id", "uri"),
          meaning=_("What your own system calls this domain; by it the next import finds it again.")),
    Field("code", longest=60, example="arms-control",
          meaning=_("Short, as in an address; made of the English name where it is missing.")),
    Field("name_nl", longest=200, example="wapenbeheersing", aliases=("naam",)),
    Field("name_en", longest=200, example="arms control", aliases=("name",),
          meaning=_("One of the names is enough; it then counts for Dutch and English.")),
    Field("name_fr", longest=200, empty="", example="maîtrise des armements"),
    Field("description", Type.LONGTEXT, empty="", aliases=("omschrijving",)),
    Field("parent", longest=200, example="disarmament", aliases=("broader",),
          meaning=_("External id or code of the domain that it stands under.")),
    *(Field(f"synonyms_{one}", Type.LIST, longest=200, meaning=_SYNONYMS, example="LAWS; killer robots")
      for one in LANGUAGES),
)  # fmt: skip
_SILENT = {"code", "name_nl", "name_en"}  # an empty cell says nothing


@dataclass
class _Known:
    by_code: dict[str, Domain]
    by_id: dict[str, Domain]  # external and own


class _Loading:
    def __init__(self, viewer: Viewer, report: Report) -> None:
        self.viewer = viewer
        self.report = report
        # A domain may stand under one that comes later in the file: row -> its id, the parent's word, the outcome.
        self.parents: dict[int, tuple[Row, str, str | None, Outcome]] = {}

    def prepare(self, rows: list[Row]) -> _Known:
        return _found({row["external_id"] for row in rows if row.get("external_id")}, {_code(row) for row in rows})

    def save(self, row: Row, known: _Known) -> Outcome | None:
        code, values = _code(row), _columns(row)
        domain = self._match(row, code, known)
        if domain is None and not CODE.fullmatch(code):
            why = _("A code or an English name is needed. Use letters, digits and - _ . for a code.")
            self.report.error(row, "code", row.get("code"), why)
            return None
        outcome = self._new(code, values, known) if domain is None else self._changed(domain, row, values)
        domain = domain or known.by_code[code.lower()]
        synonyms = {one: row[f"synonyms_{one}"] for one in LANGUAGES if f"synonyms_{one}" in row}
        if set_synonyms(domain, synonyms) and outcome == "unchanged":
            outcome = "changed"
        if "parent" in row:
            self.parents[row.number] = (row, domain.id, row["parent"], outcome)
        if outcome != "unchanged":
            record(self.viewer, "domain.added" if outcome == "new" else "domain.changed", domain)
            tell_search("domain", domain.id)
        return outcome

    def _match(self, row: Row, code: str, known: _Known) -> Domain | None:
        external_id = row.get("external_id")
        if external_id and external_id in known.by_id:
            return known.by_id[external_id]
        same = known.by_code.get(code.lower())
        return same if same is not None and (not external_id or same.external_id is None) else None

    def _new(self, code: str, values: dict[str, Any], known: _Known) -> Outcome:
        values["code"] = code
        values["name_en"] = values.get("name_en") or values.get("name_nl") or code
        values["name_nl"] = values.get("name_nl") or values["name_en"]
        domain = Domain(id=new_id(), terms=[], **values)
        session().add(domain)
        known.by_code[code.lower()] = domain
        return "new"

    def _changed(self, domain: Domain, row: Row, values: dict[str, Any]) -> Outcome:
        if row.get("external_id") in (None, domain.id):
            values.pop("external_id", None)
        before = called(domain)
        if not take_over(domain, values):
            return "unchanged"
        session().flush()
        note_called(domain, before)
        return "changed"

    def set_parents(self) -> None:
        """Once all domains are there. A ring is cut where it would close."""
        words = {word for _row, _id, word, _was in self.parents.values() if word}
        known = _found(words, words)
        ids = [domain_id for _row, domain_id, _word, _was in self.parents.values()]
        domains = {one.id: one for one in session().scalars(select(Domain).where(Domain.id.in_(ids)))}
        above = {row[0]: row[1] for row in session().execute(select(Domain.id, Domain.parent_id))}
        for row, domain_id, word, was in self.parents.values():
            parent = (known.by_id.get(word) or known.by_code.get(word.lower())) if word else None
            if word and (parent is None or _closes_a_ring(domain_id, parent.id, above)):
                why = _("No domain is known by this that it can stand under, so it stands at the top.")
                self.report.warning(row, "parent", word, why)
                parent = None
            above[domain_id] = parent.id if parent else None
            if take_over(domains[domain_id], {"parent_id": above[domain_id]}) and was == "unchanged":
                self.report.changed(row)
        session().flush()


def _closes_a_ring(domain_id: str, parent_id: str, above: dict[str, str | None]) -> bool:
    at: str | None = parent_id
    seen: set[str] = set()
    while at is not None and at not in seen:
        if at == domain_id:
            return True
        seen.add(at)
        at = above.get(at)
    return False


def _found(ids: set[str], codes: set[str]) -> _Known:
    """Domains by external or own id, and by code in small letters."""
    known = _Known({}, {})
    coded = func.lower(Domain.code).in_({code.lower() for code in codes})
    query = select(Domain).where(or_(Domain.external_id.in_(ids), Domain.id.in_(ids), coded))
    for one in session().scalars(query):
        known.by_code[one.code.lower()] = one
        known.by_id |= {one.id: one, one.external_id or one.id: one}
    return known


def _columns(row: Row) -> dict[str, Any]:
    names = ("external_id", "code", "name_nl", "name_en", "name_fr", "description")
    return {name: row[name] for name in names if name in row and (row[name] or name not in _SILENT)}


def _code(row: Row) -> str:
    """The code, or what is made in its place of a name."""
    given = row.get("code")
    source = row.get("name_en") or row.get("name_nl") or ""
    return str(given) if given else re.sub(r"[^a-z0-9]+", "-", str(source).lower()).strip("-")[:60]


def load(viewer: Viewer, rows: Iterator[Row], report: Report) -> None:
    """Take domains in."""
    require(viewer, "domain.keep")
    loading = _Loading(viewer, report)
    load_in_batches(rows, report, prepare=loading.prepare, save=loading.save)
    loading.set_parents()


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All domains."""
    require(viewer, "domain.read")
    domains = session().scalars(select(Domain).order_by(Domain.code)).all()
    named = {one.id: own_id(one) for one in domains}
    for one in domains:
        yield row_of(one, named.get(one.parent_id or ""))


def row_of(one: Domain, parent: str | None) -> dict[str, Any]:
    """A domain under the names of FIELDS."""
    return (
        {name: getattr(one, name) for name in ("code", "name_nl", "name_en", "name_fr", "description")}
        | {"external_id": own_id(one), "parent": parent}
        | {f"synonyms_{language}": one.synonyms(language) for language in LANGUAGES}
    )


# Themes of foreign policy in three languages, to begin with: written for this product.
SEED = Path(__file__).parent / "foreign_policy.csv"


def skos_rows(viewer: Viewer, name: str, data: bytes) -> tuple[BinaryIO, list[str]]:
    """A SKOS file as rows for the import (JSON lines), and what could not be taken over as it is."""
    require(viewer, "domain.keep")
    known = session().execute(select(Domain.id, Domain.external_id, Domain.code)).all()
    ids = {name for row in known for name in (row.id, row.external_id) if name}
    rows, told = skos.read(name, data, ids, [row.code for row in known if row.external_id])
    return _lines(rows), told


def seed_rows(viewer: Viewer) -> BinaryIO:
    """Those of the seeded themes that are not there yet, as rows for the import: what people changed is left alone."""
    require(viewer, "domain.keep")
    there = {code.lower() for code in session().scalars(select(Domain.code))}
    return _lines([row for row in seeded() if row["code"].lower() not in there])


def seeded() -> list[dict[str, str]]:
    """The seeded themes as they stand in the file, broader ones first."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _lines(rows: list[dict[str, Any]]) -> BinaryIO:
    return io.BytesIO("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())


def export_skos(viewer: Viewer, path: Path) -> int:
    """All domains as SKOS; says how many."""
    return skos.write(dump(viewer), path)


KINDS = (
    Kind("domains", FIELDS, load, dump, natural_keys=(("code",), ("name_en",), ("name_nl",))),
    positions_exchange.KIND,
)
