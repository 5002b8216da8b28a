"""A piece to search for."""

from typing import Any

from expertise.base.findable import EVERYONE, Findable


def a_piece(identity: str, title: str = "", body: str = "", **fields: Any) -> Findable:
    """A piece that everyone may read, in Dutch, unless told otherwise."""
    fields = {"kind": "entry", "readers": EVERYONE, "language": "nl", "url": f"/entries/{identity}"} | fields
    return Findable(id=identity, title=title, body=body, **fields)
