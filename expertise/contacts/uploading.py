"""Importing from a page: a trial with a report per row first, then the deed with the same file."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import delete

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.tables import Report, TableError, refuse_marked, run_import, try_import
from expertise.contacts import exchange, vcards
from expertise.contacts.models import ContactUpload
from expertise.posts.models import Position

# A file that nobody came back for.
KEPT_FOR = timedelta(hours=24)


def try_out(viewer: Viewer, content: bytes, name: str, position: Position | None) -> ContactUpload:
    """Import and undo it, and keep the file and what would come of it."""
    require(viewer, "contact.add")
    report = _import(viewer, content, name, position, dry_run=True)
    refuse_marked(report)
    session().execute(delete(ContactUpload).where(ContactUpload.at < clock.now() - KEPT_FOR))
    upload = ContactUpload(
        person_id=viewer.person_id,
        position_id=position.id if position else None,
        name=name[:200],
        content=content,
        report=report.told(),
    )
    session().add(upload)
    session().flush()
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
    found = session().get(ContactUpload, upload_id)
    if found is None or found.at < clock.now() - KEPT_FOR:
        raise NotFound(upload_id)
    require(viewer, "contact.upload", found)
    return found


def _import(viewer: Viewer, content: bytes, name: str, position: Position | None, **how: Any) -> Report:
    """The report of an import; what the report does not allow to be kept is undone."""
    kind = exchange.kind_for(position, source=name)
    report = Report(kind.name, dry_run=how.get("dry_run", False), keep_good=how.get("keep_good", False))
    try:
        cards = vcards.is_vcard(name)
        stream, form = (vcards.as_rows(BytesIO(content)), "cards.jsonl") if cards else (BytesIO(content), name)
    except TableError as error:
        report.refuse(error.why)
        return report
    return try_import(lambda: run_import(kind, viewer, stream, name=form, **how))
