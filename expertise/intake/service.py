"""Bringing a table in: a trial with a report per row first, then the deed with the same file."""

from io import BytesIO
from typing import Any, BinaryIO

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

# Reading SKOS takes some seconds of processor for each of these.
MOST_SKOS_BYTES = 2 * 1024 * 1024


def try_out(viewer: Viewer, sort: Sort, content: bytes, name: str) -> IntakeFile:
    """Import and undo it, and keep the file and what would come of it."""
    require(viewer, sort.action)
    if sort.name == "domains" and skos.is_skos(name) and len(content) > MOST_SKOS_BYTES:
        raise Refused(_("A SKOS file over 2 MB is imported on the server: expertise import domains FILE."), "file")
    report = _import(viewer, sort, content, name, dry_run=True)
    file = keep(IntakeFile(person_id=viewer.person_id, kind=sort.name, name=name, content=content), report)
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
    report = _import(viewer, SORTS[file.kind], file.content, file.name, keep_good=keep_good)
    if report.may_commit:
        file.report, file.taken_at = report.told(), clock.now()
        record(viewer, "intake.taken", file, read=report.read, new=report.counts["new"])
    return report


def to_mend(viewer: Viewer, file: IntakeFile) -> tuple[str, bytes]:
    """The rows that have an error, to be mended and brought in: the form that they are written in, and the file."""
    require(viewer, "intake.file", file)
    stream, name, _told = _as_table(viewer, SORTS[file.kind], file.content, file.name)
    return faulty_rows(SORTS[file.kind].kind.fields, stream, name, file.report["rows"])


def _import(viewer: Viewer, sort: Sort, content: bytes, name: str, **how: Any) -> Report:
    """The report of an import; what the report does not allow to be kept is undone."""
    try:
        stream, name, told = _as_table(viewer, sort, content, name)
    except TableError as error:
        return Report.refusing(sort.name, error.why, **how)
    report = try_import(lambda: run_import(sort.kind, viewer, stream, name=name, **how))
    for line in told:
        report.warning(None, None, None, line)
    return report


def _as_table(viewer: Viewer, sort: Sort, content: bytes, name: str) -> tuple[BinaryIO, str, list[str]]:
    """The file as rows, a name that tells their form, and what of SKOS could not be taken over as it is."""
    if sort.name == "domains" and skos.is_skos(name):
        rows, told = skos_rows(viewer, name, content)
        return rows, "skos.jsonl", told
    return BytesIO(content), name, []
