"""Which dossiers somebody watches, and up to where they have seen them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base import clock
from expertise.base.database import Model
from expertise.dossiers.models import Dossier
from expertise.people.models import Person


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
