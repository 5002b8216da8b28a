"""Which fields a program may send, out of those of the rooms' own import."""

from expertise.base.tables import Field
from expertise.dossiers import entries_exchange, exchange
from expertise.dossiers.models import DOSSIER_TEXTS

POSITION = Field("position", longest=12, meaning="Id of a position of mine that keeps it; without one the first.")
DOSSIER_FIELDS = tuple(one for one in exchange.FIELDS if one.name in {*DOSSIER_TEXTS, "posts", "domains"})
NEW_DOSSIER_FIELDS = (
    *(one for one in exchange.FIELDS if one.name in {*DOSSIER_TEXTS, "posts", "domains", "external_id", "reach"}),
    POSITION,
)
WRITTEN = {"title", "body", "date", "language", "kind", "tags", "to_whom", "due_on"}
ENTRY_FIELDS = tuple(one for one in entries_exchange.FIELDS if one.name in WRITTEN)
NEW_ENTRY_FIELDS = tuple(
    one for one in entries_exchange.FIELDS if one.name in WRITTEN | {"post", "domains", "external_id"}
)
