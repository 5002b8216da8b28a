"""Importing from a page: a trial with a report per row first, then the deed with the same file."""

from io import BytesIO
from typing import Any, BinaryIO

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import session
from expertise.base.tables import Report, TableError, faulty_rows, run_import, try_import
from expertise.base.uploads import find_upload, keep
from expertise.contacts import exchange, vcards
from expertise.contacts.models import ContactUpload
from expertise.posts.models import Position


def try_out(viewer: Viewer, content: bytes, name: str, position: Position | None) -> ContactUpload:
    """Import and undo it, and keep the file and what would come of it."""
    require(viewer, "contact.add")
    report = _import(viewer, content, name, position, dry_run=True)
    position_id = position.id if position else None
    upload = keep(
        ContactUpload(person_id=viewer.person_id, position_id=position_id, name=name, content=content), report
    )  # fmt: skip
    record(viewer, "contact.import_tried", upload, rows=report.read)
    return upload


def take_in(viewer: Viewer, upload: ContactUpload, position: Position | None, *, keep_good: bool) -> Report:
    """The deed. Where the report does not allow it, nothing is changed and the file waits on."""
    require(viewer, "contact.upload", upload)
    report = _import(viewer, upload.content, upload.name, position, keep_good=keep_good)
    if not report.may_commit:
        return report
    record(viewer, "contact.imported", upload, read=report.read, new=report.counts["new"])
    session().delete(upload)
    return report


def get_upload(viewer: Viewer, upload_id: str) -> ContactUpload:
    """A file that waits, for whoever put it there."""
    found = find_upload(ContactUpload, upload_id)
    require(viewer, "contact.upload", found)
    return found


def to_mend(viewer: Viewer, upload: ContactUpload) -> tuple[str, bytes]:
    """The rows that have an error, to be mended and brought in: the form that they are written in, and the file."""
    require(viewer, "contact.upload", upload)
    return faulty_rows(exchange.FIELDS, *_as_table(upload.content, upload.name), upload.report["rows"])


def _import(viewer: Viewer, content: bytes, name: str, position: Position | None, **how: Any) -> Report:
    """The report of an import; what the report does not allow to be kept is undone."""
    kind = exchange.kind_for(position, source=name)
    try:
        stream, form = _as_table(content, name)
    except TableError as error:
        return Report.refusing(kind.name, error.why, **how)
    return try_import(lambda: run_import(kind, viewer, stream, name=form, **how))


def _as_table(content: bytes, name: str) -> tuple[BinaryIO, str]:
    """The file as rows, and a name that tells their form."""
    stream = BytesIO(content)
    return (vcards.as_rows(stream), "cards.jsonl") if vcards.is_vcard(name) else (stream, name)
