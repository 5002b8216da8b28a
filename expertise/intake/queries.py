"""What there is already, and files that wait."""

from sqlalchemy import func, select, true

from expertise.access.rules import allowed, require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.uploads import find_upload
from expertise.intake.kinds import SORTS, Sort
from expertise.intake.models import IntakeFile
from expertise.posts.models import Post


def list_sorts(viewer: Viewer) -> list[tuple[Sort, int]]:
    """What this viewer may bring in, each with how many there are, in one query."""
    require(viewer, "office")
    mine = [one for one in SORTS.values() if allowed(viewer, one.action)]
    counts = [
        select(func.count()).select_from(one.table).where(true() if one.counted is None else one.counted)
        for one in mine
    ]
    return list(zip(mine, session().execute(select(*(one.scalar_subquery() for one in counts))).one(), strict=True))


def get_sort(viewer: Viewer, name: str) -> Sort:
    """One of them, for whoever may bring it in."""
    if name not in SORTS:
        raise NotFound(name)
    require(viewer, SORTS[name].action)
    return SORTS[name]


def get_file(viewer: Viewer, file_id: str) -> IntakeFile:
    """A file that waits, or that was taken in today, for whoever put it there."""
    found = find_upload(IntakeFile, file_id)
    require(viewer, "intake.file", found)
    return found


def is_beginning(viewer: Viewer) -> bool:
    """Whether there is no post yet, and this viewer is one who can change that."""
    return allowed(viewer, "post.change") and session().scalar(select(Post.id).limit(1)) is None
