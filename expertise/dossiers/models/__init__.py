"""The tables of dossiers."""

from expertise.dossiers.models.dossier import (
    DOSSIER_TEXTS,
    EVERYONE,
    LANGUAGES,
    LONGEST_TITLE,
    MARKINGS,
    REACHES,
    STATUSES,
    URGENCIES,
    Dossier,
    DossierContact,
    DossierDomain,
    DossierPost,
    DossierReader,
    DossierRevision,
    DossierShare,
    Stewardship,
    readers_of,
)
from expertise.dossiers.models.entry import ENTRY_TEXTS, KINDS, OUTCOMES, Entry, EntryDomain, EntryRevision
from expertise.dossiers.models.pointer import SECRET_MARKINGS, DossierPointer
from expertise.dossiers.models.revisions import restored, snapshot

__all__ = [
    "DOSSIER_TEXTS",
    "ENTRY_TEXTS",
    "EVERYONE",
    "KINDS",
    "LANGUAGES",
    "LONGEST_TITLE",
    "MARKINGS",
    "OUTCOMES",
    "REACHES",
    "SECRET_MARKINGS",
    "STATUSES",
    "URGENCIES",
    "Dossier",
    "DossierContact",
    "DossierDomain",
    "DossierPointer",
    "DossierPost",
    "DossierReader",
    "DossierRevision",
    "DossierShare",
    "Entry",
    "EntryDomain",
    "EntryRevision",
    "Stewardship",
    "readers_of",
    "restored",
    "snapshot",
]
