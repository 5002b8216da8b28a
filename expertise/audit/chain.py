"""The chain of events, as arithmetic: what an event says, its stamp, its link, and where a chain breaks. No database.

The stamp proves that the application wrote an event; the link, a hash of the link before and of the event, that it
stands where it stood. Why both: docs/adr/0084. A row is an event, or anything with its columns as attributes.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

FIRST = "0" * 64  # what the first event is linked to
STRUCK = "="  # before a hash in `address_key`: the address was struck
ERASED = "person.erased"
GONE = "event.gone"  # what the process that wrote an event says when it finds it no more


@dataclass(frozen=True)
class Head:
    """The end of a chain: how many events it has, and the last link."""

    sealed: int = 0
    link: str = FIRST


@dataclass(frozen=True)
class Break:
    """The first place at which a chain is not what it was: the place in the chain, the event's number, and why."""

    place: int
    number: int | None
    why: str

    def __str__(self) -> str:
        return f"at place {self.place}" + (f" (event {self.number})" if self.number else "") + f": {self.why}"


def address_proof(row: Any) -> str:
    """By what the chain knows where somebody was: salted, so that it can be struck and not be guessed."""
    if row.address_key.startswith(STRUCK):
        return str(row.address_key.removeprefix(STRUCK))
    return hashlib.sha256(f"{row.address_key}:{row.address}".encode()).hexdigest()


def content_of(row: Any) -> str:
    """What an event says, in the one way in which it is hashed: who, what, when, on what, result, from where."""
    said = [
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.person_id,
        row.account_id,
        row.action,
        row.object_kind,
        row.object_id,
        row.result,
        row.details,
        address_proof(row),
    ]
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def stamp_of(key: bytes, row: Any) -> str:
    """What only the application can make. Without the number, which the database gives."""
    return hmac.new(key, content_of(row).encode(), hashlib.sha256).hexdigest()


def is_stamped(key: bytes, row: Any) -> bool:
    """Whether the application wrote it as it stands there."""
    return hmac.compare_digest(row.stamp, stamp_of(key, row))


def link_of(before: str, row: Any) -> str:
    """The link of an event behind that of the one before."""
    return hashlib.sha256(f"{before}:{row.number}:{content_of(row)}".encode()).hexdigest()


def follow(rows: Iterable[Any], erased: Collection[str], expected: Head | None) -> tuple[Head, Break | None]:
    """Walk the events in the order of their places: the end that was reached, and where the chain breaks.

    `erased` are ids of people whose addresses may be gone; `expected` is a head that was kept elsewhere.
    """
    end, missed = Head(), None
    for row in rows:
        place = end.sealed + 1
        if row.sealed != place:
            return end, Break(place, None, f"an event is missing, or was moved: place {row.sealed} follows")
        if row.link != link_of(end.link, row):
            return end, Break(place, row.number, "it was changed, put in, moved, or stood behind another one")
        if row.address_key.startswith(STRUCK) and (row.address or row.person_id not in erased):
            return end, Break(place, row.number, "its address was taken away or changed, and nobody was erased")
        if row.action == GONE:
            missed = missed or Break(place, row.details["number"], "it was taken away or changed before it was linked")
        end = Head(place, row.link)
        if expected and expected.sealed == place and expected.link != row.link:
            return end, Break(place, row.number, "the chain was written anew: the head that was kept has another link")
    if expected and expected.sealed > end.sealed:
        why = f"the end was cut off: the head that was kept stands at place {expected.sealed}"
        return end, Break(end.sealed + 1, None, why)
    return end, missed
