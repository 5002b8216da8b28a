"""Text on its way: one row per window in which somebody writes."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base import clock
from expertise.base.database import ID_LENGTH, Identified, Model

# As a form sends them: name -> values (none of them: an empty box). The version that was read is one of them.
Fields = dict[str, list[str]]


class Draft(Identified, Model):
    """What stands in a form in one window (its id is that window's), not saved yet.

    Once it was saved or thrown away its row stays for a day, empty and closed: an autosave that was under way must
    not bring it back.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_account_id_address", "account_id", "address"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    address: Mapped[str] = mapped_column(String(300))  # of the form: a path, with a fragment where a page has several
    fields: Mapped[Fields] = mapped_column(JSON)
    sequence: Mapped[int] = mapped_column(BigInteger)  # counted by the window; what is not higher comes too late
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    closed_at: Mapped[datetime | None]
    # The draft that was put back into this window, as it was then.
    origin_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    origin_sequence: Mapped[int | None] = mapped_column(BigInteger)
