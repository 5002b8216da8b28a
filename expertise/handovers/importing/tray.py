"""Questions about what was brought in: the files, their pieces, and where a piece may go."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, selectinload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.handovers.importing.bringing_in import NOTE, TEXTS
from expertise.handovers.models import Handover
from expertise.handovers.models_beside import BroughtIn, Piece
from expertise.handovers.queries import Shown
from expertise.handovers.words import LESSON_NAMES, SECTION_NAMES


def brought_in(viewer: Viewer, handover: Handover) -> list[BroughtIn]:
    """The files with their pieces, the latest first. For the leaver only: it is her own draft."""
    require(viewer, "handover.write", handover)
    query = select(BroughtIn).where(BroughtIn.handover_id == handover.id).options(selectinload(BroughtIn.pieces))
    return list(session().scalars(query.order_by(BroughtIn.at.desc(), BroughtIn.id)))


def waiting_pieces(viewer: Viewer, handover: Handover) -> int:
    """How many pieces wait in the tray."""
    require(viewer, "handover.write", handover)
    query = select(func.count()).select_from(Piece).join(Piece.brought_in)
    return session().scalar(query.where(BroughtIn.handover_id == handover.id, Piece.state == "waits")) or 0


def get_piece(viewer: Viewer, handover: Handover, piece_id: str) -> Piece:
    """One piece of a note."""
    require(viewer, "handover.write", handover)
    query = select(Piece).join(Piece.brought_in).options(contains_eager(Piece.brought_in)).where(Piece.id == piece_id)
    found = session().scalar(query)
    if found is None or found.brought_in.handover_id != handover.id:
        raise NotFound(piece_id)
    return found


def targets_of(shown: Shown) -> dict[str, str]:
    """Where a piece may go, by name, in the order of the note."""
    found = {
        "1:line": f"1 {SECTION_NAMES[1]}",
        "1:thing": _("1 A thing to do in week 1"),
    }
    own = fields_of_dossier()
    for item in shown.note.dossiers:
        found |= {f"2:{item.id}:{name}": f"2 {item.title}: {label}" for name, label in own.items()}
    found |= {str(number): f"{number} {SECTION_NAMES[number]}" for number in TEXTS if number < 10}
    found |= {
        "10:advice": f"10 {_('Constraints, and ways round them')}",
        "10:tips": f"10 {_('Three tips to settle in')}",
        "10:differently": f"10 {_('What I would do differently')}",
        "11": f"11 {SECTION_NAMES[11]}",
        **{f"12:{name}": f"12 {label}" for name, label in LESSON_NAMES.items()},
    }
    return found


def fields_of_dossier() -> Mapping[str, str]:
    """What of a dossier is the leaver's own; what is shared with the dossier is written there."""
    return {
        "difficulties": _("Difficulties"),
        "contingency": _("If this happens, then …"),
        "opposition": _("Who was against, and why"),
        "tried_failed": _("Tried, and failed"),
        "partners": _("Partners"),
        "budget": _("Budget"),
        NOTE: _("A note in the dossier, for its readers at once"),
    }


def grouped(targets: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """The places by section or dossier, for a list with heads."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for target, name in targets.items():
        number, within, _rest = target.partition(":")
        if number == "2":
            # Closed, a list shows the choice without its head: the name of the dossier stands in both.
            head, label = name.rpartition(": ")[0], name.removeprefix("2 ")
        elif within:
            head, label = f"{number} {SECTION_NAMES[int(number)]}", name.removeprefix(f"{number} ")
        else:
            head, label = _("Sections of one text"), name
        groups.setdefault(head, []).append((target, label))
    return groups


def place_of(piece: Piece, targets: Mapping[str, str]) -> str:
    """Where a piece stands, in words."""
    number = piece.target.partition(":")[0]
    found = targets.get(piece.target) or targets.get(choice_for(piece.target))
    return found or (f"{number} {SECTION_NAMES[int(number)]}" if number.isdigit() else "")


def get_file(viewer: Viewer, handover: Handover, file_id: str) -> BroughtIn:
    """One file that was brought in."""
    require(viewer, "handover.write", handover)
    found = session().get(BroughtIn, file_id)
    if found is None or found.handover_id != handover.id:
        raise NotFound(file_id)
    return found


def choice_for(proposed: str) -> str:
    """The choice that a proposal means; a dossier without a field means a note in it."""
    number, _sign, rest = proposed.partition(":")
    if number == "2" and rest and ":" not in rest:
        return f"{proposed}:{NOTE}"
    return {"1": "1:thing", "10": "10:advice", "12": "12:achievements"}.get(proposed, proposed)
