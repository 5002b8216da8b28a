"""What a record has that is one person's own, so that the rule `owners` can be asked of it."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from expertise.access.tokens import ids_in


class Own:
    """A record of one person."""

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)

    @property
    def owners(self) -> frozenset[str]:
        """Whose it is."""
        return frozenset({f"person:{self.person_id}"})

    @classmethod
    def owners_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return cls.person_id.in_(ids_in(tokens, "person"))
