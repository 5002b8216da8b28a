"""Whether a password leaked somewhere, by a list that the installation keeps itself: nobody is asked over a network.

The list is that of haveibeenpwned.com as its downloader writes it: a line for each password with its SHA-1 in capitals,
a colon and how often it was seen, in order of the hash. A look takes some thirty steps, however long the list is.
"""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

_DIGITS = 40  # of a SHA-1


def is_leaked(password: str, listed: Path) -> bool:
    """Whether it stands in the list."""
    # How others wrote the list down; nothing of ours is kept or compared by it.
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with listed.open("rb") as lines:
        low, high = 0, os.fstat(lines.fileno()).st_size
        while low < high:
            middle = (low + high) // 2
            if _line_after(lines, middle)[:_DIGITS] < wanted:
                low = middle + 1
            else:
                high = middle
        return _line_after(lines, low)[:_DIGITS] == wanted


def _line_after(lines: BinaryIO, place: int) -> bytes:
    """The first line that begins at this place or after it; what comes after all hashes where none does."""
    lines.seek(max(0, place - 1))
    if place:
        lines.readline()
    return lines.readline() or b"~"
