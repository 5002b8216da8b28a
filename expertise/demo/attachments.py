"""Files beside dossiers of the demo: looked at as any file that somebody sends."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import current_app

from expertise.demo.reading import SMALL, Event, Ministry, acting_for, tables
from expertise.files import checking, service
from expertise.files.queries import get_owner


def events(ministry: Ministry) -> Iterator[Event]:
    """When each was added."""
    for row in tables("attachment"):
        yield Event(row["on"], partial(_add, ministry, row), late=True)


def _add(ministry: Ministry, row: dict[str, Any]) -> None:
    viewer = acting_for(ministry.people[row["by"]])
    config = current_app.config
    with (SMALL / "files" / row["file"]).open("rb") as stream:
        checked = checking.examine(
            stream, row["file"], most=config["MAX_FILE_BYTES"], seconds=config["FILE_CHECK_SECONDS"]
        )
        owner = get_owner(viewer, "dossier", ministry.dossiers[row["dossier"]].id, action="file.add")
        service.add_file(viewer, owner, checked)
