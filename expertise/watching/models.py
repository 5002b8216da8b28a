"""Which dossiers and searches somebody watches, and up to where they have seen them."""

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base import clock
from expertise.base.database import Identified, Model
from expertise.dossiers.models import Dossier
from expertise.people.models import Person

LONGEST_WATCHED = 400


class Watch(Model):
    """A person watches a dossier. It gives no right: whoever may no longer read the dossier hears nothing of it.

    Up to where they saw it stands in `seen_`, up to where a letter told them in `told_`.
    """

    __tablename__ = "watch"
    __table_args__ = (Index("ix_watch_dossier_id", "dossier_id"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_version: Mapped[int]
    seen_closed: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime] = mapped_column(default=clock.now)
    told_version: Mapped[int]
    told_closed: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship()
    dossier: Mapped[Dossier] = relationship()


class WatchedSearch(Identified, Model):
    """A person wants to hear of what a search finds from now on.

    What was found and seen stands in `known`, as digests of keys, or None where nobody could look yet; what was found
    since in `fresh`, and what a letter named of that in `told`: keys of pieces, each judged again before anything is
    said of it.
    """

    __tablename__ = "watched_search"
    __table_args__ = (Index("ix_watched_search_person_id", "person_id"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(String(LONGEST_WATCHED))
    filters: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    # JSON's own null, so that the column needs none.
    known: Mapped[list[str] | None] = mapped_column(JSON, nullable=False, deferred=True)
    fresh: Mapped[list[str]] = mapped_column(JSON, default=list)
    told: Mapped[list[str]] = mapped_column(JSON, default=list)

    person: Mapped[Person] = relationship()

    @property
    def address(self) -> str:
        """Where it is asked again; a letter needs it without a request."""
        return "/search?" + urlencode({"q": self.text, **self.filters}, doseq=True)
