"""What notes hold of a contact: plans to introduce, and names in texts. contacts/following.py says what this is for."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Delete, delete, inspect, select, update

from expertise.access.viewer import Viewer, system
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import changed_rows, session
from expertise.base.findable import tell_search
from expertise.base.striking import STRUCK, strike_in, strike_in_document
from expertise.handovers.models import (
    Frozen,
    Handover,
    HandoverDossier,
    HandoverRelation,
    ReadBack,
    SectionText,
    WeekOneItem,
)
from expertise.handovers.models_beside import Struck
from expertise.handovers.note import canonical, hash_of

HANDOVER_TEXTS = (
    *("situation_line", "reachable_how", "advice", "tips", "differently"),
    *("achievements", "obstacles", "to_headquarters", "to_domain"),
)
ITEM_TEXTS = ("partners", "budget", "difficulties", "contingency", "opposition", "tried_failed")


class Introductions:
    """The plans of introducing a contact."""

    def move(self, lost: str, kept: str) -> list[str]:
        """Plans for one become plans for the other; of a note that has both, each keeps its own until they part."""
        both = select(HandoverRelation.handover_id).where(HandoverRelation.contact_id == kept)
        query = select(HandoverRelation.id).where(HandoverRelation.contact_id == lost)
        moved = list(session().scalars(query.where(HandoverRelation.handover_id.not_in(both))))
        session().execute(update(HandoverRelation).where(HandoverRelation.id.in_(moved)).values(contact_id=kept))
        return moved

    def put_back(self, moved: list[str], lost: str, kept: str) -> None:
        """They go back."""
        back = update(HandoverRelation).where(HandoverRelation.id.in_(moved), HandoverRelation.contact_id == kept)
        session().execute(back.values(contact_id=lost))

    def give(self, viewer: Viewer, contact_id: str) -> dict[str, Any]:
        """How and when a successor was to be introduced to them, and why they matter."""
        query = select(HandoverRelation).where(HandoverRelation.contact_id == contact_id)
        rows = session().scalars(query.order_by(HandoverRelation.planned_on))
        return {
            "introductions": [
                {"plan": one.plan, "planned_on": one.planned_on, "done_on": one.done_on, "why": one.why} for one in rows
            ]
        }

    def forget(self, contact_id: str, names: Iterable[str]) -> int:
        """The plans go, and their name from all texts; also from what was frozen, which is sealed anew, and says so."""
        listed = list(names)
        gone = _gone(delete(HandoverRelation).where(HandoverRelation.contact_id == contact_id))
        texts = (
            (Handover, HANDOVER_TEXTS),
            (HandoverDossier, ITEM_TEXTS),
            (HandoverRelation, ("why",)),
            (SectionText, ("text",)),
            (WeekOneItem, ("text",)),
            (ReadBack, ("text", "correction")),
            (Frozen, ("reason",)),
        )
        rows = [one for model, columns in texts for one in strike_in(model, columns, listed)]
        frozen = strike_in_document(Frozen, "content", listed)
        # Before anything is flushed: what each said until now.
        before = {one.id: (inspect(one).attrs.content.history.deleted or (one.content,))[0] for one in frozen}
        for one in frozen:
            _reseal(one, contact_id, before[one.id])
        for handover_id in {_note_of(one) for one in (*rows, *frozen)}:
            tell_search("handover", handover_id)
        return gone + len(rows) + len(frozen)


def strike_notes(names: list[str]) -> int:
    """These names go from all notes, whoever they are of; registered with base/striking.py."""
    return Introductions().forget("", names)


def _reseal(frozen: Frozen, contact_id: str, before: Any) -> None:
    """Take the relation out as well, and keep on record that, when and how much was struck: with both hashes.

    A note that had been altered before keeps its hash: to strike something must not wash that away.
    """
    handover, content = frozen.handover, frozen.content
    left = [item for item in content.get("relations", []) if item["id"] != contact_id]
    passages = canonical(content).count(STRUCK.encode()) - canonical(before).count(STRUCK.encode())
    frozen.content = content | {"relations": left}
    old = handover.content_hash or ""
    if hash_of(before) == old:
        handover.content_hash = hash_of(frozen.content)
    new = handover.content_hash or ""
    session().add(Struck(handover_id=handover.id, passages=passages, old_hash=old, new_hash=new, at=clock.now()))
    session().flush()
    record(system(), "handover.struck", handover, places=passages, old=old, hash=new)


def _note_of(row: Any) -> str:
    return str(row.id if isinstance(row, Handover) else row.handover_id)


def _gone(query: Delete) -> int:
    """How many rows it took away."""
    return changed_rows(query)
