"""Asks the child process of files/ to read what was written elsewhere, with the readers of this room."""

import json
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast

from expertise.files import child

START = Path(__file__).parent / "reading" / "start.py"


class Stopped(Exception):
    """It gave no answer: its bounds stopped it, or the file broke its reader."""


def ask(kind: str, content: bytes) -> dict[str, Any]:
    """What the child says of a file of that kind; raises Stopped."""
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        try:
            answer = child.ask(cast(Any, file), kind, start=START)
        except (child.Busy, child.Slow, child.Died):
            raise Stopped from None
    return cast(dict[str, Any], json.loads(answer))
