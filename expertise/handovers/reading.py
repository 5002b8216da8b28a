"""How each dossier of a note stands for whoever reads: what was read back, what waits, what changed since."""

from dataclasses import dataclass

from expertise.access.rules import allowed
from expertise.access.viewer import Viewer
from expertise.handovers import queries
from expertise.handovers.models import ReadBack
from expertise.handovers.note import DossierItem
from expertise.handovers.queries import Shown
from expertise.handovers.receiving import to_read_back

MUST_READ_BACK = (1, 2)


@dataclass(frozen=True)
class Reading:
    """A dossier in the reader's hands. `state`: confirmed, corrected, waits, to_do, optional or none."""

    item: DossierItem
    state: str
    read_backs: list[ReadBack]
    changed: bool = False
    may_write: bool = False  # a read-back
    readable: bool = False  # the dossier itself, as it is now


@dataclass(frozen=True)
class Readings:
    """All of them, and whether this viewer may take the note over."""

    rows: list[Reading]
    receives: bool  # this viewer is asked to read back and receive
    received: bool  # and has done so
    may_receive: bool

    def count(self, *states: str) -> int:
        """How many dossiers are in these states."""
        return sum(one.state in states for one in self.rows)


def readings_of(viewer: Viewer, shown: Shown) -> Readings:
    """The dossiers of the note with what was read back of each."""
    handover = shown.handover
    if handover.id is None:
        return Readings([Reading(one, "none", []) for one in shown.note.dossiers], False, False, False)
    told = queries.read_backs_of(viewer, handover)
    receives = not viewer.is_system and allowed(viewer, "handover.receive", handover)
    received = any(one.person_id == viewer.person_id for one in queries.receipts_of(viewer, handover))
    asked = receives and not received
    changed = queries.changed_since(viewer, shown)
    readable = queries.readable_dossiers(viewer, shown.note)
    rows = [
        Reading(
            item=item,
            state=_state(item, told.get(item.id, []), viewer if asked else None),
            read_backs=told.get(item.id, []),
            changed=item.id in changed,
            may_write=asked,
            readable=item.id in readable,
        )
        for item in shown.note.dossiers
    ]
    needed = set(to_read_back(viewer, handover, shown.note)) if asked else set()
    undone = any(one.item.id in needed and one.state == "to_do" for one in rows)
    return Readings(rows, receives, received, asked and handover.frozen_at is not None and not undone)


def _state(item: DossierItem, told: list[ReadBack], asked: Viewer | None) -> str:
    """Of the latest read-back; of the viewer's own where it is the viewer who is asked."""
    relevant = [one for one in told if asked is None or one.person_id == asked.person_id]
    if relevant:
        latest = relevant[0]
        return "waits" if latest.waits else "confirmed" if latest.confirmed else "corrected"
    if asked is None:
        return "none"
    return "to_do" if item.urgency in MUST_READ_BACK else "optional"
