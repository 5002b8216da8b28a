"""What follows a commit, or waits for a job: files that were not looked at yet, contents that nobody names, a check."""

import time
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select

from expertise.base.commands import reading, writing
from expertise.base.database import session
from expertise.files import child, service
from expertise.files.checking import Checked, Unfit, look_into
from expertise.files.models import PENDING, Content, File
from expertise.files.wiring import the_files

log = structlog.get_logger(__name__)
# Seconds for which saves start no child after one that did not answer; the jobs go on trying.
PAUSE = 60.0


class _Rest:
    """Of this process, from starting children after a save."""

    until = 0.0


_rest = _Rest()


def extract_pending() -> int:
    """Look at the files that had to wait, and say how many are done. Never fails: what cannot be done now waits on."""
    done = 0
    with current_app.app_context():
        with reading():
            waiting = list(session().scalars(select(Content.sha256).where(Content.state == PENDING)))
        for sha256 in waiting:
            try:
                done += _extract(sha256)
            except child.Busy:
                _rest.until = time.monotonic() + PAUSE
                break
            except Exception:
                # One file that cannot be looked at holds up no other; it stays closed to everybody.
                log.exception("a file could not be looked at")
    return done


def _extract(sha256: str) -> bool:
    with reading():
        query = select(File.name, File.kind, Content.size).join(Content, File.sha256 == Content.sha256)
        row = session().execute(query.where(Content.sha256 == sha256).order_by(File.id)).first()
    if row is None:
        return False
    checked, refused = None, ""
    with the_files().store.path(sha256).open("rb") as stream:
        try:
            asked = Checked(stream, row.name, row.kind, row.size, sha256)
            checked = look_into(asked, seconds=child.WALL)
        except Unfit as why:
            refused = why.code
        except child.Slow:
            if not child.is_well():
                raise child.Busy from None
            # It had all the time that a child gets.
            refused = "failed"
    with writing():
        content = session().scalar(select(Content).where(Content.sha256 == sha256).with_for_update())
        if content is None or content.state != PENDING:
            return False
        if checked is None:
            service.refuse_pending(content, refused)
        else:
            service.describe(content, checked)
    if checked is None:
        sweep(the_files().left())
    return True


def follow_up() -> None:
    """After a commit, once the answer is on its way: what was removed goes from the disk, what waits is looked at."""
    try:
        left = the_files().left()
        if left:
            sweep(left)
        if time.monotonic() >= _rest.until:
            extract_pending()
    except Exception:
        # What was saved is saved: the next run takes up what this one left.
        log.exception("files are behind")


def tidy() -> None:
    """For the start and for jobs: take up what a stop left behind. Never fails."""
    try:
        sweep()
        extract_pending()
    except Exception:
        # What was saved is saved: the next run takes up what this one left.
        log.exception("files are behind")


def sweep(only: list[str] | None = None) -> int:
    """Take contents away that no row names (all, or of these), and say how many. Nobody adds meanwhile."""
    files = the_files()
    removed = 0
    # A transaction of its own, begun when nobody adds any more, sees every row there can be.
    with files.store.alone(), current_app.app_context(), reading():
        named = set(session().scalars(select(Content.sha256)))
        for sha256 in files.store.contents() if only is None else only:
            if sha256 not in named:
                files.store.remove(sha256)
                removed += 1
        if only is None:
            files.store.drop_leftovers(named)
    return removed


def check() -> dict[str, Any]:
    """Compare database and store, byte by byte: what is missing, extra or no longer what its name says."""
    store = the_files().store
    with store.alone(), current_app.app_context(), reading():
        named = set(session().scalars(select(Content.sha256)))
        kept = set(store.contents())
    return {
        "database": len(named),
        "files": len(kept),
        "missing": sorted(named - kept),
        "extra": sorted(kept - named),
        "corrupt": sorted(one for one in named & kept if not store.is_whole(one)),
    }
