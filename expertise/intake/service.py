"""Bringing a table in: a trial with a report per row first, then the deed with the same file."""

from io import BytesIO
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.errors import Refused
from expertise.base.tables import Report, TableError, faulty_rows, run_import, try_import
from expertise.base.uploads import keep
from expertise.domains import skos
from expertise.domains.exchange import seed_rows, skos_rows
from expertise.intake.kinds import SORTS, Sort
from expertise.intake.models import IntakeFile

MEGABYTE = 1024 * 1024
# Some 12,000 concepts: reading and trying out more of them may take longer than a proxy waits.
MOST_SKOS_BYTES = 4 * MEGABYTE


def try_out(viewer: Viewer, sort: Sort, content: bytes, name: str) -> IntakeFile:
    """Import and undo it, and keep the file and what would come of it; SKOS is kept as the rows that it was read as."""
    require(viewer, sort.action)
    told: list[str] = []
    file = IntakeFile(person_id=viewer.person_id, kind=sort.name, name=name, content=content)
    try:
        if sort.name == "domains" and skos.is_skos(name):
            file.content, told = _read_skos(viewer, content, name)
        report = _import(viewer, file, told, dry_run=True)
    except TableError as error:
        report = Report.refusing(sort.name, error.why, dry_run=True)
    keep(file, report, skos=told)
    record(viewer, "intake.tried", file, rows=report.read)
    return file


def try_seed(viewer: Viewer) -> IntakeFile | None:
    """The same with our own list of themes, as far as they are not there yet; None where they all are."""
    rows = seed_rows(viewer).read()
    return try_out(viewer, SORTS["domains"], rows, "expertise.jsonl") if rows else None


def take_in(viewer: Viewer, file: IntakeFile, *, keep_good: bool) -> Report | None:
    """The deed. Where the report does not allow it nothing is changed; None where it was done before."""
    require(viewer, "intake.file", file)
    if file.taken_at is not None:
        return None
    told = file.report.get("skos", [])
    report = _import(viewer, file, told, keep_good=keep_good)
    if report.may_commit:
        file.report, file.taken_at = report.told() | {"skos": told}, clock.now()
        record(viewer, "intake.taken", file, read=report.read, new=report.counts["new"])
    return report


def to_mend(viewer: Viewer, file: IntakeFile) -> tuple[str, bytes]:
    """The rows that have an error, to be mended and brought in: the form that they are written in, and the file."""
    require(viewer, "intake.file", file)
    return faulty_rows(SORTS[file.kind].kind.fields, BytesIO(file.content), file.name, file.report["rows"])


def _import(viewer: Viewer, file: IntakeFile, told: list[str], **how: Any) -> Report:
    """The report of an import; what the report does not allow to be kept is undone."""
    kind = SORTS[file.kind].kind
    report = try_import(lambda: run_import(kind, viewer, BytesIO(file.content), name=file.name, **how))
    for line in told:
        report.warning(None, None, None, line)
    return report


def _read_skos(viewer: Viewer, content: bytes, name: str) -> tuple[bytes, list[str]]:
    """SKOS as rows, and what of it could not be taken over as it is."""
    if len(content) > MOST_SKOS_BYTES:
        why = _("A SKOS file over %(most)s MB is imported on the server: expertise import domains FILE.",
                most=MOST_SKOS_BYTES // MEGABYTE)  # fmt: skip
        raise Refused(why, "file")
    rows, told = skos_rows(viewer, name, content)
    return rows.read(), told
