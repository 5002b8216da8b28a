"""Pointers: that something above the ceiling exists, its marking, in which system, and which position to ask."""

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import session
from expertise.base.errors import NotFound, Refused
from expertise.dossiers.models import SECRET_MARKINGS, Dossier, DossierPointer
from expertise.posts.models import Position

_OF_DOSSIER = (
    select(DossierPointer)
    .where(DossierPointer.dossier_id == bindparam("dossier"))
    .order_by(DossierPointer.noted_at, DossierPointer.id)
)


def pointers_of(viewer: Viewer, dossier: Dossier) -> list[DossierPointer]:
    """The pointers of a dossier, the first noted first."""
    require(viewer, "dossier.read", dossier)  # its readers are those of its pointers
    return list(session().scalars(_OF_DOSSIER, {"dossier": dossier.id}))


def get_pointer(viewer: Viewer, dossier_id: str, pointer_id: str, *, action: str = "pointer.read") -> DossierPointer:
    """One pointer of that dossier."""
    pointer = session().get(DossierPointer, pointer_id)
    if pointer is None or pointer.dossier_id != dossier_id:
        raise NotFound(pointer_id)
    require(viewer, action, pointer)
    return pointer


def note_pointer(
    viewer: Viewer, dossier: Dossier, *, marking: str, system: str, position: Position, reference: str = ""
) -> DossierPointer:
    """Say that a document exists which is not kept here."""
    require(viewer, "entry.add", dossier)
    if marking not in SECRET_MARKINGS:
        raise Refused(_("This is not one of the choices."), "marking")
    if not system.strip():
        raise Refused(_("Name the system in which it is kept."), "system")
    pointer = DossierPointer(
        dossier_id=dossier.id,
        marking=marking,
        system=system,
        reference=reference,
        position=position,
        noted_by_id=viewer.person_id,
    )
    session().add(pointer)
    session().flush()
    record(viewer, "pointer.noted", pointer, dossier=dossier.id)
    return pointer


def drop_pointer(viewer: Viewer, pointer: DossierPointer) -> None:
    """Take it away, where the document is gone or was noted by mistake."""
    require(viewer, "pointer.drop", pointer)
    record(viewer, "pointer.dropped", pointer, dossier=pointer.dossier_id)
    session().delete(pointer)
