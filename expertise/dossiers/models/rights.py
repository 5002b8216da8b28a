"""Who may read and change what somebody put into a dossier."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Mapped

from expertise.access.tokens import ids_in
from expertise.dossiers.models.dossier import Dossier, DossierReader


class OfDossier:
    """Read as its dossier is; changed by who put it there (the column `put_by`) and by who keeps the dossier."""

    put_by: ClassVar[str]
    if TYPE_CHECKING:
        dossier_id: Mapped[str]
        dossier: Mapped[Dossier]

    @property
    def readers(self) -> frozenset[str]:
        """Those of its dossier."""
        return self.dossier.readers

    @classmethod
    def readers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return exists().where(DossierReader.dossier_id == cls.dossier_id, DossierReader.token.in_(list(tokens)))

    @property
    def editors(self) -> frozenset[str]:
        """Who put it there, and who keeps the dossier."""
        person_id = getattr(self, self.put_by)
        own = {f"person:{person_id}"} if person_id else set()
        return self.dossier.keepers | own

    @classmethod
    def editors_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        kept = select(Dossier.id).where(Dossier.keepers_meet(tokens))
        return or_(getattr(cls, cls.put_by).in_(ids_in(tokens, "person")), cls.dossier_id.in_(kept))
