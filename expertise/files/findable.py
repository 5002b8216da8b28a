"""What search may show of files: name and text, to exactly those who may read the record that a file belongs to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from expertise.base.database import session
from expertise.base.findable import Findable, Source
from expertise.files import owners
from expertise.files.models import Content, File
from expertise.files.owners import Owner


def load(ids: Iterable[str]) -> Iterator[Findable]:
    """The pieces of these files; one that was not looked at yet has none."""
    query = select(File).where(File.id.in_(list(ids)))
    files = session().scalars(query.options(joinedload(File.content).options(undefer(Content.text)))).all()
    by_kind: dict[str, set[str]] = defaultdict(set)
    for file in files:
        by_kind[file.owner_kind].add(file.owner_id)
    found = {kind: owners.load(kind, owner_ids) for kind, owner_ids in by_kind.items()}
    for file in files:
        owner = found[file.owner_kind].get(file.owner_id)
        if owner is not None and file.ready:
            yield _piece(file, owner)


def _piece(file: File, owner: Owner) -> Findable:
    assert file.content
    return Findable(
        kind="file",
        id=file.id,
        title=file.name,
        url=f"/files/{file.id}",
        readers=owner.readers,
        # A file is also found by the record that it belongs to.
        summary=owner.title,
        body=file.content.text,
        language=file.content.language,
        date=file.created_at.date(),
        subkind=file.kind,
        post=owner.post,
        dossier=owner.dossier,
        author=file.added_by_id,
        domains=owner.domains,
        names=(file.name,),
    )


def ids() -> Iterator[str]:
    """All of them, for a rebuild."""
    yield from session().scalars(select(File.id))


SOURCES = (Source("file", load, ids),)
