"""What every command shares: one transaction, one line for a refusal, JSON alone on standard output."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from itertools import repeat
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import click

from expertise.base.database import begin, session

REFUSED = 1
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


class Failed(click.ClickException):
    """Refused, nothing changed: exit 1 and one line."""

    exit_code = REFUSED

    def show(self, file: Any = None) -> None:
        """The reason, on standard error."""
        click.echo(self.message, err=True)


@contextmanager
def writing() -> Iterator[None]:
    """One transaction around a command: committed at its end, undone if it fails."""
    begin("alone")
    try:
        yield
    except BaseException:
        session().rollback()
        raise
    session().commit()


def end(*, commit: bool) -> None:
    """End a transaction that a command began by hand, because only its outcome tells whether to keep it."""
    if commit:
        session().commit()
    else:
        session().rollback()


@contextmanager
def reading() -> Iterator[None]:
    """A transaction in which the database refuses to write."""
    begin("read")
    try:
        yield
    finally:
        session().rollback()


def write_file(out: Path, content: bytes) -> None:
    """Whole or not at all, and for the owner only: it is full of people."""
    if not out.parent.is_dir():
        raise Failed(f"the folder {out.parent} is not there")
    with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as made:
        try:
            made.write(content)
            made.close()
            os.replace(made.name, out)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(made.name)
            raise


def print_json(document: Any) -> None:
    """One JSON document and nothing else."""
    click.echo(json.dumps(document, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)


class _Bar:
    """Turns "so many done" into the bar's own steps."""

    def __init__(self, bar: Any) -> None:
        self.bar = bar
        self.done = 0

    def __call__(self, done: int, total: int | None = None) -> None:
        self.bar.length = total or self.bar.length
        self.bar.update(done - self.done)
        self.done = done


@contextmanager
def progress(label: str, length: int | None) -> Iterator[Callable[..., None]]:
    """A bar on a terminal, silence elsewhere; call what it gives with how many are done (of how many)."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        range(length) if length is not None else repeat(None),
        length=length,
        label=label,
        file=sys.stderr,
        hidden=hidden,
        show_pos=True,
        update_min_steps=200,
    ) as bar:
        yield _Bar(bar)
