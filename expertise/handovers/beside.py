"""What the page of a note shows beside it, gathered once: remarks, what changed since, and whether a score is asked."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from expertise.access.rules import allowed
from expertise.access.viewer import Viewer
from expertise.handovers.models import LESSONS
from expertise.handovers.models_beside import Remark, Scoring
from expertise.handovers.queries import Shown
from expertise.handovers.queries_beside import remarks_of, score_from, scoring_of
from expertise.handovers.since import NOTHING, Since, changed_since
from expertise.handovers.words import SECTION_NAMES


@dataclass(frozen=True)
class Beside:
    """Beside a note, for one viewer."""

    remarks: list[Remark]
    since: Since
    may_remark: bool
    score_from: date | None  # from when this viewer may score; None: not asked of them
    scoring: Scoring | None


def beside_of(viewer: Viewer, shown: Shown) -> Beside:
    """What stands beside the note before this viewer's eyes."""
    handover = shown.handover
    if handover.id is None:
        return Beside([], NOTHING, False, None, None)
    receives = not viewer.is_system and allowed(viewer, "handover.receive", handover)
    return Beside(
        remarks=remarks_of(viewer, shown),
        since=changed_since(viewer, shown),
        may_remark=not viewer.is_system and allowed(viewer, "handover.remark", handover),
        score_from=score_from(viewer, handover) if receives else None,
        scoring=scoring_of(viewer, handover) if receives else None,
    )


def places_of(shown: Shown) -> dict[str, str]:
    """Where a remark can stand: "7" or "2:<dossier>", by name."""
    found = {
        str(number): f"{number} {name}"
        for number, name in SECTION_NAMES.items()
        if number != LESSONS or shown.sees_lessons
    }
    inside = {f"2:{one.id}": _("2 Dossier: %(title)s", title=one.title) for one in shown.note.dossiers}
    return dict(sorted((found | inside).items(), key=lambda item: int(item[0].partition(":")[0])))


def name_of_place(shown: Shown, remark: Remark) -> str:
    """The name of a section, or of a dossier."""
    item = shown.note.dossier(remark.dossier_id) if remark.dossier_id else None
    return item.title if item else str(SECTION_NAMES[remark.number])
