"""Files in which a name stands: found by their own name and by the text that was read in them."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import session
from expertise.base.striking import struck
from expertise.files.models import Content, File
from expertise.files.service import drop
from expertise.files.wiring import the_files


def files_naming(names: Iterable[str]) -> list[File]:
    """The files that name one of these, whoever may read them; for whoever answers for what is kept of people."""
    listed = [one.strip() for one in names if one.strip()]
    longest = {max(one.split(), key=len) for one in listed}
    if not longest:
        return []
    text = or_(*(column.icontains(one, autoescape=True) for one in longest for column in (Content.text, File.name)))
    query = select(File, Content.text).outerjoin(Content, Content.sha256 == File.sha256).where(text)
    rows = session().execute(query.order_by(File.id)).all()
    return [file for file, said in rows if struck(f"{file.name} {said or ''}", listed) != f"{file.name} {said or ''}"]


def remove_naming(viewer: Viewer, names: Iterable[str]) -> list[str]:
    """Remove the files that name one of these from whatever they are at; gives their ids."""
    require(viewer, "contact.privacy")
    found = files_naming(names)
    for file in found:
        record(viewer, "file.erased", file)
        drop(file)
    return [one.id for one in found]


def copy_files(files: Iterable[File], folder: Path) -> None:
    """Copy files into a folder, each behind its id, as two may have one name."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in files:
        if one.sha256:
            shutil.copyfile(the_files().store.path(one.sha256), folder / f"{one.id}-{one.name}")
