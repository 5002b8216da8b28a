"""The yearly round out of a file: a trial that says row by row and move by move what would change, then the deed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from io import BytesIO

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import session
from expertise.base.tables import Report, faulty_rows, run_import, try_import
from expertise.base.uploads import keep
from expertise.rotation.comparing import Difference, Moves, between, moves_of
from expertise.rotation.models import Proposal, RoundUpload
from expertise.rotation.moves_exchange import FIELDS, kind_for
from expertise.rotation.service import withdraw


@dataclass(frozen=True)
class Taken:
    """What came of taking a file in. `moved_on`: nothing, because what was shown is no longer so."""

    report: Report
    difference: Difference
    withdrawn: int = 0
    moved_on: bool = False

    @property
    def done(self) -> bool:
        """Whether it was taken in."""
        return self.report.may_commit and not self.moved_on


def try_out(viewer: Viewer, proposal: Proposal, content: bytes, name: str) -> RoundUpload:
    """Import and undo it; keep the file, its report, and which moves it names."""
    require(viewer, "rotation.plan")
    report, named = _import(viewer, proposal, content, name, dry_run=True)
    upload = RoundUpload(person_id=viewer.person_id, proposal_id=proposal.id, name=name, content=content)
    keep(upload, report, moves=named)
    record(viewer, "round.import_tried", upload, rows=report.read)
    return upload


def take_in(viewer: Viewer, upload: RoundUpload, *, seen: str, keep_good: bool, gone: Collection[str] = ()) -> Taken:
    """The deed, exactly as it was shown (`seen`), and withdraw those of `gone` (people) that the file does not name.

    Where the report does not allow it, or something changed since, nothing is changed and the file waits on.
    """
    require(viewer, "rotation.upload", upload)
    proposal = upload.proposal
    trial, named = _import(viewer, proposal, upload.content, upload.name, dry_run=True)
    difference = between(viewer, proposal, named)
    if difference.seen != seen:
        return Taken(trial, difference, moved_on=True)
    report, _named = _import(viewer, proposal, upload.content, upload.name, keep_good=keep_good)
    if not report.may_commit:
        return Taken(report, difference)
    may_go = {one.person_id for one in difference.gone} & set(gone)
    moves = [one for one in proposal.moves if one.person_id in may_go]
    for move in moves:
        withdraw(viewer, move)
    done = replace(Taken(report, difference), withdrawn=len(moves))
    record(viewer, "round.imported", upload, read=report.read, new=report.counts["new"], withdrawn=done.withdrawn)
    session().delete(upload)
    return done


def to_mend(viewer: Viewer, upload: RoundUpload) -> tuple[str, bytes]:
    """The rows that have an error, to be mended and brought in: the form that they are written in, and the file."""
    require(viewer, "rotation.upload", upload)
    return faulty_rows(FIELDS, BytesIO(upload.content), upload.name, upload.report["rows"])


def _import(
    viewer: Viewer, proposal: Proposal, content: bytes, name: str, *, dry_run: bool = False, keep_good: bool = False
) -> tuple[Report, Moves]:
    """The report of an import and the moves that the file names; what the report does not allow is undone."""
    named: set[str] = set()
    found: dict[str, list[str | None]] = {}

    def run() -> Report:
        kind, stream = kind_for(proposal, named), BytesIO(content)
        report = run_import(kind, viewer, stream, name=name, dry_run=dry_run, keep_good=keep_good or dry_run)
        session().flush()
        session().expire(proposal, ["moves"])
        found.update((person, move) for person, move in moves_of(proposal.moves).items() if person in named)
        return report

    return try_import(run), found
