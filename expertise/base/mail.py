"""Letters that wait to be sent: a row in the transaction of the change, and what becomes of it.

What a letter says is made when it is sent, and not before: the room whose letter it is registers a function, which
looks again at what the reader may see. base/post_office.py carries them away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base import clock
from expertise.base.database import ID_LENGTH, Identified, Model, changed_rows, session

# waiting; sending (handed to the server now); sent; dropped (nothing to tell any more); failed (refused, or tried too
# often); unknown (the process died while it was being handed over: not sent again, lest it come twice).
STATES = ("waiting", "sending", "sent", "dropped", "failed", "unknown")
KEPT_FOR = timedelta(days=30)


class Outgoing(Identified, Model):
    """A letter to an account. It holds no text and no address: those are made when it is sent."""

    __tablename__ = "outgoing"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','sending','sent','dropped','failed','unknown')", name="state"),
        Index("ix_outgoing_state_due_at", "state", "due_at"),
        Index("ix_outgoing_account_id_kind_record_id", "account_id", "kind", "record_id"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    record_id: Mapped[str] = mapped_column(String(ID_LENGTH), default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(String(200), default="")  # of the last failure


@dataclass(frozen=True)
class Letter:
    """What is sent: to whom, and what it says as plain text. `sent` runs in the transaction that notes the sending."""

    to: str
    subject: str
    text: str
    sent: Callable[[], object] | None = None


# None: there is nothing to tell any more, or nobody to tell it to.
Compose = Callable[[Outgoing], Letter | None]
_composers: dict[str, Compose] = {}


@dataclass(frozen=True)
class Post:
    """How letters leave: where to, from whom, and the address that links in them begin with."""

    url: str
    sender: str
    address: str


def set_up(app: Flask, post: Post) -> None:
    """Give the application its post."""
    app.extensions["mail"] = post


def the_post() -> Post:
    """How letters leave this application."""
    found: Post = current_app.extensions["mail"]
    return found


def is_on() -> bool:
    """Whether this installation sends mail."""
    return bool(the_post().url)


def letter(kind: str) -> Callable[[Compose], Compose]:
    """Register the function that makes the letters of a kind. A kind is taken once."""
    if kind in _composers:
        raise ValueError(f"there are letters of kind {kind} already")

    def register(compose: Compose) -> Compose:
        _composers[kind] = compose
        return compose

    return register


def compose(row: Outgoing) -> Letter | None:
    """The letter of a row as it would be now."""
    return _composers[row.kind](row)


def send_later(kind: str, account_id: str, record_id: str = "", *, due_at: datetime | None = None) -> None:
    """Note in this transaction that a letter is to go; one that waits already will say this too."""
    if not is_on():
        return
    same = select(Outgoing.id).where(
        Outgoing.account_id == account_id,
        Outgoing.kind == kind,
        Outgoing.record_id == record_id,
        Outgoing.state == "waiting",
    )
    if session().scalar(same.limit(1)) is None:
        session().add(Outgoing(kind=kind, account_id=account_id, record_id=record_id, due_at=due_at or clock.now()))


def counts() -> dict[str, int]:
    """How many letters there are in each state."""
    query = select(Outgoing.state, func.count()).group_by(Outgoing.state)
    found: dict[str, int] = {row[0]: row[1] for row in session().execute(query)}
    return {state: found.get(state, 0) for state in STATES}


def forget_old() -> int:
    """Strike out the rows of letters that ended long ago; says how many."""
    old = delete(Outgoing).where(Outgoing.ended_at < clock.now() - KEPT_FOR)
    return changed_rows(old)
