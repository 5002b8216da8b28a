"""What every command shares: one transaction, one line on standard error for a refusal, JSON alone on standard output."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click

from expertise.base.database import begin, session

REFUSED = 1


class Failed(click.ClickException):
    """Refused, nothing changed: exit 1 and one line."""

    exit_code = REFUSED

    def show(self, file: Any = None) -> None:
        """The reason, on standard error."""
        click.echo(self.message, err=True)


@contextmanager
def writing() -> Iterator[None]:
    """One transaction around a command: committed at its end, undone if it fails."""
    begin("write")
    try:
        yield
    except BaseException:
        session().rollback()
        raise
    session().commit()


@contextmanager
def reading() -> Iterator[None]:
    """A transaction in which the database refuses to write."""
    begin("read")
    try:
        yield
    finally:
        session().rollback()


def print_json(document: Any) -> None:
    """One JSON document and nothing else."""
    click.echo(json.dumps(document, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)


@contextmanager
def progress(label: str, length: int) -> Iterator[Any]:
    """A bar on a terminal, silence elsewhere; call what it gives with the steps done."""
    with click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty(), update_min_steps=100
    ) as bar:
        yield bar.update
