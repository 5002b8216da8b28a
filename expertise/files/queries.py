"""Questions about files: which a record has, and one of them, for whoever may read its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.files import child, owners
from expertise.files.models import Content, File
from expertise.files.owners import Attached, Owner
from expertise.files.wiring import the_files
from expertise.files.words import DRAWN

SHOWN_TEXT = 20_000
_OF_OWNER = (
    select(File)
    .where(File.owner_kind == bindparam("kind"), File.owner_id == bindparam("owner"))
    .options(joinedload(File.added_by))
    .order_by(File.created_at.desc(), File.id)
)


@dataclass(frozen=True)
class Shown:
    """The text of a file as its page shows it."""

    text: str
    whole: bool
    language: str


def get_owner(viewer: Viewer, kind: str, owner_id: str, *, action: str) -> Owner:
    """A record that has files, for whoever may do `action` to it."""
    owner = owners.load(kind, [owner_id]).get(owner_id)
    if owner is None:
        raise NotFound(owner_id)
    require(viewer, "file.read", owner)
    require(viewer, action, owner)
    return owner


def files_of(viewer: Viewer, owner: Owner) -> Sequence[File]:
    """The files of a record, the latest first. One query."""
    require(viewer, "file.read", owner)
    return session().scalars(_OF_OWNER, {"kind": owner.kind, "owner": owner.id}).all()


def get_file(viewer: Viewer, file_id: str, *, action: str = "file.read") -> Attached:
    """One file with its record, for whoever may do `action` to it: nothing but its id leads to it, no hash, no path."""
    file = session().scalar(select(File).where(File.id == file_id).options(joinedload(File.added_by)))
    owner = owners.load(file.owner_kind, [file.owner_id]).get(file.owner_id) if file else None
    if file is None or owner is None:
        raise NotFound(file_id)
    attached = Attached(file, owner)
    require(viewer, "file.read", attached)
    require(viewer, action, attached)
    return attached


def text_of(viewer: Viewer, attached: Attached) -> Shown | None:
    """The beginning of what was read in a file; None where there is nothing."""
    require(viewer, "file.read", attached)
    if not attached.file.ready:
        return None
    query = select(Content.text, Content.language).where(Content.sha256 == attached.file.sha256)
    text, language = session().execute(query).one()
    return Shown(text[:SHOWN_TEXT], len(text) <= SHOWN_TEXT, language) if text.strip() else None


def content_of(viewer: Viewer, attached: Attached) -> Path:
    """Where the bytes of a file stand, for whoever may read it and once it was looked at."""
    require(viewer, "file.read", attached)
    if not attached.file.ready or attached.file.sha256 is None:
        raise NotFound(attached.id)
    path = the_files().store.path(attached.file.sha256)
    if not path.exists():
        # Removed in this very moment; or lost, which `expertise files check` says.
        raise NotFound(attached.id)
    return path


def picture_of(viewer: Viewer, attached: Attached, number: int) -> Path:
    """A page as a picture, drawn by the child once and kept; raises NotFound where there is none."""
    require(viewer, "file.read", attached)
    file, content = attached.file, attached.file.content
    if content is None or not file.ready or file.kind not in DRAWN or not 1 <= number <= content.pages:
        raise NotFound(attached.id)
    store = the_files().store
    kept = store.preview_path(content.sha256, number)
    if not kept.exists():
        try:
            with content_of(viewer, attached).open("rb") as stream:
                picture = child.ask(stream, "draw", file.kind, str(number))
        except (child.Busy, child.Slow, child.Died):
            raise NotFound(attached.id) from None
        kept = store.keep_preview(content.sha256, number, picture)
    return kept
