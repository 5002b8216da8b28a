"""The table of events."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base import clock
from expertise.base.database import ID_LENGTH, Model


class Event(Model):
    """One thing that somebody did. Never changed, never holds what was written or searched.

    How it is proved that nobody changed it is told in chain.py.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_object_kind_object_id", "object_kind", "object_id"),
        Index("ix_event_sealed", "sealed", unique=True),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    person_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    account_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(30), default="")
    object_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    result: Mapped[str] = mapped_column(String(20), default="done")
    address: Mapped[str] = mapped_column(String(45), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # By what the chain knows the address: a salt, or once the address was struck the hash of both.
    address_key: Mapped[str] = mapped_column(String(65), default="", server_default=text("''"))
    stamp: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    sealed: Mapped[int | None]  # its place in the chain, from 1 on
    link: Mapped[str | None] = mapped_column(String(64))
