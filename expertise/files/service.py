"""Verbs: add a file to a record, remove it, and what becomes of files whose record goes."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import is_full, session
from expertise.base.errors import NotFound
from expertise.base.findable import tell_search
from expertise.files import owners
from expertise.files.checking import Checked, Unfit
from expertise.files.models import PENDING, Content, File
from expertise.files.owners import Attached, Owner
from expertise.files.wiring import the_files


def add_file(viewer: Viewer, owner: Owner, checked: Checked) -> File:
    """Keep a file that was looked at, and name it at its record. Its content is on the disk before its row is."""
    owner = _held(owner)
    require(viewer, "file.add", owner)
    _refuse_over_quota(owner, checked)
    try:
        the_files().store.put(checked.stream, checked.sha256, session())
    except OSError as why:
        if is_full(why):
            raise Unfit("no_room") from None
        raise
    _keep_content(checked)
    file = File(
        owner_kind=owner.kind,
        owner_id=owner.id,
        name=checked.name,
        kind=checked.kind,
        sha256=checked.sha256,
        added_by_id=viewer.person_id,
    )
    session().add(file)
    session().flush()
    record(viewer, "file.added", Attached(file, owner), bytes=checked.size)
    tell_search("file", file.id)
    return file


def _held(owner: Owner) -> Owner:
    found = owners.held(owner)
    if found is None:
        raise NotFound(owner.id)
    return found


def _refuse_over_quota(owner: Owner, checked: Checked) -> None:
    used = session().scalar(
        select(func.coalesce(func.sum(Content.size), 0))
        .join(File, File.sha256 == Content.sha256)
        .where(File.owner_kind == owner.kind, File.owner_id == owner.id)
    )
    most = the_files().quota
    if (used or 0) + checked.size > most:
        raise Unfit("quota", most=most // 1024 // 1024)


def _keep_content(checked: Checked) -> None:
    content = _find_content(checked.sha256)
    if content is None:
        content = Content(sha256=checked.sha256, size=checked.size)
        try:
            with session().begin_nested():
                session().add(content)
        except IntegrityError:
            # Somebody added the same content in this very moment.
            content = _find_content(checked.sha256)
            if content is None:
                raise
    if checked.state != PENDING:
        describe(content, checked)


def _find_content(sha256: str) -> Content | None:
    return session().scalar(select(Content).where(Content.sha256 == sha256).with_for_update())


def describe(content: Content, checked: Checked) -> None:
    """Note what was found in a content; all files that name it can be given out and found from now on."""
    was_pending = content.state == PENDING
    content.state, content.text, content.language = checked.state, checked.text, checked.language
    content.pages = checked.pages
    session().flush()
    if was_pending:
        for file_id in session().scalars(select(File.id).where(File.sha256 == content.sha256)):
            tell_search("file", file_id)


def remove_file(viewer: Viewer, attached: Attached) -> None:
    """Remove a file from its record; its content goes with the last file that names it."""
    attached = Attached(attached.file, _held(attached.owner))
    require(viewer, "file.remove", attached)
    record(viewer, "file.removed", attached)
    drop(attached.file)


def remove_all_of(viewer: Viewer, owner: Owner) -> int:
    """Remove the files of a record that is itself being removed; for the room that removes it. Says how many."""
    files = session().scalars(select(File).where(File.owner_kind == owner.kind, File.owner_id == owner.id)).all()
    for file in files:
        record(viewer, "file.removed", Attached(file, owner))
        drop(file)
    return len(files)


def drop(file: File) -> None:
    """A file goes, and its content with the last one that names it; whoever calls this has asked whether it may."""
    sha256 = file.sha256
    content: Any = _find_content(sha256) if sha256 else None
    session().delete(file)
    session().flush()
    tell_search("file", file.id)
    if content is not None:
        drop_unnamed(content.sha256)


def refuse_pending(content: Content, code: str) -> None:
    """A content that had to wait is refused after all: it goes, and its files say why."""
    files = session().scalars(select(File).where(File.sha256 == content.sha256)).all()
    for file in files:
        file.sha256, file.refused = None, code
    session().flush()
    drop_unnamed(content.sha256)


def drop_unnamed(sha256: str) -> None:
    """Forget a content that no file names any more; its bytes go after the commit."""
    named = session().scalar(select(func.count()).where(File.sha256 == sha256))
    if not named:
        session().execute(delete(Content).where(Content.sha256 == sha256))
        the_files().leave(sha256)
