"""The yearly round out of a file: a trial that says row by row and move by move what would change, then the deed."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import delete

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.tables import Report, run_import
from expertise.rotation.models import Proposal, RoundUpload
from expertise.rotation.moves_exchange import kind_for

# A file that nobody came back for.
KEPT_FOR = timedelta(hours=24)
Told = dict[str, list[str | None]]  # person's id -> name, position, from, until


def try_out(viewer: Viewer, proposal: Proposal, content: bytes, name: str) -> RoundUpload:
    """Import and undo it; keep the file, its report, and how the proposal would differ."""
    require(viewer, "rotation.plan")
    before = _moves_of(viewer, proposal)
    report, after = _import(viewer, proposal, content, name, dry_run=True)
    session().execute(delete(RoundUpload).where(RoundUpload.at < clock.now() - KEPT_FOR))
    # Lazy texts become texts in the language of whoever asked.
    told = json.loads(json.dumps(report.as_json(), default=str))
    upload = RoundUpload(
        person_id=viewer.person_id,
        proposal_id=proposal.id,
        name=name[:200],
        content=content,
        report=told | {"difference": difference(before, after)},
    )
    session().add(upload)
    session().flush()
    record(viewer, "round.import_tried", upload, rows=report.read)
    return upload


def take_in(viewer: Viewer, upload: RoundUpload, *, keep_good: bool) -> Report:
    """The deed. Where the report does not allow it, nothing is changed and the file waits on."""
    require(viewer, "rotation.upload", upload)
    report, _after = _import(viewer, upload.proposal, upload.content, upload.name, keep_good=keep_good)
    if not report.may_commit:
        return report
    record(viewer, "round.imported", upload, read=report.read, new=report.counts["new"])
    session().delete(upload)
    return report


def difference(before: Told, after: Told) -> dict[str, Any]:
    """Moves that would be new, and those that would change (was, becomes), by the name of who moves."""
    new = [after[one] for one in after.keys() - before.keys()]
    changed = [[before[one], after[one]] for one in after.keys() & before.keys() if before[one] != after[one]]
    return {
        "new": sorted(new, key=lambda one: (one[0] or "").casefold()),
        "changed": sorted(changed, key=lambda one: (one[0][0] or "").casefold()),
        "same": len(after.keys() & before.keys()) - len(changed),
    }


def _moves_of(viewer: Viewer, proposal: Proposal) -> Told:
    language = viewer.language
    return {
        one.person_id: [
            one.person.name,
            f"{one.position.title(language)}, {one.position.post.name(language)}",
            one.starts_on.isoformat(),
            one.ends_on.isoformat() if one.ends_on else None,
        ]
        for one in proposal.moves
    }


class _NotKept(Exception):
    """Undoes the savepoint, and nothing else of the request."""


def _import(
    viewer: Viewer, proposal: Proposal, content: bytes, name: str, *, dry_run: bool = False, keep_good: bool = False
) -> tuple[Report, Told]:
    """The report of an import and the moves that it led to; what the report does not allow to be kept is undone."""
    kind = kind_for(proposal)
    report = Report(kind.name, dry_run=dry_run, keep_good=keep_good)
    after: Told = {}
    try:
        with session().begin_nested():
            report = run_import(
                kind, viewer, BytesIO(content), name=name, dry_run=dry_run, keep_good=keep_good or dry_run
            )
            session().flush()
            session().expire(proposal, ["moves"])
            after = _moves_of(viewer, proposal)
            if not report.may_commit:
                raise _NotKept
    except _NotKept:
        session().expire_all()
    return report, after
