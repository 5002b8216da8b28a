"""Files at handovers: what the room below needs to know of a note, and the panel on its page."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.panels import Panel
from expertise.files.owners import Owner, OwnerKind, register
from expertise.files.panels import panel_of
from expertise.handovers.models import Handover
from expertise.posts.models import Position, Posting


def owner_of(handover: Handover) -> Owner:
    """Who reads the note reads its files. The leaver adds and removes them until it is frozen; then they stay."""
    posting = handover.posting
    return Owner(
        kind="handover",
        id=handover.id,
        title=f"{posting.person.name}, {posting.position.title(handover.language)}",
        url=f"/handovers/{handover.id}",
        readers=handover.readers,
        adders=handover.writers,
        keepers=handover.writers,
        closed=handover.frozen_at is not None,
        post=posting.position.post.code,
    )


def load(ids: Iterable[str]) -> Iterator[Owner]:
    """These notes, as owners of files."""
    posting = joinedload(Handover.posting, innerjoin=True)
    query = select(Handover).where(Handover.id.in_(list(ids)))
    query = query.options(posting.joinedload(Posting.person), posting.joinedload(Posting.position))
    for handover in session().scalars(query):
        yield owner_of(handover)


def _of_person(person_id: str) -> Select[str]:
    return select(Handover.id).join(Handover.posting).where(Posting.person_id == person_id)


def _at_post(post_id: str) -> Select[str]:
    return select(Handover.id).join(Handover.posting).join(Posting.position).where(Position.post_id == post_id)


def _lock(handover_id: str) -> None:
    """Freezing waits for a file that is being added, and the other way round."""
    row = select(Handover).where(Handover.id == handover_id).with_for_update()
    session().scalar(row, execution_options={"populate_existing": True})


register(OwnerKind("handover", load, follows={"person": _of_person, "post": _at_post}, lock=_lock))


def files_of_handover(viewer: Viewer, handover: Handover) -> list[Panel]:
    """The attachments of a note; none where nobody wrote in it yet."""
    panel = panel_of(viewer, owner_of(handover)) if handover.id else None
    return [panel] if panel else []
